"""Listed objects for tests."""

from __future__ import annotations

from shared.model import StoredPicture
from shared.pictures import Naming

NAMING = Naming(("products/<objectID>/<file>", "products/<objectID>.<ext>"))

GENERATION = 1_700_000_000_000_000


def listed(name: str, content: str = "", size: int = 10, generation: int = GENERATION) -> StoredPicture:
    """An object of the bucket; its content is its name unless said otherwise."""
    return StoredPicture("shop", name, generation, content or name, size, "image/jpeg")
