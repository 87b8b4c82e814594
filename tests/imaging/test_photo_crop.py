from __future__ import annotations

import io

import pytest
from PIL import Image
from shared.pictures.photo import MEMORY_BYTES, Normaliser, PhotoLimits

from shared.errors import Permanent
from shared.imaging.memory import MemoryBudget
from shared.model import Crop
from tests.pictures import ORIENTATION, encoded, heic, quarters, scene

normalise = Normaliser(PhotoLimits(10_000_000, 20_000_000), MemoryBudget(MEMORY_BYTES, 1))

QUARTERS = {
    (0.0, 0.0): (255, 0, 0),
    (0.5, 0.0): (0, 255, 0),
    (0.0, 0.5): (0, 0, 255),
    (0.5, 0.5): (255, 255, 255),
}


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def upright_in(orientation: int) -> bytes:
    """`quarters`, stored so that this orientation turns it upright."""
    undone = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
    picture = quarters((400, 200))
    stored = picture.transpose(Image.Transpose(undone[orientation])) if orientation > 1 else picture
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    return encoded(stored, exif=exif, quality=95)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("place", QUARTERS)
def test_a_crop_is_a_part_of_the_upright_picture(orientation: int, place: tuple[float, float]) -> None:
    picture = opened(normalise(upright_in(orientation), Crop(*place, 0.5, 0.5)))
    assert picture.size == (200, 100)
    for spot in ((4, 4), (195, 4), (4, 95), (195, 95)):
        seen = picture.getpixel(spot)
        assert isinstance(seen, tuple)
        assert all(abs(a - b) <= 24 for a, b in zip(seen, QUARTERS[place], strict=True)), (spot, seen)


@pytest.mark.parametrize("kind", ["PNG", "GIF", "WEBP", "TIFF", "HEIC"])
def test_a_crop_is_exact_to_the_pixel(kind: str) -> None:
    image = Image.new("RGB", (200, 100), "black")
    image.paste((255, 255, 255), (50, 20, 150, 60))
    options = {"lossless": True} if kind == "WEBP" else {}
    content = heic(image, quality=-1, chroma=444) if kind == "HEIC" else encoded(image, kind, **options)
    picture = opened(normalise(content, Crop(0.25, 0.2, 0.5, 0.4))).convert("L")
    assert picture.size == (100, 40)
    lowest, _ = picture.getextrema()
    assert isinstance(lowest, int)
    assert lowest >= 250


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_small_crop_of_a_large_picture_keeps_its_detail(kind: str) -> None:
    picture = opened(normalise(encoded(scene((4000, 3000)), kind), Crop(0.1, 0.1, 0.2, 0.2)))
    assert picture.size == (800, 600)


@pytest.mark.parametrize("crop", [Crop(0, 0, 0.01, 1), Crop(0.5, 0.5, 0.001, 0.001)])
def test_a_crop_of_next_to_nothing_is_refused(crop: Crop) -> None:
    with pytest.raises(Permanent) as caught:
        normalise(encoded(scene()), crop)
    assert caught.value.reason == "bad-crop"


def test_a_picture_smaller_than_a_crop_may_be_is_still_a_picture() -> None:
    assert opened(normalise(encoded(Image.new("RGB", (3, 2)), "PNG"))).size == (3, 2)
