"""What is left of a damaged file is shown as browsers show it, where it is half of the picture or more."""

from __future__ import annotations

import logging
import struct
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from shared.errors import Permanent
from shared.imaging import FileLimits, Picture
from shared.imaging.opening import PictureOpener
from shared.logs import LOGGER
from tests.imaging.files import Chunk, chunk, exif, iccp, png
from tests.imaging.icc import DISPLAY_P3
from tests.imaging.truth import COLORS, EXACT, Case, Seen, image_of, pixels, seen
from tests.pictures import encoded, heic, scene

_ROWS = 600


def _photo() -> Seen:
    """A picture that no encoder makes small, so that a share of the bytes is that of the rows."""
    noise = np.random.default_rng(1).integers(-30, 30, (_ROWS, 200, 3))
    return (np.asarray(scene((200, _ROWS))) + noise).clip(0, 254).astype(np.int16)


_PHOTO = _photo()


class _Kept(logging.Handler):
    def __init__(self, lines: list[tuple[str, object]]) -> None:
        super().__init__()
        self.lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append((record.getMessage(), record.__dict__["fields"]))


@pytest.fixture
def lines() -> Iterator[list[tuple[str, object]]]:
    """What is logged meanwhile."""
    kept, level = _Kept([]), LOGGER.level
    LOGGER.addHandler(kept)
    LOGGER.setLevel(logging.INFO)
    yield kept.lines
    LOGGER.removeHandler(kept)
    LOGGER.setLevel(level)


def _damage(opener: PictureOpener, file: bytes) -> str:
    with pytest.raises(Permanent) as refused:
        opener.raster(Picture(file))
    return refused.value.reason


def _cut(file: bytes, share: float) -> bytes:
    return file[: int(len(file) * share)]


def _rows_shown(found: Seen) -> int:
    """How many rows look like the photo's."""
    assert found.shape == _PHOTO.shape
    return int((np.abs(found - _PHOTO).mean(axis=(1, 2)) < 20).sum())


_IMAGE = image_of(_PHOTO)
_PALETTE = _IMAGE.quantize(200)
_CUT_FROM_BELOW = {
    "JPEG": encoded(_IMAGE, quality=90),
    "gray JPEG": encoded(_IMAGE.convert("L"), quality=90),
    "PNG": encoded(_IMAGE, "PNG"),
    "PNG of RGBA": encoded(_IMAGE.convert("RGBA"), "PNG"),
    "PNG of a palette": encoded(_PALETTE, "PNG"),
    "TIFF": encoded(_IMAGE, "TIFF"),
    "GIF": encoded(_PALETTE, "GIF", interlace=0),
    "GIF with transparency": encoded(_PALETTE, "GIF", interlace=0, transparency=199),
}
_BMP = encoded(_IMAGE, "BMP")


@pytest.mark.parametrize("share", [0.6, 0.7, 0.95])
@pytest.mark.parametrize("name", _CUT_FROM_BELOW)
def test_a_cut_picture_is_shown_and_white_below(
    name: str, share: float, opener: PictureOpener, lines: list[tuple[str, dict[str, object]]]
) -> None:
    found = pixels(opener.raster(Picture(_cut(_CUT_FROM_BELOW[name], share))))
    below = int(_ROWS * (share + 0.05))
    assert np.abs(found[20].astype(int) - _expected(name)[20]).mean() < 25
    assert (found[below:] == 255).all()
    assert not (found[: int(_ROWS * (share - 0.05))] == 255).all(axis=(1, 2)).any()
    ((message, fields),) = lines
    assert message == "picture cut"
    assert fields["format"] == name.split()[-1 if name == "gray JPEG" else 0]
    assert fields["shown"] == pytest.approx(share, abs=0.05)


def _expected(name: str) -> Seen:
    return seen(np.asarray(_IMAGE.convert("L"))[..., None]) if name == "gray JPEG" else _PHOTO


@pytest.mark.parametrize("file", [*_CUT_FROM_BELOW.values(), _BMP], ids=[*_CUT_FROM_BELOW, "BMP"])
def test_less_than_half_a_picture_is_damaged(file: bytes, opener: PictureOpener) -> None:
    assert _damage(opener, _cut(file, 0.3)) == "bad-picture"


def test_a_bmp_is_cut_from_above(opener: PictureOpener) -> None:
    found = pixels(opener.raster(Picture(_cut(_BMP, 0.7))))
    assert (found[:178] == 255).all()
    assert np.array_equal(found[182:], _PHOTO[182:])


_INTERLACED = {
    "GIF": encoded(_PALETTE, "GIF", interlace=1),
    "PNG": png(_PHOTO.astype(np.uint16), 8, 2, interlaced=True),
}


