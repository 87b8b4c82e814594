"""The port to remembered answers: what a recognizer or an encoder said about some bytes is asked once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar, Union

from shared.errors import Permanent

LEASE = 60.0
"""Seconds after which a claim's holder is taken for dead; longer than any recognizer's deadline."""

T = TypeVar("T")
"""What is remembered: the `Labels` of a recognizer, the `Appearance` that an encoder sees."""

Settled = Union[T, Permanent]  # noqa: UP007 - a generic alias before Python 3.12
"""The last word about some bytes: an answer, or a refusal."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to ask about some bytes; `token` tells claims on the same bytes apart."""

    content_hash: str
    token: int


class AnnotationStore(Protocol, Generic[T]):
    """What one recognizer or encoder said, by the hash of the bytes: an answer, or its refusal.

    Promises, each a contract test run on every implementation:

    - what was settled is obtained ever after, by any process, until it is forgotten;
    - of all who ask for unsettled bytes, one holds the claim; the others obtain None until it is settled or
      released, or its lease has run out because its holder died;
    - settling twice keeps the first word; what another one said is never seen.

    All raise `Transient` or `Misconfigured` otherwise, within a deadline.
    """

    def obtain(self, content_hash: str) -> Settled[T] | Claim | None:
        """What was said about the bytes; else the claim on them; else None: somebody else is asking."""

    def settle(self, claim: Claim, outcome: Settled[T]) -> None:
        """Remember the word about the bytes."""

    def release(self, claim: Claim) -> None:
        """Give the claim back without a word."""

    def peek(self, content_hash: str) -> Settled[T] | None:
        """What was said about the bytes, if anything, without claiming them."""

    def forget(self, content_hash: str, before_us: int) -> None:
        """Make bytes that were settled before that time (microseconds) unsettled and unclaimed again."""
