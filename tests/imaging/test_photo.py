from __future__ import annotations

import io
from collections.abc import Mapping

import pytest
from PIL import Image, TiffImagePlugin
from shared.pictures.photo import MAX_SIDE, MEMORY_BYTES, Normaliser, PhotoLimits

from shared.errors import Permanent
from shared.imaging.memory import MemoryBudget
from tests.pictures import ORIENTATION, encoded, heic, huge_png, jpeg, quarters, scene

normalise = Normaliser(PhotoLimits(2_000_000, 5_000_000), MemoryBudget(MEMORY_BYTES, 1))

RED, LIME, BLUE, WHITE, BLACK = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255), (0, 0, 0)
CORNERS = {1: (RED, LIME, BLUE, WHITE), 2: (LIME, RED, WHITE, BLUE), 3: (WHITE, BLUE, LIME, RED),
           4: (BLUE, WHITE, RED, LIME), 5: (RED, BLUE, LIME, WHITE), 6: (BLUE, RED, WHITE, LIME),
           7: (WHITE, LIME, BLUE, RED), 8: (LIME, WHITE, RED, BLUE)}  # fmt: skip
"""What `quarters` shows in its corners once turned upright, upper left first, by EXIF orientation."""


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def near(seen: object, meant: tuple[int, int, int], tolerance: int = 24) -> bool:
    assert isinstance(seen, tuple)
    return all(abs(a - b) <= tolerance for a, b in zip(seen, meant, strict=True))


def corners(picture: Image.Image) -> list[object]:
    right, lower = picture.width - 8, picture.height - 8
    return [picture.getpixel(place) for place in ((7, 7), (right, 7), (7, lower), (right, lower))]


def assert_corners(content: bytes, meant: tuple[tuple[int, int, int], ...]) -> None:
    seen = corners(opened(content))
    assert all(near(one, other) for one, other in zip(seen, meant, strict=True)), seen


FORMATS: Mapping[str, bytes] = {
    "JPEG": encoded(quarters(), quality=95),
    "progressive JPEG": encoded(quarters(), quality=95, progressive=True),
    "CMYK JPEG": encoded(quarters().convert("CMYK"), quality=95),
    "MPO": encoded(quarters(), "MPO", save_all=True, append_images=[scene()], quality=95),
    "PNG": encoded(quarters(), "PNG"),
    "palette PNG": encoded(quarters().convert("P"), "PNG"),
    "APNG": encoded(quarters(), "PNG", save_all=True, append_images=[scene((96, 64))]),
    "GIF": encoded(quarters(), "GIF"),
    "animated GIF": encoded(quarters(), "GIF", save_all=True, append_images=[scene((96, 64))]),
    "WebP": encoded(quarters(), "WEBP", quality=95),
    "lossless WebP": encoded(quarters(), "WEBP", lossless=True),
    "animated WebP": encoded(
        quarters(), "WEBP", lossless=True, save_all=True, append_images=[scene((96, 64))]
    ),
    "AVIF": encoded(quarters(), "AVIF"),
    "animated AVIF": encoded(quarters(), "AVIF", save_all=True, append_images=[scene((96, 64))]),
    "HEIC": heic(quarters(), quality=90),
    "TIFF": encoded(quarters(), "TIFF"),
    "LZW TIFF": encoded(quarters(), "TIFF", compression="tiff_lzw"),
    "deflate TIFF": encoded(quarters(), "TIFF", compression="tiff_adobe_deflate"),
    "JPEG TIFF": encoded(quarters(), "TIFF", compression="jpeg"),
    "CMYK TIFF": encoded(quarters().convert("CMYK"), "TIFF"),
    "many-paged TIFF": encoded(quarters(), "TIFF", save_all=True, append_images=[scene()]),
    "BMP": encoded(quarters(), "BMP"),
}


@pytest.mark.parametrize("name", FORMATS)
def test_the_first_picture_of_any_format_becomes_an_rgb_jpeg_in_its_colours(name: str) -> None:
    result = normalise(FORMATS[name])
    picture = opened(result)
    assert (picture.format, picture.mode, picture.size) == ("JPEG", "RGB", (96, 64))
    assert_corners(result, CORNERS[1])


ORIENTED = ("JPEG", "PNG", "WEBP", "AVIF", "TIFF", "HEIC")


def oriented(kind: str, orientation: int) -> bytes:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    if kind == "HEIC":
        return heic(quarters(), exif=exif.tobytes(), quality=90)
    if kind == "TIFF":
        tags = TiffImagePlugin.ImageFileDirectory_v2()
        tags[ORIENTATION] = orientation
        return encoded(quarters(), kind, tiffinfo=tags)
    return encoded(quarters(), kind, exif=exif, quality=95)


@pytest.mark.parametrize("orientation", CORNERS)
@pytest.mark.parametrize("kind", ORIENTED)
def test_a_picture_is_turned_upright_exactly_once(kind: str, orientation: int) -> None:
    result = normalise(oriented(kind, orientation))
    assert opened(result).size == ((64, 96) if orientation >= 5 else (96, 64))
    assert_corners(result, CORNERS[orientation])


