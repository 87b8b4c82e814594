"""The bucket of product pictures: its port, the names of its objects, and the products that they show.

Object names say which product a picture shows: `products/<objectID>/<file>` and the like.
"""

from __future__ import annotations

import itertools
import mimetypes
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol
from unicodedata import normalize
from urllib.parse import quote

from shared.errors import Misconfigured, Permanent, Reason
from shared.imaging import FORMATS
from shared.model import StoredPicture, spellings

MAX_PICTURES = 100
"""Pictures of one product that are looked at; the rest, by name, is left out."""

_PLACEHOLDER = re.compile(r"<(\w+)>")
_MATCHES = {"objectID": r"[^/]+", "file": r"[^/]+", "ext": r"[^/.]+"}

_KNOWN = mimetypes.MimeTypes()
"""The types that Python itself knows by a name's ending, whatever this machine's files say."""

_PICTURES = frozenset(ending for known in FORMATS for ending in known.endings)
_SYSTEMS_OWN = frozenset({"thumbs.db", "desktop.ini"})
_UNTOLD = frozenset({"", "application/octet-stream", "binary/octet-stream"})
"""Types that uploads have when nobody said what they are."""


class PictureStore(Protocol):
    """The bucket of product pictures.

    Promises, each a contract test run on every implementation:

    - `list_product` returns the live pictures of exactly that product, by name, as they are at the call: the
      first `MAX_PICTURES` that can be pictures, whatever else lies in the bucket; where that is too much to
      find them it raises `Permanent("too-crowded")`;
    - `read` returns the bytes of that generation or raises `Permanent("picture-gone")`, never other bytes.

    All raise `Transient` or `Misconfigured` otherwise, within a deadline.
    """

    def list_product(self, product: str) -> list[StoredPicture]:
        """The product's pictures, sorted by name; empty when there are none."""

    def read(self, picture: StoredPicture) -> bytes:
        """The picture's bytes."""


class Range(NamedTuple):
    """Names among which those of a product's pictures are: all that begin with `prefix`.

    In a `flat` one nothing behind a further slash belongs to the product; in an `exact` one only the prefix
    itself does.
    """

    prefix: str
    flat: bool
    exact: bool


@dataclass(frozen=True)
class _Pattern:
    """One compiled pattern, whose text is composed.

    `expression` matches a name; `after` is the literal text behind the objectID, and `rest` follows that.
    """

    expression: re.Pattern[str]
    before: str
    after: str
    rest: str

    def name(self, product: str, file: str = "x", ending: str = "x") -> str:
        values = {"file": file, "ext": ending}
        return self.before + product + self.after + _PLACEHOLDER.sub(lambda each: values[each[1]], self.rest)

    def ranges(self, product: str) -> Iterator[Range]:
        """The ranges of the product's names, one for each way to spell what they begin with."""
        for parts in itertools.product(*map(spellings, (self.before, product, self.after))):
            yield Range("".join(parts), flat="/" not in self.rest, exact=not self.rest)


