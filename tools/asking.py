"""Asking for another look at products, as commands do it; see `shared.events.pubsub.PictureTopic`."""

from __future__ import annotations

from typing import Protocol


class Confirmation(Protocol):
    """Whether a message is safely kept."""

    def done(self) -> bool:
        """Whether `wait` returns, or raises, at once."""

    def wait(self) -> None:
        """Return when it is; raises `Transient` or `Misconfigured` when it is not."""


class Topic(Protocol):
    """Where to ask."""

    def ask(self, bucket: str, name: str, *, retry_refused: bool = False) -> Confirmation:
        """Ask to look again at the product of a picture; returns at once."""
