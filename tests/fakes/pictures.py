"""A picture bucket in memory."""

from __future__ import annotations

from collections.abc import Callable

from shared.errors import Permanent
from shared.model import StoredPicture, md5
from shared.pictures import MAX_PICTURES, may_be_picture


class InMemoryPictures:
    """Objects by name; `put` and `delete` play the shop's part. `time` is now, in microseconds."""

    def __init__(self, bucket: str, product_of: Callable[[str], str | None]) -> None:
        self._bucket = bucket
        self._product_of = product_of
        self._objects: dict[str, tuple[StoredPicture, bytes]] = {}
        self._contents: dict[str, bytes] = {}
        self.time = 1_700_000_000_000_000

    def put(self, name: str, content: bytes, content_type: str = "image/jpeg") -> StoredPicture:
        digest = md5(content)
        picture = StoredPicture(self._bucket, name, self.tick(), digest, len(content), content_type)
        self._objects[name] = (picture, content)
        self._contents[digest] = content
        return picture

    def tick(self) -> int:
        """A millisecond passes: a time later than every one before, unless somebody sets the clock back."""
        self.time += 1_000
        return self.time

    def content(self, content_hash: str) -> bytes:
        """The bytes, live or not, that have this hash."""
        return self._contents[content_hash]

    def is_live(self, name: str) -> bool:
        """Whether there is an object of that name."""
        return name in self._objects

    def delete(self, name: str) -> None:
        del self._objects[name]

    def list_product(self, product: str) -> list[StoredPicture]:
        named = (name for name in sorted(self._objects) if self._product_of(name) == product)
        own = (self._objects[name][0] for name in named)
        return [picture for picture in own if may_be_picture(picture)][:MAX_PICTURES]

    def read(self, picture: StoredPicture) -> bytes:
        current, content = self._objects.get(picture.name, (None, b""))
        if current != picture:
            raise Permanent("picture-gone", f"{picture.name} is no longer in the bucket")
        return content
