"""The failures of our work, and the reasons for them: each reason says all there is to know of it, once.

    Failure                     something outside went wrong with one piece of work
     +- Transient               trying again later can succeed: redelivered or retried, within a deadline
     |   +- UnknownProduct      the index holds no such record (yet)
     +- Permanent               trying again cannot succeed: kept with its reason
    Misconfigured               the deployment itself is wrong: loud, never forgiven, never acknowledged

`Misconfigured` is deliberately no `Failure`, so code that forgives failures can never swallow it. A
recognizer's own reasons are an enumeration of the same kind in its folder, see `Provider.reasons`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Self

_REPLACE = "upload a good picture under the same name (labeled by itself), then drop this event"
_SMALLER = "upload a smaller version under the same name, then drop this event"
WAIT = "replay it once the service works again"


class FailureReason(StrEnum):
    """Base of the enumerations: a short stable slug for logs, metrics and parked events.

    `happened` and `advice` tell an operator; they are empty for what can only happen to a shopper. `status`
    and `heading` are what a storefront is answered where the request itself is at fault, 0 where it is not.
    """

    happened: str
    advice: str
    status: int
    heading: str

    def __new__(
        cls, slug: str, happened: str = "", advice: str = "", status: int = 0, heading: str = ""
    ) -> Self:
        """Make a member of what stands behind its name."""
        member = str.__new__(cls, slug)
        member._value_ = slug
        member.happened, member.advice, member.status, member.heading = happened, advice, status, heading
        return member


class Reason(FailureReason):
    """The reasons that no vendor is behind."""

    BAD_PICTURE = (
        "bad-picture",
        "The file is empty, damaged or no picture at all.",
        _REPLACE,
        422,
        "Unreadable picture",
    )
    TOO_LARGE = (
        "too-large",
        "The file has more bytes than are read, or than can be sent.",
        _SMALLER,
        413,
        "Content too large",
    )
    TOO_MANY_PIXELS = (
        "too-many-pixels",
        "The picture has more pixels than are decoded.",
        _SMALLER,
        422,
        "Picture too large",
    )
    UNSUPPORTED_FORMAT = (
        "unsupported-format",
        "The file is of a format that neither we nor the recognizer read.",
        "upload it as JPEG, PNG or WebP, then drop this event",
        415,
        "Unsupported picture format",
    )
    TOO_MANY_FRAMES = (
        "too-many-frames",
        "The file has more frames than are looked through.",
        _SMALLER,
        422,
        "Picture too large",
    )
    TOO_COSTLY = (
        "too-costly",
        "Decoding the picture took too much time or memory.",
        "upload it as JPEG, or a smaller version of it, under the same name, then drop this event",
        422,
        "Picture too large",
    )
    BUSY = ("busy", "Too many large pictures were being decoded at the same time.", "replay it")
    DECODER_ENDED = ("decoder-ended", "The process that decodes pictures ended, or was ended.", "replay it")
    PICTURE_GONE = (
        "picture-gone",
        "The picture was overwritten or deleted while it was being looked at.",
        "nothing if it is gone for good (drop it); else replay it",
    )
    UNKNOWN_PRODUCT = (
        "unknown-product",
        "The index got no record for this product.",
        "add the record, or set CREATE_MISSING_RECORDS=true, then replay it; drop it if the product is gone",
    )
    BAD_EVENT = (
        "bad-event",
        "The message is no Cloud Storage event.",
        "find out who publishes to the topic besides Cloud Storage, then drop it",
    )
    UNREADABLE = (
        "unreadable",
        "The parked message was not written by the enrich function.",
        "find out who publishes to the topic of parked events, then drop it",
    )
    ATTRIBUTES_IN_USE = (
        "attributes-in-use",
        "The record has attributes of somebody else's under our names, and those are not written over.",
        (
            "give ours other names with ATTRIBUTE_NAMES, or let go of what has the shape of Algolia's guide"
            " with TAKE_OVER_ATTRIBUTES=true, then replay it"
        ),
    )
    RECORD_TOO_BIG = (
        "record-too-big",
        "With the least that we write the record is bigger than Algolia takes.",
        "make the record smaller, or write what your Algolia plan allows as MAX_RECORD_BYTES, then replay it",
    )
    AMBIGUOUS_PRODUCT = (
        "ambiguous-product",
        "The index has two records for the product: one with composed, one with decomposed characters.",
        "delete one of them, then replay it",
    )
    TOO_CROWDED = (
        "too-crowded",
        "Too many names begin as those of the product's pictures do, and are not theirs.",
        "keep the pictures in folders of their own, as in products/<objectID>/<file>, then replay it",
    )
    UNUSUAL_SPELLING = (
        "unusual-spelling",
        "The picture's name is spelled in a way in which its product's pictures cannot be listed.",
        "name it as the message says (it is looked at by itself then), and drop this event",
    )
    ALGOLIA_REFUSED = (
        "algolia-refused",
        "Algolia refused what it was asked.",
        "read what Algolia says above, mend what it names, then replay it",
        400,
        "Search refused",
    )
    ALGOLIA_SLOW = (
        "algolia-slow",
        "Algolia took the update, and had not applied it for a long time.",
        "replay it when the index is less busy",
    )
    ALGOLIA_THROTTLED = (
        "algolia-throttled",
        "Algolia was asked to do too much at once.",
        "replay it when the index is less busy",
    )
    ALGOLIA_UNREACHABLE = ("algolia-unreachable", "No host of Algolia answered.", WAIT)
    THROTTLED = (
        "throttled",
        "The recognizer's quota was used up.",
        "replay it later, raise the quota, or backfill with --rate",
    )
    DENIED = (
        "denied",
        "The recognizer may not read this picture, although it read others.",
        "give the function the rights that the message names, then replay it",
    )
    BEING_LABELED = (
        "being-labeled",
        "Somebody else was being told the labels of the same bytes and never finished.",
        "replay it",
    )
    STORAGE_UNAVAILABLE = ("storage-unavailable", "Cloud Storage did not answer.", WAIT)
    PUBSUB_UNAVAILABLE = ("pubsub-unavailable", "Pub/Sub did not answer.", WAIT)
    BUDGET_SPENT = ("budget-spent", "", "")
    BAD_CROP = ("bad-crop", "", "", 400, "Bad crop")
    BAD_FILTERS = ("bad-filters", "", "", 400, "Bad filters")
    URL_REFUSED = ("url-refused", "", "", 400, "Address refused")
    PICTURE_UNREACHABLE = ("picture-unreachable", "", "", 422, "Picture unreachable")
    PICTURE_SLOW = ("picture-slow", "", "")


_BY_TEXT: Mapping[str, Reason] = {each.value: each for each in Reason}


class Failure(Exception):
    """A piece of work that did not succeed.

    `reason` is a member of a `FailureReason`; the text of a stored one becomes the member again, unless it is
    a vendor's. The message is for people.
    """

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = _BY_TEXT.get(reason, reason)


class Transient(Failure):
    """Trying again later can succeed; `retry_after` is the other side's wish in seconds, if it had one."""

    def __init__(self, reason: str, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(reason, message)
        self.retry_after = retry_after


LONGEST_WAIT = 86_400.0
"""Seconds: whoever asks to come again later than in a day has no wish that could be kept."""


def asked_wait(retry_after: str | None) -> float | None:
    """The seconds that a header `Retry-After` asks for, in either form of RFC 9110; None without sense."""
    told = (retry_after or "").strip()
    if told.isascii() and told.isdigit():
        return min(float(told), LONGEST_WAIT)
    try:
        wait = (parsedate_to_datetime(told) - datetime.now(UTC)).total_seconds()
    except (TypeError, ValueError, OverflowError):
        return None
    return min(max(wait, 0.0), LONGEST_WAIT)


class UnknownProduct(Transient):
    """The catalog has no record for the product; it may be on its way."""

    def __init__(self, product: str) -> None:
        super().__init__(Reason.UNKNOWN_PRODUCT, f"the index has no record {product!r}")
        self.product = product


class Permanent(Failure):
    """Trying again cannot succeed: the input itself is at fault."""


class Misconfigured(Exception):
    """A setting, credential or permission is wrong; names it and says what to write."""

    def __init__(self, setting: str, advice: str, *, whole: str = "") -> None:
        super().__init__(whole or f"{setting}: {advice}")
        self.setting = setting
        self.advice = advice

    @classmethod
    def together(cls, faults: Sequence[Misconfigured]) -> Misconfigured:
        """One for all of them, a line each; a single one stays as it is."""
        if len(faults) == 1:
            return faults[0]
        lines = "\n".join(map(str, faults))
        return cls(", ".join(fault.setting for fault in faults), lines, whole=lines)

    @classmethod
    def found_by(cls, *checks: Callable[[], object]) -> list[Misconfigured]:
        """The faults that the checks raise, each of them its first."""
        faults = []
        for check in checks:
            try:
                check()
            except cls as error:
                faults.append(error)
        return faults
