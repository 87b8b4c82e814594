from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from shared.labeling.providers.embedded.decoding import CROP_MARGIN, read_square

from shared.errors import Permanent
from shared.labeling import PictureLimits
from shared.labeling.providers.embedded import LIMITS
from tests.pictures import ORIENTATION, encoded, huge_png, jpeg, scene

SIDE = 224


def quarters(size: tuple[int, int] = (400, 400)) -> Image.Image:
    """Red, green / blue, white: every turn and mirror image of it looks different."""
    image = Image.new("RGB", (2, 2))
    image.putdata([(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)])
    return image.resize(size, Image.Resampling.NEAREST)


def corners(content: bytes) -> list[tuple[bool, ...]]:
    """Which of red, green and blue shine near each of the four corners."""
    bright = (read_square(content, SIDE, LIMITS)[0] > 127).tolist()
    near, far = SIDE // 8, SIDE - SIDE // 8
    return [tuple(bright[y][x]) for y in (near, far) for x in (near, far)]


@pytest.mark.parametrize("kind", sorted(LIMITS.formats - {"MPO"}))
def test_every_declared_format_is_read(kind: str) -> None:
    square = read_square(encoded(scene(), kind), SIDE, LIMITS)
    assert square.shape == (1, SIDE, SIDE, 3)
    assert square.dtype == np.uint8
    assert square.std() > 10


def test_a_jpeg_with_an_embedded_preview_is_read() -> None:
    content = encoded(quarters(), "MPO", save_all=True, append_images=[Image.new("RGB", (40, 40))])
    with Image.open(BytesIO(content)) as image:
        assert image.format == "MPO"
    assert corners(content) == corners(encoded(quarters(), "PNG"))


@pytest.mark.parametrize(
    ("size", "resampling"),
    [
        ((512, 300), Image.Resampling.HAMMING),
        ((300, 256), Image.Resampling.HAMMING),
        ((160, 240), Image.Resampling.BICUBIC),
    ],
    ids=["shrunk", "as it is", "enlarged"],
)
def test_the_middle_is_cut_out_and_scaled(size: tuple[int, int], resampling: Image.Resampling) -> None:
    image = scene(size, seed=3)
    width, height = size
    crop = min(size) * SIDE / (SIDE + CROP_MARGIN)
    box = ((width - crop) / 2, (height - crop) / 2, (width + crop) / 2, (height + crop) / 2)
    expected = image.resize((SIDE, SIDE), resampling, box=box)
    assert np.array_equal(read_square(encoded(image, "PNG"), SIDE, LIMITS)[0], np.asarray(expected))


@pytest.mark.parametrize("factor", [2, 4, 8])
def test_a_large_jpeg_looks_like_the_small_one(factor: int) -> None:
    small = scene((300, 280), seed=4)
    large = small.resize((300 * factor, 280 * factor), Image.Resampling.BICUBIC)
    squares = [
        read_square(encoded(image, "JPEG", quality=95), SIDE, LIMITS).astype(int) for image in (small, large)
    ]
    assert np.abs(squares[0] - squares[1]).mean() < 3


@pytest.mark.parametrize(
    ("orientation", "turned"),
    [
        (1, None),
        (2, Image.Transpose.FLIP_LEFT_RIGHT),
        (3, Image.Transpose.ROTATE_180),
        (4, Image.Transpose.FLIP_TOP_BOTTOM),
        (5, Image.Transpose.TRANSPOSE),
        (6, Image.Transpose.ROTATE_90),
        (7, Image.Transpose.TRANSVERSE),
        (8, Image.Transpose.ROTATE_270),
    ],
)
def test_a_picture_taken_with_a_turned_camera_is_turned_back(
    orientation: int, turned: Image.Transpose | None
) -> None:
    upright = quarters((600, 400))
    as_taken = upright if turned is None else upright.transpose(turned)
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    assert corners(encoded(as_taken, exif=exif)) == corners(encoded(upright))


