"""The port to the bucket of product pictures, and what may be done with a picture in memory."""

from __future__ import annotations

from typing import Protocol

from shared.model import StoredPicture

MAX_PICTURES = 100
"""Pictures of one product that are looked at; the rest, by name, is left out."""


class PictureStore(Protocol):
    """Where product pictures live.

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
