"""What recognizers get: files as they are where those fit, else JPEGs of the same picture."""

from __future__ import annotations

import io
from itertools import product

import pytest
from PIL import Image

from shared.errors import Permanent
from shared.imaging import FileLimits, Picture
from shared.imaging.opening import product_opener
from shared.labeling.providers.google_vision import TAKES as VISION
from shared.labeling.registry import RECOGNIZERS
from tests.pictures import ORIENTATION, encoded, heic, jpeg, quarters, scene

TAKES = FileLimits(frozenset({"JPEG", "PNG"}), max_bytes=5_000_000, max_side=4096)
VENDORS = {name: each.takes for name, each in RECOGNIZERS.items() if each.takes}
COLORS = {"red": (255, 0, 0), "lime": (0, 255, 0), "blue": (0, 0, 255), "white": (255, 255, 255)}


def sent(content: bytes, takes: FileLimits = TAKES) -> bytes:
    return product_opener().file(Picture(content), takes)


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    assert (image.format, image.mode) == ("JPEG", "RGB")
    return image


def corners(image: Image.Image) -> list[str]:
    """The nearest of the colors of `quarters` in each corner, in reading order."""
    width, height = image.size
    places = [(4, 4), (width - 5, 4), (4, height - 5), (width - 5, height - 5)]

    def nearest(pixel: tuple[int, ...]) -> str:
        return min(COLORS, key=lambda name: sum(abs(a - b) for a, b in zip(pixel, COLORS[name], strict=True)))

    return [nearest(image.getpixel(place)) for place in places]  # type: ignore[arg-type] # of an RGB picture


def turned(image: Image.Image, kind: str, orientation: int) -> bytes:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    return encoded(image, kind, exif=exif)


@pytest.mark.parametrize(
    "content",
    [
        jpeg(),
        encoded(scene(), "PNG"),
        turned(scene(), "JPEG", 1),
        encoded(scene().convert("L")),
        encoded(scene(), "MPO", save_all=True, append_images=[scene(seed=1)]),
    ],
    ids=["jpeg", "png", "upright", "gray", "with a preview"],
)
def test_what_fits_is_left_untouched(content: bytes) -> None:
    assert sent(content) is content


KINDS = ("GIF", "BMP", "WEBP", "TIFF", "ICO")


@pytest.mark.parametrize(
    "content",
    [turned(scene(), "JPEG", 6), *(encoded(scene(), kind) for kind in KINDS)],
    ids=["sideways", *KINDS],
)
def test_vision_gets_what_it_reads_and_turns_photos_itself(content: bytes) -> None:
    assert sent(content, VISION) is content


READ_BY_NO_VENDOR = {
    "HEIC": heic(quarters()),
    "AVIF": encoded(quarters(), "AVIF"),
    "CMYK": encoded(quarters().convert("CMYK")),
    "cut": encoded(quarters())[:-2],
}
LYING = quarters().transpose(Image.Transpose.ROTATE_90)
OTHERS = {
    **{kind: encoded(quarters(), kind) for kind in ("WEBP", "GIF", "BMP", "TIFF")},
    **{f"{kind} on its side": turned(LYING, kind, 6) for kind in ("JPEG", "PNG")},
}


@pytest.mark.parametrize(
    ("kind", "takes"), [*product(READ_BY_NO_VENDOR, VENDORS.values()), *product(OTHERS, [TAKES])]
)
def test_what_is_not_taken_becomes_a_jpeg_of_the_same_size(kind: str, takes: FileLimits) -> None:
    image = opened(sent((READ_BY_NO_VENDOR | OTHERS)[kind], takes))
    assert image.size == (96, 64)
    assert corners(image) == ["red", "lime", "blue", "white"]
    assert not image.getexif()


@pytest.mark.parametrize(("max_side", "size"), [(500, (500, 250)), (None, (1500, 750))])
def test_what_is_too_wide_or_converted_is_scaled_down_in_proportion(
    max_side: int | None, size: tuple[int, int]
) -> None:
    takes = FileLimits(frozenset({"JPEG"}) if max_side else frozenset(), TAKES.max_bytes, max_side)
    assert opened(sent(jpeg(size=(2000, 1000) if max_side else (3000, 1500)), takes)).size == size


def test_a_photo_of_too_many_bytes_is_sent_smaller_and_refused_where_no_jpeg_fits() -> None:
    noise = Image.effect_noise((400, 300), 90).convert("RGB")
    photo = encoded(noise, quality=90)
    smaller = sent(photo, FileLimits(TAKES.formats, max_bytes=len(photo) - 1))
    assert len(smaller) < len(photo)
    smallest = sent(photo, FileLimits(TAKES.formats, max_bytes=len(photo) // 2))
    assert opened(smallest).size == (200, 150)
    with pytest.raises(Permanent) as raised:
        sent(photo, FileLimits(TAKES.formats, max_bytes=100))
    assert raised.value.reason == "too-large"