class Naming:
    """Object names <-> products, by the patterns of the setting `OBJECT_PATTERN`.

    Placeholders are `<objectID>` (required, once), `<file>` and `<ext>`; none of them matches a slash.
    Patterns instead of regular expressions, because the pictures of a product are listed by how their names
    begin.

    A name has two spellings: macOS decomposes the accents and syllables of what it uploads (Unicode's NFD),
    others compose them (NFC). Both mean the same product, which is named here in the composed form.
    """

    def __init__(self, patterns: Sequence[str]) -> None:
        self._patterns = [_compiled(normalize("NFC", pattern)) for pattern in patterns]

    def product(self, name: str) -> str | None:
        """The `objectID` a picture belongs to, or None for names that are not ours."""
        product = self._meant(name)
        return product if product and (name.isascii() or self._is_listed(name, product)) else None

    def check_spelling(self, name: str) -> None:
        """Raises `Permanent("unusual-spelling")` for a name that is not ours only for how it is spelled."""
        if (product := self._meant(name)) and not self._is_listed(name, product):
            raise Permanent(
                Reason.UNUSUAL_SPELLING,
                f"{name!a} is spelled in a way in which the pictures of {product!a} cannot be listed:"
                f" partly composed, or with look-alikes; name it {normalize('NFC', name)!a}",
            )

    def ranges(self, product: str) -> list[Range]:
        """Every name of the product's pictures is in one of these; each is as small as can be."""
        found: dict[str, Range] = {}
        for each in (names for pattern in self._patterns for names in pattern.ranges(product)):
            other = found.get(each.prefix, each)
            found[each.prefix] = Range(each.prefix, each.flat and other.flat, each.exact and other.exact)
        return [found[prefix] for prefix in sorted(found)]

    def example(self, product: str) -> str | None:
        """A name that a picture of the product could have; None where no pattern can express its objectID."""
        return self._first(product, (each.name(product) for each in self._patterns))

    def name(self, product: str, file: str, ending: str) -> str | None:
        """The name for a picture of the product, a `file` with that `ending`; None as `example`.

        Without `<file>` in any pattern that can express the objectID, all files have the same name.
        """
        patterns = sorted(self._patterns, key=lambda each: "<file>" not in each.rest)
        whole = f"{file}.{ending}"
        names = (each.name(product, file if "<ext>" in each.rest else whole, ending) for each in patterns)
        return self._first(product, names)

    def _first(self, product: str, names: Iterable[str]) -> str | None:
        return next((name for name in names if self.product(name) == normalize("NFC", product)), None)

    def _meant(self, name: str) -> str | None:
        """The product of a name however that is spelled."""
        composed = normalize("NFC", name)
        matches = (pattern.expression.fullmatch(composed) for pattern in self._patterns)
        return next((match["objectID"] for match in matches if match), None)

    def _is_listed(self, name: str, product: str) -> bool:
        return any(name.startswith(names.prefix) for names in self.ranges(product))


def _compiled(pattern: str) -> _Pattern:
    literals_and_names = _PLACEHOLDER.split(pattern)
    names = literals_and_names[1::2]
    if names.count("objectID") != 1 or not set(names) <= _MATCHES.keys() or len(names) != len(set(names)):
        raise Misconfigured(
            "OBJECT_PATTERN", f"{pattern!r} is no pattern; write one such as products/<objectID>/<file>"
        )
    parts = [
        f"(?P<{part}>{_MATCHES[part]})" if position % 2 else re.escape(part)
        for position, part in enumerate(literals_and_names)
    ]
    before, _, rest = pattern.partition("<objectID>")
    if "<" in before:
        raise Misconfigured("OBJECT_PATTERN", f"{pattern!r}: write <objectID> before the other placeholders")
    after = _PLACEHOLDER.split(rest)[0]
    return _Pattern(re.compile("".join(parts), re.DOTALL), before, after, rest.removeprefix(after))


def image_url(template: str, bucket: str, name: str) -> str:
    """Fill `<bucket>` and `<name>` of the setting `IMAGE_URL_TEMPLATE`, the name percent-encoded."""
    return template.replace("<bucket>", bucket).replace("<name>", quote(name))


def may_be_picture(stored: StoredPicture) -> bool:
    """True of an object that may be a picture: by its name's ending where that says anything, else its type.

    Whatever claims to be one is; what it is indeed, only its bytes tell.
    """
    by_name = named_like_picture(stored.name)
    if by_name is not None:
        return by_name
    kind = stored.content_type.partition(";")[0].strip().lower()
    return kind in _UNTOLD or kind.startswith("image/")


def named_like_picture(name: str) -> bool | None:
    """Tell whether a name is a picture's, whatever its object holds; None where it does not say."""
    file = name.rpartition("/")[2].lower()
    if is_of_system(file):
        return False
    ending = file.rpartition(".")[2] if "." in file else ""
    if ending in _PICTURES:
        return True
    kind, encoding = _KNOWN.guess_type(file, strict=False)
    if kind is None and encoding is None:
        return None
    return encoding is None and str(kind).startswith("image/")


def is_of_system(file: str) -> bool:
    """True of files that systems hide or leave behind: `.DS_Store`, `._front.jpg`, `Thumbs.db`."""
    return file.startswith(".") or file.lower() in _SYSTEMS_OWN
