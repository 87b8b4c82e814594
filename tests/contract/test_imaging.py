"""The promises of the port `Imaging`, on the opener of pictures and on the fake that stands for it."""

from __future__ import annotations

import pytest

from shared.errors import Permanent
from shared.imaging import FileLimits, Imaging, Picture
from shared.imaging.opening import product_opener
from shared.model import Crop
from tests.contract.recognizer_contract import BAD_PICTURES, PHOTOS
from tests.fakes.imaging import FakeImaging

PHOTO = Picture(PHOTOS[0])
TAKES = FileLimits(frozenset({"JPEG"}), max_bytes=1_000_000)
REASONS = {"empty": "bad-picture", "no picture": "unsupported-format", "cut short": "bad-picture"}


@pytest.fixture(params=["fake", "pillow"])
def imaging(request: pytest.FixtureRequest) -> Imaging:
    refused = {BAD_PICTURES[bad]: Permanent(reason, "told") for bad, reason in REASONS.items()}
    return FakeImaging(refused) if request.param == "fake" else product_opener()


def test_a_raster_passes_through_untouched(imaging: Imaging) -> None:
    raster = imaging.raster(PHOTO)
    assert imaging.raster(Picture(raster=raster)) is raster
    assert imaging.file(Picture(raster=raster), TAKES) == raster.jpeg(TAKES.max_bytes)


def test_a_raster_has_three_bytes_for_each_pixel_and_is_never_enlarged(imaging: Imaging) -> None:
    raster = imaging.raster(PHOTO, crop=Crop(0, 0, 0.5, 0.5))
    again = imaging.raster(Picture(raster=raster), crop=Crop(0, 0, 0.5, 0.5))
    square = raster.resized(8, 8, "box")
    for each in (raster, again, square, raster.padded(8, "box")):
        width, height = each.size
        assert len(each.rgb()) == 3 * width * height
    assert square.size == (8, 8)
    assert again.size <= raster.size <= (200, 150)


def test_a_file_that_is_taken_stays_as_it_is(imaging: Imaging) -> None:
    assert imaging.file(PHOTO, TAKES) is PHOTO.content


@pytest.mark.parametrize(("bad", "reason"), REASONS.items())
def test_what_is_no_picture_is_refused_with_a_reason(imaging: Imaging, bad: str, reason: str) -> None:
    for opened in (imaging.raster, lambda picture: imaging.file(picture, TAKES)):
        with pytest.raises(Permanent) as raised:
            opened(Picture(BAD_PICTURES[bad]))
        assert raised.value.reason == reason