@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_an_unknown_orientation_is_upright(orientation: int) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    assert corners(encoded(quarters(), exif=exif)) == corners(encoded(quarters()))


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
@pytest.mark.parametrize("exif", [b"Exif\0\0", b"Exif\0\0garbage", b"Exif\0\0II*\0\xff\xff\xff\xff"])
def test_broken_exif_does_not_spoil_the_picture(exif: bytes) -> None:
    assert corners(encoded(quarters(), exif=exif)) == corners(encoded(quarters()))


@pytest.mark.parametrize(
    "image",
    [
        Image.new("RGBA", (300, 300), (0, 0, 0, 0)),
        Image.new("LA", (300, 300), (0, 0)),
        Image.new("RGBA", (300, 300), (0, 0, 0, 0)).quantize(),
    ],
    ids=["RGBA", "LA", "palette"],
)
def test_what_is_transparent_is_white(image: Image.Image) -> None:
    assert (read_square(encoded(image, "PNG"), SIDE, LIMITS) == 255).all()


@pytest.mark.parametrize("mode", ["1", "L", "P", "CMYK", "YCbCr", "I;16"])
def test_every_colour_mode_becomes_rgb(mode: str) -> None:
    grey = Image.new("L", (300, 300), 200)
    image = Image.new("I;16", (300, 300), 200 * 257) if mode == "I;16" else grey.convert("RGB").convert(mode)
    square = read_square(encoded(image, "TIFF"), SIDE, LIMITS)
    assert square.mean() == pytest.approx(200, abs=60 if mode == "1" else 3)


@pytest.mark.parametrize("size", [(1, 1), (1, 500), (500, 1), (30, 20)])
def test_a_tiny_picture_is_enlarged(size: tuple[int, int]) -> None:
    square = read_square(encoded(Image.new("RGB", size, (9, 99, 199)), "PNG"), SIDE, LIMITS)
    assert (square == (9, 99, 199)).all()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "unsupported-format"),
        (b"no picture", "unsupported-format"),
        (b"%PDF-1.7", "unsupported-format"),
        (encoded(scene(), "PPM"), "unsupported-format"),
        (jpeg()[:2000], "bad-picture"),
        (encoded(scene(), "PNG")[:2000], "bad-picture"),
        (b"\xff\xd8\xff\xe0", "unsupported-format"),
        (huge_png(), "too-many-pixels"),
        (huge_png(20_000, 20_000), "too-many-pixels"),
    ],
    ids=[
        "empty",
        "text",
        "pdf",
        "ppm",
        "cut jpeg",
        "cut png",
        "only a marker",
        "100 megapixels",
        "400 megapixels",
    ],
)
def test_what_cannot_be_read_says_why(content: bytes, reason: str) -> None:
    with pytest.raises(Permanent) as failure:
        read_square(content, SIDE, LIMITS)
    assert failure.value.reason == reason


def test_limits_are_checked_before_anything_is_decoded() -> None:
    damaged = jpeg(size=(400, 300))[:2000]
    cases = [
        (PictureLimits(LIMITS.formats, 1999, 10**9), "too-large"),
        (PictureLimits(LIMITS.formats, 10**9, 400 * 300 - 1), "too-many-pixels"),
        (PictureLimits(LIMITS.formats, 2000, 400 * 300), "bad-picture"),
    ]
    for limits, reason in cases:
        with pytest.raises(Permanent) as failure:
            read_square(damaged, SIDE, limits)
        assert failure.value.reason == reason


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(
        [encoded(scene((64, 48)), kind) for kind in ("JPEG", "PNG", "GIF", "TIFF", "WEBP", "BMP")]
    ),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=8),
    st.floats(0, 1),
)
def test_a_damaged_file_is_read_or_refused(
    content: bytes, changes: list[tuple[float, int]], kept: float
) -> None:
    damaged = bytearray(content)
    for place, value in changes:
        damaged[int(place * (len(damaged) - 1))] = value
    try:
        square = read_square(bytes(damaged[: int(len(damaged) * kept)]), SIDE, LIMITS)
    except Permanent:
        return
    assert square.shape == (1, SIDE, SIDE, 3)
