from __future__ import annotations

import re
from collections.abc import Mapping

import pytest
from PIL import Image

from shared.errors import Permanent
from shared.imaging import FileLimits, Picture
from shared.imaging.opening import photo_opener
from shared.model import Crop
from tests.pictures import encoded, huge_png, jpeg, scene

ROOM = photo_opener(2_000_000)


def refusal(content: bytes, crop: Crop | None = None) -> Permanent:
    with pytest.raises(Permanent) as caught:
        ROOM.raster(Picture(content), crop=crop)
    if crop is None:
        with pytest.raises(Permanent, match=re.escape(str(caught.value))):
            ROOM.file(Picture(content), FileLimits(frozenset(), 10_000_000))
    return caught.value


BAD: Mapping[str, tuple[bytes, str, str]] = {
    "nothing": (b"", "bad-picture", "empty"),
    "too many bytes": (jpeg() + bytes(2_000_000), "too-large", "send at most 2,000,000"),
    "a hundred megapixels": (
        huge_png(),
        "too-many-pixels",
        r"10000 x 10000 pixels \(100.0 megapixels\); send at most 50 megapix",
    ),
    "a side too long": (huge_png(70_000, 10), "too-many-pixels", "65535 pixels a side"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_over_a_limit_is_refused_with_a_sentence_that_is_true(case: str) -> None:
    content, reason, told = BAD[case]
    error = refusal(content)
    assert error.reason == reason
    assert re.search(told, str(error)), str(error)


def test_an_animation_of_too_many_frames_is_refused() -> None:
    frames = [Image.new("L", (8, 8), 255 * (number % 2)) for number in range(1_001)]
    content = encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:], method=0)
    assert refusal(content).reason == "too-many-frames"


@pytest.mark.parametrize("crop", [Crop(0, 0, 0.01, 1), Crop(0.5, 0.5, 0.001, 0.001)])
def test_a_crop_of_next_to_nothing_is_refused(crop: Crop) -> None:
    assert refusal(encoded(scene()), crop).reason == "bad-crop"


def test_a_picture_smaller_than_a_crop_may_be_is_still_a_picture() -> None:
    assert ROOM.raster(Picture(encoded(Image.new("RGB", (3, 2)), "PNG"))).size == (3, 2)