LAYERS: Mapping[str, bytes] = {
    "PNG": encoded(Image.new("RGBA", (50, 50), (0, 0, 0, 0)), "PNG"),
    "grey PNG": encoded(Image.new("LA", (50, 50), (0, 0)), "PNG"),
    "palette PNG": encoded(Image.new("P", (50, 50)), "PNG", transparency=0),
    "RGB PNG": encoded(Image.new("RGB", (50, 50)), "PNG", transparency=(0, 0, 0)),
    "GIF": encoded(Image.new("P", (50, 50)), "GIF", transparency=0),
    "WebP": encoded(Image.new("RGBA", (50, 50), (0, 0, 0, 0)), "WEBP", lossless=True),
    "AVIF": encoded(Image.new("RGBA", (50, 50), (0, 0, 0, 0)), "AVIF"),
    "HEIC": heic(Image.new("RGBA", (64, 64), (0, 0, 0, 0))),
    "TIFF": encoded(Image.new("RGBA", (50, 50), (0, 0, 0, 0)), "TIFF"),
}


@pytest.mark.parametrize("name", LAYERS)
def test_what_is_transparent_becomes_white(name: str) -> None:
    assert near(opened(normalise(LAYERS[name])).getpixel((25, 25)), WHITE, 3)


@pytest.mark.parametrize("mode", ["I;16", "I;16B"])
@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_sixteen_bits_are_scaled_to_eight(kind: str, mode: str) -> None:
    stored = Image.new("I;16", (50, 50), 0x8000)
    if mode == "I;16B":
        stored = Image.frombytes(mode, stored.size, b"\x80\0" * 2500)
    grey = opened(normalise(encoded(stored, kind))).getpixel((25, 25))
    assert near(grey, (128, 128, 128), 3)


@pytest.mark.parametrize("mode", ["1", "L"])
def test_grey_and_black_and_white_stay_what_they_are(mode: str) -> None:
    for level, colour in ((0, BLACK), (255, WHITE)):
        result = normalise(encoded(Image.new("L", (50, 50), level).convert(mode), "PNG"))
        assert near(opened(result).getpixel((25, 25)), colour, 3)


def marked(kind: str) -> bytes:
    exif = Image.Exif()
    exif[0x010E] = "PRIVATE-note"
    exif.get_ifd(0x8825)[29] = "PRIVATE-gps"
    extra = {"exif": exif, "icc_profile": b"PRIVATE-icc" * 20, "xmp": b"<x>PRIVATE-xmp</x>"}
    if kind == "HEIC":
        return heic(scene(), **(extra | {"exif": exif.tobytes()}))
    return encoded(scene(), kind, **extra, **({"comment": b"PRIVATE-comment"} if kind == "JPEG" else {}))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "TIFF", "HEIC"])
def test_no_metadata_is_left(kind: str) -> None:
    content = marked(kind)
    assert b"PRIVATE" in content
    result = normalise(content)
    assert b"PRIVATE" not in result
    assert not {"exif", "comment", "icc_profile", "xmp"} & opened(result).info.keys()


def test_a_small_picture_is_not_enlarged() -> None:
    assert opened(normalise(jpeg())).size == (400, 300)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
@pytest.mark.parametrize("size", [(2000, 1000), (1300, 1290), (1281, 3000)])
def test_a_large_picture_is_scaled_down_to_more_than_half_of_the_limit(
    kind: str, size: tuple[int, int]
) -> None:
    picture = opened(normalise(encoded(scene(size), kind)))
    assert MAX_SIDE / 2 <= max(picture.size) <= MAX_SIDE
    assert picture.width / picture.height == pytest.approx(size[0] / size[1], rel=0.01)


BAD: Mapping[str, tuple[bytes, str]] = {
    "empty": (b"", "bad-picture"),
    "text": (b"this is no picture", "unsupported-format"),
    "truncated JPEG": (jpeg()[:2000], "bad-picture"),
    "truncated PNG": (encoded(scene(), "PNG")[:2000], "bad-picture"),
    "truncated HEIC": (heic(scene())[:-500], "bad-picture"),
    "too many bytes": (jpeg() + bytes(2_000_000), "too-large"),
    "hundred megapixels": (huge_png(), "too-many-pixels"),
    "two hundred megapixels": (huge_png(20_000, 10_000), "too-many-pixels"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_picture_is_refused_with_its_reason(case: str) -> None:
    content, reason = BAD[case]
    with pytest.raises(Permanent) as caught:
        normalise(content)
    assert caught.value.reason == reason


def test_a_picture_whose_decoding_takes_too_much_memory_is_refused() -> None:
    narrow = Normaliser(PhotoLimits(2_000_000, 5_000_000), MemoryBudget(20_000_000, 1))
    assert narrow(encoded(scene((1000, 500)), "BMP"))
    with pytest.raises(Permanent, match="takes too much memory") as caught:
        narrow(encoded(scene((2000, 2000)), "WEBP"))
    assert caught.value.reason == "too-many-pixels"
