"""The port to remembered labels: what a recogniser said about some bytes is paid for once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from shared.errors import Permanent
from shared.model import Labels

LEASE = 60.0
"""Seconds after which a claim's holder is taken for dead; longer than any recogniser's deadline."""

Settled = Labels | Permanent
"""A recogniser's last word about some bytes: labels, or a refusal."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to send some bytes to the recogniser; `token` tells claims on the same bytes apart."""

    content_hash: str
    token: int


class LabelStore(Protocol):
    """What one recogniser said, by the hash of the bytes.

    Promises, each a contract test run on every implementation:

    - what was settled is obtained ever after, by any process, until it is forgotten;
    - of all who ask for unsettled bytes, one holds the claim; the others obtain None until it is settled or
      released, or its lease has run out because its holder died;
    - settling twice keeps the first word; what another recogniser said is never seen.

    All raise `Transient` or `Misconfigured` otherwise, within a deadline.
    """

    def obtain(self, content_hash: str) -> Settled | Claim | None:
        """What was said about the bytes; else the claim on them; else None: somebody else is asking."""

    def settle(self, claim: Claim, outcome: Settled) -> None:
        """Remember the recogniser's word."""

    def release(self, claim: Claim) -> None:
        """Give the claim back without a word."""

    def peek(self, content_hash: str) -> Settled | None:
        """What was said about the bytes, if anything, without claiming them."""

    def forget(self, content_hash: str, before_us: int) -> None:
        """Make bytes that were settled before that time (microseconds) unsettled and unclaimed again."""
