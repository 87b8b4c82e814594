"""Pictures in ISO media files, HEIC and AVIF, that ask for much; boxes by ISO/IEC 23008-12 and 14496-12."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from PIL import Image

from tests.pictures import encoded, heic

_HEIC, _AVIF = b"heic", b"avif"


class Coded(NamedTuple):
    """A picture as it is coded: its brand, the type of its items, their configuration, its data and size."""

    brand: bytes
    kind: bytes
    configuration: bytes
    data: bytes
    size: tuple[int, int]


class Item(NamedTuple):
    """An item: its type, data, numbers of properties and of the items it is made of, copies of its data."""

    kind: bytes
    data: bytes
    properties: Sequence[int]
    parts: Sequence[int] = ()
    extents: int = 1


def iso_bombs() -> Iterator[tuple[str, bytes]]:
    """Every bomb, with a name."""
    for make in (_boxes, _grids, _repeated, _sequences, _insides):
        yield from make()


def box(kind: bytes, *content: bytes) -> bytes:
    """A box."""
    data = b"".join(content)
    return struct.pack(">I4s", 8 + len(data), kind) + data


def full(kind: bytes, *content: bytes, version: int = 0) -> bytes:
    """A box with a version."""
    return box(kind, struct.pack(">I", version << 24), *content)


def coded_heic(size: tuple[int, int]) -> Coded:
    """One color as HEVC."""
    file = heic(Image.new("RGB", size, "red"), quality=1, enc_params={"preset": "ultrafast"})
    return Coded(_HEIC, b"hvc1", _box_in(file, b"hvcC"), _data_in(file), size)


def coded_avif(size: tuple[int, int], **options: object) -> Coded:
    """One color as AV1."""
    file = encoded(Image.new("RGB", size, "red"), "AVIF", speed=10, quality=10, **options)
    return Coded(_AVIF, b"av01", _box_in(file, b"av1C"), _data_in(file), size)


def _box_in(file: bytes, kind: bytes) -> bytes:
    at = file.index(kind) - 4
    return file[at : at + int.from_bytes(file[at : at + 4], "big")]


def _data_in(file: bytes) -> bytes:
    return _box_in(file, b"mdat")[8:]


def size_of(width: int, height: int) -> bytes:
    """The property that says how large an item is."""
    return full(b"ispe", struct.pack(">II", width, height))


def iso_file(
    brand: bytes, items: Sequence[Item], properties: Sequence[bytes], associations: int = 1
) -> bytes:
    """A file of items, the first of which is the picture; numbers of properties count from 1.

    What is the same in several items is there once.
    """
    listed = linked = parts = b""
    for number, item in enumerate(items, 1):
        listed += full(b"infe", struct.pack(">HH4s", number, 0, item.kind) + b"\0", version=2)
        linked += struct.pack(">HB", number, len(item.properties)) + bytes(item.properties)
        if item.parts:
            numbers = struct.pack(f">HH{len(item.parts)}H", number, len(item.parts), *item.parts)
            parts += box(b"dimg", numbers)
    head = box(b"ftyp", brand, bytes(4), b"mif1", brand)
    data = b"".join(dict.fromkeys(item.data for item in items))

    def meta(start: int) -> bytes:
        places = b""
        for number, item in enumerate(items, 1):
            extent = struct.pack(">II", start + data.index(item.data), len(item.data))
            places += struct.pack(">HHH", number, 0, item.extents) + extent * item.extents
        linking = full(b"ipma", struct.pack(">I", len(items)), linked)
        return full(
            b"meta",
            full(b"hdlr", bytes(4), b"pict", bytes(13)),
            full(b"pitm", struct.pack(">H", 1)),
            full(b"iloc", struct.pack(">HH", 0x4400, len(items)), places),
            full(b"iinf", struct.pack(">H", len(items)), listed),
            full(b"iref", parts),
            box(b"iprp", box(b"ipco", *properties), *[linking] * associations),
        )

    return head + meta(len(head) + len(meta(0)) + 8) + box(b"mdat", data)


def grid(tile: Coded, rows: int, columns: int, size: tuple[int, int]) -> bytes:
    """A picture whose tiles are all the same one."""
    layout = struct.pack(">BBBBII", 0, 1, rows - 1, columns - 1, *size)
    numbers = range(2, 2 + rows * columns)
    whole = Item(b"grid", layout, (3,), numbers)
    properties = (tile.configuration, size_of(*tile.size), size_of(*size))
    return iso_file(tile.brand, [whole, *[Item(tile.kind, tile.data, (1, 2))] * len(numbers)], properties)


def repeated(picture: Coded, times: int, extents: int = 1) -> bytes:
    """A picture whose data is one coded picture, again and again."""
    item = Item(picture.kind, picture.data * times, (1, 2), extents=extents)
    return iso_file(picture.brand, [item], (picture.configuration, size_of(*picture.size)))


def _grids() -> Iterator[tuple[str, bytes]]:
    for tile in (coded_heic((512, 512)), coded_avif((512, 512))):
        name = tile.brand.decode().upper()
        yield f"{name} of 12 megapixels of the same tile", grid(tile, 6, 8, (4032, 3024))
        yield f"{name} of 48 megapixels of the same tile", grid(tile, 13, 14, (7168, 6656))
        yield f"{name} of 4 billion pixels of the same tile", grid(tile, 128, 128, (65_535, 65_535))
        yield f"{name} of 250 tiles for 64 pixels", grid(tile, 10, 25, (64, 64))
        yield f"{name} of a row of tiles", grid(tile, 1, 128, (65_535, 512))
        yield f"{name} of 49 megapixels and one tile", grid(tile, 1, 1, (7000, 7000))
    small = coded_heic((64, 64))
    properties = (small.configuration, size_of(64, 64), size_of(128, 128))
    layout = struct.pack(">BBBBII", 0, 1, 1, 1, 128, 128)
    chain = [Item(b"grid", layout, (3,), (2 * at, 2 * at + 1, 2 * at + 2, 2 * at + 3)) for at in range(1, 40)]
    last = [Item(small.kind, small.data, (1, 2))] * 50
    yield "HEIC of grids in grids", iso_file(_HEIC, [*chain, *last], properties)
    circle = Item(b"grid", layout, (3,), (1, 2, 3, 4))
    yield "HEIC made of itself", iso_file(_HEIC, [circle, *last], properties)


def _repeated() -> Iterator[tuple[str, bytes]]:
    for picture in (coded_avif((3700, 3700), subsampling="4:4:4"), coded_heic((3700, 3700))):
        name = picture.brand.decode().upper()
        yield f"{name} of nine pictures in one", repeated(picture, 9)
        yield f"{name} of 2,000 pictures in one", repeated(picture, 2_000)
        yield f"{name} of one picture nine times", repeated(picture, 1, 9)


def _sequences() -> Iterator[tuple[str, bytes]]:
    frames = [Image.new("RGB", (64, 64), (shade % 256, 0, 0)) for shade in range(500)]
    yield "AVIF of 500 frames", encoded(frames[0], "AVIF", speed=10, save_all=True, append_images=frames[1:])
    layers = encoded(Image.new("RGBA", (7000, 7000), "red"), "AVIF", speed=10, subsampling="4:4:4")
    yield "AVIF of 49 megapixels and an alpha plane", layers


def _insides() -> Iterator[tuple[str, bytes]]:
    for picture in (coded_avif((5000, 4000)), coded_heic((2048, 2048))):
        lying = picture._replace(size=(64, 64))
        yield f"{picture.brand.decode().upper()} larger inside than outside", repeated(lying, 1)


def _boxes() -> Iterator[tuple[str, bytes]]:
    head = box(b"ftyp", _HEIC, bytes(4))
    yield "HEIC of 200,000 boxes", head + box(b"free") * 200_000
    nested = b"".join(struct.pack(">I", 12 * (5000 - depth)) + b"meta\0\0\0\0" for depth in range(5000))
    yield "HEIC of nested boxes", head + nested
    yield "HEIC of a tiny box of 2^63 bytes", head + b"\0\0\0\x01meta\x7f" + b"\xff" * 7
    tiny = coded_heic((64, 64))
    copies = [Item(tiny.kind, tiny.data, (1, 2))] * 5_000
    properties = (tiny.configuration, size_of(64, 64))
    yield "HEIC with 5,000 pictures", iso_file(_HEIC, copies, properties)
    yield "HEIC with 5,000 lists of properties", iso_file(_HEIC, copies[:1], properties, 5_000)
    yield "HEIC with 60,000 properties", iso_file(_HEIC, copies[:1], [*properties, *[box(b"free")] * 60_000])
    for brand in (_AVIF, _HEIC):
        entry = full(b"infe", struct.pack(">HH4s", 1, 0, b"av01") + b"\0", version=2)
        lists = full(b"iinf", struct.pack(">H", 60_000), entry * 60_000)
        places = full(b"iloc", struct.pack(">HH", 0x4400, 0))
        name = brand.decode().upper()
        yield f"{name} with 60,000 items", box(b"ftyp", brand, bytes(4)) + full(b"meta", lists, places)
