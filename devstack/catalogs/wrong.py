"""Everything that can be wrong with a catalog or its pictures, and what to do about it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from http import HTTPStatus
from threading import Lock

from devstack.catalogs.texts import whole
from shared.errors import Failure, FailureReason, Permanent, Reason
from shared.imaging import FORMAT_NAMES, LIMITS
from shared.pictures import MAX_PICTURES
from shared.pictures.by_url import MAX_REDIRECTS, NoPicture

MAX_KEPT = 10_000
"""Findings that are kept as they are; more are only counted."""

_EXPORT = "export the catalog again"
_SMALLER = "replace it with a smaller version"


class Wrong(FailureReason):
    """The kinds of wrong: a stable slug, what happened, and what to do.

    The slugs of pictures are those of `shared.errors.Reason`.
    """

    NO_FILE = "no-file", "the catalog cannot be opened", "correct its path, and let this user read it"
    EMPTY_FILE = "empty-file", "the file is empty", _EXPORT
    UNKNOWN_KIND = (
        "unknown-kind",
        "the file is of a kind that is not read",
        "save it as CSV, TSV, JSON or XML; of an archive, unpack the files",
    )
    BROKEN_GZIP = (
        "broken-gzip",
        "the compressed file is damaged or ends early",
        "download or compress it again",
    )
    WRONG_ENCODING = (
        "wrong-encoding",
        "the text is not in UTF-8",
        'save it again as UTF-8; in Excel that is "CSV UTF-8"',
    )
    TOO_LONG = "too-long", "this is longer than is read", "split the catalog, and import part by part"
    TOO_MANY_PRODUCTS = (
        "too-many-products",
        "the catalog has more products than are imported at once",
        "split the catalog, and import part by part",
    )
    ONE_COLUMN = (
        "one-column",
        "the first line has one column only",
        "write the names of the columns there, and separate columns by a comma, semicolon, tab or |",
    )
    BAD_HEADER = (
        "bad-header",
        "the names of the columns cannot be read",
        'in the first line, close each quote (") behind the name that it begins, or remove it',
    )
    BAD_ROW = (
        "bad-row",
        "the row does not fit the first line",
        'put values that hold the separator or a line break into quotes ("), and double quotes inside them',
    )
    BROKEN_XML = "broken-xml", "the XML is damaged or ends early", _EXPORT
    XML_DOCTYPE = (
        "xml-doctype",
        "the XML declares a document type, which no feed needs and is not read for safety",
        "remove the <!DOCTYPE ...> part",
    )
    NO_ITEMS = (
        "no-items",
        "there are no products in it",
        f"{_EXPORT}, or fill the index; in XML that is RSS with items, or Atom with entries",
    )
    BROKEN_JSON = (
        "broken-json",
        "the JSON is damaged, ends early, or is longer than a record can be",
        "write one list of records, or one record on each line",
    )
    NO_RECORD = "no-record", "this is no record", 'write objects such as {"objectID": "42", ...}'
    NO_PICTURE_FIELD = (
        "no-picture-field",
        "it is not known which field holds links of pictures",
        "name it with --pictures FIELD (in JSON, a.b means b inside a)",
    )
    SEVERAL_PICTURE_FIELDS = (
        "several-picture-fields",
        "several fields hold links of pictures",
        "name those to take, in their order, each with --pictures FIELD",
    )
    NO_ID = "no-id", "there is no id", "fill in the field that --id names, or choose another with --id"
    BROKEN_ID = (
        "broken-id",
        "the id has characters that cannot be written in UTF-8",
        "correct it in the catalog, or rename the file",
    )
    DUPLICATE_ID = (
        "duplicate-id",
        "another product has the same id, and that one is taken",
        "correct one of the two ids, or choose another field with --id",
    )
    UNNAMEABLE_ID = (
        "unnameable-id",
        "no picture can be named by this id",
        "give the product an id without a slash, or add a pattern to OBJECT_PATTERN that fits it",
    )
    NOT_IN_INDEX = (
        "not-in-index",
        "the index has no such objectID",
        "add the record and run this again, or choose another field with --id",
    )
    NO_PICTURES = "no-pictures", "there is no picture", "add a link or a file, then run this again"
    TOO_MANY_PICTURES = (
        "too-many-pictures",
        f"the product has more than the {MAX_PICTURES} pictures that are looked at",
        f"keep its best {MAX_PICTURES}; the first ones are taken",
    )
    NO_ROOM = (
        "no-room",
        "OBJECT_PATTERN has room for one picture of a product only, which the first is",
        "add a pattern such as products/<objectID>/<file>, for the function too",
    )
    SEVERAL_SINGLES = (
        "several-singles",
        "several files are each named as the only picture of the product, and all are taken",
        "delete all but one, or move them into a folder named by the objectID",
    )
    NOT_A_PICTURE_FILE = (
        "not-a-picture-file",
        "this is no file with a picture's name",
        f"remove it, or convert it to one of {FORMAT_NAMES}",
    )
    TOO_DEEP = (
        "too-deep",
        "folders inside a product's folder are not looked into",
        "move the pictures into the folder that is named by the objectID",
    )
    NO_PRODUCT = (
        "no-product",
        "products.json has no product for this file",
        "name it by an objectID of products.json, or add the product there",
    )
    BAD_LINK = (
        "bad-link",
        "this is no link, or a broken one",
        "write whole addresses, such as https://cdn.shop.example/1.jpg, with %20 for each space",
    )
    LINK_REFUSED = (
        Reason.URL_REFUSED.value,
        f"the link leads where pictures are not fetched from, or redirects more than {MAX_REDIRECTS} times",
        "use a public host on its usual port, without a password; a redirect needs --host NAME of its host",
    )
    LINK_MISSING = (
        "link-missing",
        "the host has no such picture",
        "open the link in a browser, and correct it in the catalog",
    )
    LINK_CLOSED = (
        "link-closed",
        "the host wants a password or refuses",
        "let everybody read the picture, or copy the pictures into a folder and import that",
    )
    WEB_PAGE = (
        "web-page",
        "the link leads to a web page",
        "use the picture's own address: in a browser, open the picture in a new tab, and copy that address",
    )
    PICTURE_SLOW = Reason.PICTURE_SLOW.value, "the host was too slow", "run this again later"
    LINK_USELESS = (
        "link-useless",
        "there is no such host, or it does not give the picture as it is, or cannot prove its name",
        "open the link in a browser, and correct it in the catalog; or copy the pictures into a folder",
    )
    HOST_DOWN = "host-down", "the host cannot be reached, or is in trouble", "run this again later"
    TOO_LARGE = (
        Reason.TOO_LARGE.value,
        f"the picture has more than {LIMITS.max_bytes // 1_000_000} MB",
        _SMALLER,
    )
    TOO_MANY_PIXELS = (
        Reason.TOO_MANY_PIXELS.value,
        f"the picture has more than {LIMITS.max_pixels // 1_000_000} megapixels",
        _SMALLER,
    )
    TOO_MANY_FRAMES = (
        Reason.TOO_MANY_FRAMES.value,
        "the animation is too long",
        "replace it with its first picture",
    )
    TOO_COSTLY = (
        Reason.TOO_COSTLY.value,
        "decoding took too much time or memory",
        "save it as a JPEG or in a smaller size",
    )
    UNSUPPORTED_FORMAT = (
        Reason.UNSUPPORTED_FORMAT.value,
        "the file is in a format that is not read",
        f"convert it to one of {FORMAT_NAMES}",
    )
    BAD_PICTURE = (
        Reason.BAD_PICTURE.value,
        "the picture is damaged, empty or no picture at all",
        "open it, save it again, and replace it",
    )
    NOT_NOW = "not-now", "the picture could not be read or decoded just now", "run this again"

    @classmethod
    def of(cls, error: Failure) -> Wrong:
        """The kind of a failure to fetch or open a picture."""
        if isinstance(error, NoPicture):
            return _BY_STATUS.get(error.status, cls.LINK_USELESS)
        if error.reason == Reason.PICTURE_UNREACHABLE:
            return cls.LINK_USELESS if isinstance(error, Permanent) else cls.HOST_DOWN
        try:
            return cls(error.reason)
        except ValueError:
            return cls.NOT_NOW


_BY_STATUS: dict[int, Wrong] = {
    HTTPStatus.OK: Wrong.WEB_PAGE,
    **dict.fromkeys((HTTPStatus.NOT_FOUND, HTTPStatus.GONE), Wrong.LINK_MISSING),
    **dict.fromkeys((HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN), Wrong.LINK_CLOSED),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: where, with which product, and what is known besides."""

    wrong: Wrong
    place: str
    product: str = ""
    detail: str = ""

    def __post_init__(self) -> None:
        for name in ("place", "product", "detail"):
            object.__setattr__(self, name, whole(getattr(self, name)))

    def __str__(self) -> str:
        return f"{self.where}: {self.wrong.happened}; {self.wrong.advice}."

    @property
    def where(self) -> str:
        """The place, the product, and what is known besides."""
        of = f" (product {self.product})" if self.product else ""
        return f"{self.place}{of}{f' [{self.detail}]' if self.detail else ''}"

    def as_json(self) -> dict[str, str]:
        """The same for scripts."""
        told = {"kind": self.wrong.value, "product": self.product, "place": self.place, "detail": self.detail}
        return {**told, "problem": self.wrong.happened, "advice": self.wrong.advice}


@dataclass(slots=True)
class CatalogFindings:
    """All that was found, counted by kind; of very many the first are kept. Several threads may add."""

    counts: Counter[Wrong] = field(default_factory=Counter)
    kept: list[Finding] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def add(self, finding: Finding) -> None:
        """Count one more."""
        with self._lock:
            self.counts[finding.wrong] += 1
            if len(self.kept) < MAX_KEPT:
                self.kept.append(finding)
