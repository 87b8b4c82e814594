from __future__ import annotations

from tests.unit.pictures.conftest import authority, server, world

__all__ = ["authority", "server", "world"]
