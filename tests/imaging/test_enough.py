"""A photo that goes to the recognizer as a file has no more pixels here than whoever looks at them needs."""

from __future__ import annotations

import pytest

from shared.imaging import MAX_SIDE, Picture, Raster
from shared.imaging.opening import photo_opener, product_opener
from shared.model import Crop
from tests.imaging.files import exif
from tests.pictures import encoded, scene

ENOUGH = 272
SIZES = [(800, 600), (600, 800), (544, 544), (543, 800), (1_280, 1_088), (1_280, 1_280), (1_280, 9), (5, 5)]
"""Of the 1,280 x 1,088 a quarter has 272 on the shorter side, of 544 a half, and of 543 none."""


def photo(content: bytes, enough: int | None, crop: Crop | None = None) -> Raster:
    return photo_opener(20_000_000, enough).raster(Picture(content), crop=crop)


@pytest.mark.parametrize("enough", [0, 1, 100, ENOUGH, 2_000])
@pytest.mark.parametrize("size", SIZES)
def test_the_largest_fraction_that_is_enough_is_decoded(size: tuple[int, int], enough: int) -> None:
    content = encoded(scene(size))
    raster = photo(content, enough)
    fractions = [each for each in (1, 2, 4, 8) if min(size) / each >= max(enough, 1)] or [1]
    assert raster.size == tuple(-(-side // fractions[-1]) for side in size)
    assert raster.jpeg() == content, "the recognizer has all of it"


@pytest.mark.parametrize("size", SIZES)
def test_nobody_who_does_not_say_gets_less(size: tuple[int, int]) -> None:
    assert photo(encoded(scene(size)), None).size == size
    assert product_opener().raster(Picture(encoded(scene(size)))).size == size


WHOLE = scene((800, 600))
CONVERTED = {
    "PNG": encoded(WHOLE, "PNG"),
    "WebP": encoded(WHOLE, "WEBP"),
    "progressive": encoded(WHOLE, progressive=True),
    "gray": encoded(WHOLE.convert("L")),
    "CMYK": encoded(WHOLE.convert("CMYK")),
    "sideways": encoded(WHOLE, exif=b"Exif\0\0" + exif(6)),
    "with a profile": encoded(WHOLE, icc_profile=b"some profile"),
    "too large to be sent": encoded(scene((2 * MAX_SIDE, MAX_SIDE))),
    "cut": encoded(WHOLE)[:-2],
}


@pytest.mark.parametrize("content", CONVERTED.values(), ids=CONVERTED)
def test_what_is_encoded_anew_for_the_recognizer_keeps_its_pixels(content: bytes) -> None:
    assert photo(content, 0).size == photo(content, None).size


def test_of_a_part_there_is_all() -> None:
    assert photo(encoded(WHOLE), 0, Crop(0.0, 0.0, 0.5, 1.0)).size == (400, 600)
