"""What recognizers get: files as they are where those fit, else JPEGs of the same picture."""

from __future__ import annotations

import io
import random
from collections.abc import Sequence
from itertools import product

import pytest
from PIL import Image

from shared.errors import Permanent
from shared.imaging import FileLimits, Picture
from shared.imaging.opening import product_opener
from shared.labeling.providers.google_vision import TAKES as VISION
from shared.labeling.registry import RECOGNIZERS
from shared.labeling.remote import RemoteRecognizer, View
from shared.model import Labels
from tests.pictures import ORIENTATION, encoded, heic, huge_png, jpeg, quarters, scene

TAKES = FileLimits(frozenset({"JPEG", "PNG"}), max_bytes=5_000_000, max_side=4096)
VENDORS = {name: each.takes for name, each in RECOGNIZERS.items() if each.takes}
COLORS = {"red": (255, 0, 0), "lime": (0, 255, 0), "blue": (0, 0, 255), "white": (255, 255, 255)}
vendors = pytest.mark.parametrize("takes", VENDORS.values(), ids=VENDORS)


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


def noise(width: int, height: int) -> Image.Image:
    chance = random.Random(1)  # noqa: S311 - any bytes will do
    return Image.frombytes("RGB", (width, height), chance.randbytes(3 * width * height))


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


@pytest.mark.parametrize(
    ("orientation", "expected"),
    [
        (3, ["white", "blue", "lime", "red"]),
        (6, ["blue", "red", "white", "lime"]),
        (8, ["lime", "white", "red", "blue"]),
    ],
)
@pytest.mark.parametrize("kind", ["WEBP", "JPEG", "PNG"])
def test_what_lies_on_its_side_is_turned_and_has_no_metadata(
    kind: str, orientation: int, expected: list[str]
) -> None:
    image = opened(sent(turned(quarters(), kind, orientation)))
    assert corners(image) == expected
    assert not image.getexif()


READ_BY_NO_VENDOR = {
    "HEIC": heic(quarters()),
    "AVIF": encoded(quarters(), "AVIF"),
    "CMYK": encoded(quarters().convert("CMYK")),
    "cut": encoded(quarters())[:-2],
}
OTHERS = {kind: encoded(quarters(), kind) for kind in ("WEBP", "GIF", "BMP", "TIFF")}


@pytest.mark.parametrize(
    ("kind", "takes"), [*product(READ_BY_NO_VENDOR, VENDORS.values()), *product(OTHERS, [TAKES])]
)
def test_what_is_not_taken_becomes_a_jpeg_of_the_same_size(kind: str, takes: FileLimits) -> None:
    image = opened(sent((READ_BY_NO_VENDOR | OTHERS)[kind], takes))
    assert image.size == (96, 64)
    assert corners(image) == ["red", "lime", "blue", "white"]


def test_transparency_is_white_and_of_an_animation_the_first_frame_is_sent() -> None:
    clear = Image.new("RGBA", (100, 100), (0, 0, 0, 0))
    moving = encoded(clear, "WEBP", save_all=True, append_images=[Image.new("RGBA", (100, 100), "blue")])
    assert opened(sent(moving)).getpixel((50, 50)) == (255, 255, 255)


def test_what_is_too_wide_is_scaled_down_in_proportion() -> None:
    smaller = FileLimits(TAKES.formats, TAKES.max_bytes, max_side=500)
    assert opened(sent(jpeg(size=(2000, 1000)), smaller)).size == (500, 250)


@vendors
def test_a_photo_of_too_many_bytes_is_sent_smaller(takes: FileLimits) -> None:
    photo = encoded(noise(4000, 3000), "JPEG", quality=90)
    assert len(photo) > takes.max_bytes
    smaller = sent(photo, takes)
    assert len(smaller) <= takes.max_bytes
    assert opened(smaller).size == (2000, 1500)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "bad-picture"),
        (b"%PDF-1.7", "unsupported-format"),
        (huge_png(), "too-many-pixels"),
        (jpeg() + bytes(20_000_000), "too-large"),
        (encoded(scene(), "WEBP")[:1_000], "bad-picture"),
        (encoded(scene(), "ICO"), "unsupported-format"),
    ],
    ids=["empty", "no picture", "100 megapixels", "20 MB", "cut off", "icon"],
)
def test_what_cannot_be_converted_is_refused_with_a_reason(content: bytes, reason: str) -> None:
    with pytest.raises(Permanent) as raised:
        sent(content)
    assert raised.value.reason == reason


def test_bytes_that_no_jpeg_has_are_refused() -> None:
    with pytest.raises(Permanent) as raised:
        sent(jpeg(), FileLimits(TAKES.formats, max_bytes=100))
    assert raised.value.reason == "too-large"


class Asked(RemoteRecognizer[None, None]):
    """Keeps what it is asked about."""

    name = recognizer_id = "asked"

    def __init__(self, takes: FileLimits) -> None:
        super().__init__(lambda: None, product_opener(), timeout=5.0)
        self.takes = takes
        self.files: list[bytes] = []

    def _call(self, files: Sequence[bytes], seconds: float) -> Sequence[None]:  # noqa: ARG002 it is quick
        self.files += files
        return [None]

    def _labels(self, answer: None, view: View) -> Labels:  # noqa: ARG002 it sees nothing
        return ()


@vendors
def test_a_pdf_is_refused_by_its_name_and_asked_of_nobody(takes: FileLimits) -> None:
    recognizer = Asked(takes)
    refused, _ = recognizer.label_many([Picture(b"%PDF-1.7 a price list"), Picture(jpeg())])
    assert isinstance(refused, Permanent)
    assert (refused.reason, "PDF" in str(refused)) == ("unsupported-format", True)
    assert recognizer.files == [jpeg()]