@pytest.mark.parametrize("name", _INTERLACED)
def test_between_interlaced_rows_nothing_is_white(name: str, opener: PictureOpener) -> None:
    found = pixels(opener.raster(Picture(_cut(_INTERLACED[name], 0.7))))
    assert _rows_shown(found) > _ROWS * 0.9
    assert not (found == 255).all(axis=(1, 2)).any()


@pytest.mark.parametrize("lost", [1, 2])
def test_a_jpeg_without_its_end_is_all_there(lost: int, opener: PictureOpener) -> None:
    whole = _CUT_FROM_BELOW["JPEG"]
    found, wanted = (pixels(opener.raster(Picture(file))) for file in (whole[:-lost], whole))
    assert np.array_equal(found, wanted)


@pytest.mark.parametrize("name", ["JPEG", "PNG"])
def test_nothing_that_is_cut_goes_to_a_recognizer_as_it_is(name: str, opener: PictureOpener) -> None:
    takes, whole = FileLimits(frozenset({"JPEG", "PNG"}), 10_000_000), _CUT_FROM_BELOW[name]
    assert opener.file(Picture(whole), takes) == whole
    assert opener.file(Picture(_cut(whole, 0.9)), takes).endswith(b"\xff\xd9")


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_a_progressive_jpeg_is_shown_by_the_scans_that_are_there(share: float, opener: PictureOpener) -> None:
    whole = encoded(_IMAGE, quality=90, progressive=True)
    assert _rows_shown(pixels(opener.raster(Picture(_cut(whole, share))))) == _ROWS


_ALL_OR_NOTHING: dict[str, Callable[[], bytes]] = {
    "HEIC": lambda: heic(_IMAGE),
    "AVIF": lambda: encoded(_IMAGE, "AVIF"),
    "TIFF with its directory behind": lambda: encoded(_IMAGE, "TIFF", compression="tiff_lzw"),
}


@pytest.mark.parametrize("name", _ALL_OR_NOTHING)
def test_what_cannot_be_shown_in_part_is_damaged(name: str, opener: PictureOpener) -> None:
    whole = _ALL_OR_NOTHING[name]()
    for share in (0.01, 0.3, 0.9, 0.999):
        assert _damage(opener, _cut(whole, share)) == "bad-picture"


@pytest.mark.parametrize("quality", [{"quality": 80}, {"lossless": True}], ids=["lossy", "lossless"])
def test_a_cut_webp_is_shown_as_far_as_it_goes(quality: dict[str, object], opener: PictureOpener) -> None:
    file = encoded(_IMAGE, "WEBP", **quality)
    assert _rows_shown(pixels(opener.raster(Picture(_cut(file, 0.95))))) > _ROWS * 0.9
    assert _damage(opener, _cut(file, 0.3)) == "bad-picture"


_USELESS_CHUNKS: dict[str, Chunk] = {
    "iCCP": iccp(DISPLAY_P3.profile()),
    "tEXt": (b"tEXt", b"Title\0a picture"),
    "gAMA": (b"gAMA", struct.pack(">I", 100_000)),
    "pHYs": (b"pHYs", struct.pack(">IIB", 1, 2, 0)),
    "tRNS": (b"tRNS", struct.pack(">3H", 0, 0, 255)),
    "eXIf": (b"eXIf", exif(6)),
    "sRGB": (b"sRGB", b"\0"),
}


@pytest.mark.parametrize("name", _USELESS_CHUNKS)
def test_chunks_with_wrong_checksums_change_nothing(name: str, opener: PictureOpener) -> None:
    file = png(COLORS, 8, 2, _USELESS_CHUNKS[name], damaged=True)
    Case(name, lambda: file, seen(COLORS), EXACT).assert_shown(opener)


def test_a_png_is_shown_that_ends_before_its_last_chunk_or_long_behind_it(opener: PictureOpener) -> None:
    whole = encoded(image_of(COLORS), "PNG")
    for file in (whole[:-12], whole[:-1], whole + b"something else", whole + chunk(b"eXIf", exif(6))):
        assert np.array_equal(pixels(opener.raster(Picture(file))), seen(COLORS))


_STARTS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"BM", b"II*\0", b"MM\0*", b"II+\0")


@pytest.mark.parametrize("start", _STARTS)
@pytest.mark.parametrize("byte", [b"\0", b"\x01", b"\xff"])
def test_the_start_of_a_known_format_is_damaged_rather_than_unknown(
    start: bytes, byte: bytes, opener: PictureOpener
) -> None:
    for more in (0, 1, 8, 1_000):
        assert _damage(opener, start + more * byte) == "bad-picture"
