from __future__ import annotations

import io
import random

import pytest
from PIL import Image
from shared.labeling.converting import fitting

from shared.errors import Permanent
from tests.pictures import ORIENTATION, encoded, huge_png, jpeg, quarters, scene

FORMATS = frozenset({"JPEG", "PNG"})


def fitted(content: bytes, max_bytes: int = 5_000_000, max_side: int = 4096) -> bytes:
    return fitting(content, FORMATS, max_bytes, max_side)


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def corners(image: Image.Image) -> list[str]:
    """The nearest of the colours of `quarters` in each corner, in reading order."""
    names = {"red": (255, 0, 0), "lime": (0, 255, 0), "blue": (0, 0, 255), "white": (255, 255, 255)}
    width, height = image.size
    places = [(4, 4), (width - 5, 4), (4, height - 5), (width - 5, height - 5)]

    def nearest(pixel: tuple[int, ...]) -> str:
        return min(names, key=lambda name: sum(abs(a - b) for a, b in zip(pixel, names[name], strict=True)))

    return [nearest(image.getpixel(place)) for place in places]  # type: ignore[arg-type] # of an RGB picture


def sideways(image: Image.Image, kind: str, orientation: int) -> bytes:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    return encoded(image, kind, exif=exif)


def noise(width: int, height: int) -> Image.Image:
    chance = random.Random(1)  # noqa: S311 - any bytes will do
    return Image.frombytes("RGB", (width, height), chance.randbytes(3 * width * height))


@pytest.mark.parametrize(
    "content",
    [jpeg(), encoded(scene(), "PNG"), sideways(scene(), "JPEG", 1), encoded(scene().convert("L"))],
    ids=["jpeg", "png", "upright", "grey"],
)
def test_what_fits_is_left_untouched(content: bytes) -> None:
    assert fitted(content) is content


def test_a_photo_that_lies_on_its_side_is_turned_though_it_fits() -> None:
    image = opened(fitted(sideways(quarters(), "JPEG", 6)))
    assert corners(image) == ["blue", "red", "white", "lime"]


@pytest.mark.parametrize("kind", ["WEBP", "GIF", "BMP", "TIFF"])
def test_other_formats_become_jpeg_of_the_same_size(kind: str) -> None:
    image = opened(fitted(encoded(quarters(), kind)))
    assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (96, 64))
    assert corners(image) == ["red", "lime", "blue", "white"]


def test_a_cmyk_jpeg_becomes_rgb() -> None:
    image = opened(fitted(encoded(quarters().convert("CMYK"))))
    assert (image.format, image.mode) == ("JPEG", "RGB")
    assert corners(image) == ["red", "lime", "blue", "white"]


@pytest.mark.parametrize(
    ("orientation", "expected"),
    [
        (3, ["white", "blue", "lime", "red"]),
        (6, ["blue", "red", "white", "lime"]),
        (8, ["lime", "white", "red", "blue"]),
    ],
)
@pytest.mark.parametrize("kind", ["WEBP", "JPEG"])
def test_what_is_converted_stands_upright_and_has_no_metadata(
    kind: str, orientation: int, expected: list[str]
) -> None:
    image = opened(fitted(sideways(quarters(), kind, orientation), max_side=90))
    assert corners(image) == expected
    assert not image.getexif()


def test_transparency_is_white() -> None:
    clear = Image.new("RGBA", (100, 100), (0, 0, 0, 0))
    assert opened(fitted(encoded(clear, "WEBP"))).getpixel((50, 50)) == (255, 255, 255)


def test_of_an_animation_the_first_frame_is_sent() -> None:
    frames = [Image.new("RGB", (100, 100), colour) for colour in ("red", "blue")]
    moving = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert opened(fitted(moving)).getpixel((50, 50)) == opened(fitted(encoded(frames[0], "GIF"))).getpixel(
        (50, 50)
    )


def test_what_is_too_wide_is_scaled_down_in_proportion() -> None:
    assert opened(fitted(jpeg(size=(2000, 1000)), max_side=500)).size == (500, 250)


def test_a_12_megapixel_photo_above_the_bytes_fits_without_losing_more_than_it_must() -> None:
    photo = encoded(noise(4000, 3000), "JPEG", quality=90)
    assert len(photo) > 5_242_880
    smaller = fitted(photo, 5_242_880)
    assert len(smaller) <= 5_242_880
    assert opened(smaller).size == (2000, 1500)


def test_a_photo_with_a_preview_in_it_counts_as_jpeg() -> None:
    content = encoded(scene(), "MPO", save_all=True, append_images=[scene(seed=1)])
    assert fitted(content) is content


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "bad-picture"),
        (b"%PDF-1.7", "unsupported-format"),
        (huge_png(), "too-many-pixels"),
        (jpeg() + bytes(20_000_000), "too-large"),
        (encoded(scene(), "WEBP")[:1_000], "bad-picture"),
    ],
    ids=["empty", "no picture", "100 megapixels", "20 MB", "cut off"],
)
def test_what_cannot_be_converted_is_refused_with_a_reason(content: bytes, reason: str) -> None:
    with pytest.raises(Permanent) as raised:
        fitted(content)
    assert raised.value.reason == reason


def test_bytes_that_no_jpeg_has_are_refused() -> None:
    with pytest.raises(Permanent) as raised:
        fitted(jpeg(), max_bytes=100)
    assert raised.value.reason == "too-large"
