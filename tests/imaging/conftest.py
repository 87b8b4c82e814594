from __future__ import annotations

import pytest

from shared.imaging.room import Room, photo_room


@pytest.fixture(scope="session")
def room() -> Room:
    """The room of shoppers' photos, with one child for all tests."""
    return photo_room(20_000_000)
