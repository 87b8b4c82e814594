"""The bytes a shop uploads: photos, copies of photos, and files that are none."""

from __future__ import annotations

import random

from shared.model import md5
from tests.pictures import jpeg

SIZE = (112, 84)
"""Amazon takes no side below 80 pixels."""
COPIED = 0.15
SPOILT = 0.05


class Contents:
    """Deals out file contents: `known` are all, by their MD5; `spoilt` are those that are no pictures."""

    def __init__(self, chance: random.Random) -> None:
        self.known: dict[str, bytes] = {}
        self.spoilt: set[str] = set()
        self._chance = chance

    def deal(self) -> str:
        """The MD5 of some file: a new one, or one that is in the shop already."""
        if self.known and self._chance.random() < COPIED:
            return self._chance.choice(list(self.known))
        if self._chance.random() < SPOILT:
            return self._keep(self._spoilt(), spoilt=True)
        return self.new_photo()

    def new_photo(self) -> str:
        """The MD5 of a photo that nobody has yet."""
        return self._keep(self._photo(), spoilt=False)

    def _photo(self) -> bytes:
        return jpeg(self._chance.getrandbits(48), SIZE)

    def _spoilt(self) -> bytes:
        photo = self._photo()
        text = f"price list {self._chance.getrandbits(48)}".encode()
        return self._chance.choice([b"", text, photo[: len(photo) // 4], photo[:40]])

    def _keep(self, content: bytes, *, spoilt: bool) -> str:
        digest = md5(content)
        self.known[digest] = content
        if spoilt:
            self.spoilt.add(digest)
        return digest
