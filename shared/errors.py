"""The three names every failure gets.

    Failure                     something outside went wrong with one piece of work
     +- Transient               trying again later can succeed: redelivered or retried, within a deadline
     |   +- UnknownProduct      the index holds no such record (yet)
     +- Permanent               trying again cannot succeed: kept with its reason
    Misconfigured               the deployment itself is wrong: loud, never forgiven, never acknowledged

`Misconfigured` is deliberately no `Failure`, so code that forgives failures can never swallow it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from shared.reasons import Reason

_BY_TEXT: Mapping[str, Reason] = {each.value: each for each in Reason}


class Failure(Exception):
    """A piece of work that did not succeed.

    `reason` is a member of an enumeration as in `shared.reasons`; the text of one that was stored becomes the
    member again, unless it is a vendor's. The message is for people.
    """

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = _BY_TEXT.get(reason, reason)


class Transient(Failure):
    """Trying again later can succeed; `retry_after` is the other side's wish in seconds, if it had one."""

    def __init__(self, reason: str, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(reason, message)
        self.retry_after = retry_after


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
