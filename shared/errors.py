"""The three names every failure gets.

    Failure                     something outside went wrong with one piece of work
     +- Transient               trying again later can succeed: redelivered or retried, within a deadline
     |   +- UnknownProduct      the index holds no such record (yet)
     +- Permanent               trying again cannot succeed: kept with its reason
    Misconfigured               the deployment itself is wrong: loud, never forgiven, never acknowledged

`Misconfigured` is deliberately no `Failure`, so code that forgives failures can never swallow it.
"""

from __future__ import annotations


class Failure(Exception):
    """A piece of work that did not succeed.

    `reason` is a short stable slug for logs, metrics and parked events; the message is for people.
    """

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class Transient(Failure):
    """Trying again later can succeed; `retry_after` is the other side's wish in seconds, if it had one."""

    def __init__(self, reason: str, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(reason, message)
        self.retry_after = retry_after


class UnknownProduct(Transient):
    """The catalogue has no record for the product; it may be on its way."""

    def __init__(self, product: str) -> None:
        super().__init__("unknown-product", f"the index has no record {product!r}")
        self.product = product


class Permanent(Failure):
    """Trying again cannot succeed: the input itself is at fault."""


class Misconfigured(Exception):
    """A setting, credential or permission is wrong; names it and says what to write."""

    def __init__(self, setting: str, advice: str) -> None:
        super().__init__(f"{setting}: {advice}")
        self.setting = setting
        self.advice = advice
