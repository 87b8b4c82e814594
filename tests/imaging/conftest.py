from __future__ import annotations

import pytest

from shared.imaging.opening import PictureOpener, photo_opener


@pytest.fixture(scope="session")
def opener() -> PictureOpener:
    """The opener of shoppers' photos, with one child for all tests."""
    return photo_opener(20_000_000)
