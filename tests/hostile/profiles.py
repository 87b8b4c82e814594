"""Color profiles that ask for much; layout by ICC.1:2010, sections 7 and 10."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping

from PIL import Image

from tests.pictures import encoded, scene


def profile_bombs() -> Iterator[tuple[str, bytes]]:
    """Every bomb, with a name."""
    photo = Image.linear_gradient("L").resize((4032, 3024)).convert("RGB")
    hostile: Mapping[str, bytes] = {
        "a table of 4 MB": profile({b"A2B0": _table(109)}),
        "a small table": profile({b"A2B0": _table(8)}),
        "a small table of few levels": profile({b"A2B0": _table(2, 4096)}),
        "900 elements that are one": profile({b"D2B0": _elements(900), b"D2B1": _elements(900)}),
        "100,000 elements that are one": profile({b"D2B0": _elements(100_000), b"D2B1": _elements(100_000)}),
        "10,000 tags": profile({struct.pack(">I", number): b"" for number in range(10_000)}),
        "two billion tags": profile({})[:128] + b"\x7f" + bytes(3),
    }
    for name, content in hostile.items():
        yield f"JPEG whose profile has {name}", with_profile(encoded(photo), content)
    yield "JPEG with a profile of 16 MB", with_profile(encoded(scene((48, 32))), bytes(16_000_000))
    circle = profile({b"A2B0": _table(109)})
    yield "WebP whose profile has a table of 4 MB", encoded(photo, "WEBP", method=0, icc_profile=circle)
    small = profile({b"D2B0": _elements(900), b"D2B1": _elements(900)})
    yield "PNG whose profile has 900 elements that are one", encoded(photo, "PNG", icc_profile=small)


def with_profile(content: bytes, profile: bytes) -> bytes:
    """A JPEG with a profile, in as many segments as may be."""
    size = -(-len(profile) // 255) if len(profile) > 255 * 100 else len(profile)
    pieces = [profile[at : at + size] for at in range(0, len(profile), size)]
    segments = b""
    for number, piece in enumerate(pieces, 1):
        head = b"\xff\xe2" + struct.pack(">H", 16 + len(piece)) + b"ICC_PROFILE\0"
        segments += head + bytes([number, len(pieces)]) + piece
    return content[:2] + segments + content[2:]


def profile(tags: Mapping[bytes, bytes]) -> bytes:
    """A display's profile with RGB colors; tags with the same data share it."""
    start = 132 + 12 * len(tags)
    data = b"".join(dict.fromkeys(tags.values()))
    listed = b"".join(
        struct.pack(">4sII", name, start + data.index(value), len(value)) for name, value in tags.items()
    )
    names = (b"lcms", 0x04300000, b"mntr", b"RGB ", b"Lab ")
    date = struct.pack(">6H", 2020, 1, 1, 0, 0, 0)
    head = struct.pack(">I4sI4s4s4s12s4s28x", start + len(data), *names, date, b"acsp")
    white = struct.pack(">III", 0xF6D6, 0x10000, 0xD32D)
    return head + white + bytes(128 - len(head) - len(white)) + struct.pack(">I", len(tags)) + listed + data


def _table(levels: int, entries: int = 256) -> bytes:
    """A table of 16 bits with this many levels each way, between curves of so many entries."""
    matrix = struct.pack(">9i", 65_536, 0, 0, 0, 65_536, 0, 0, 0, 65_536)
    head = b"mft2" + bytes(4) + bytes([3, 3, levels, 0]) + matrix + struct.pack(">HH", entries, entries)
    curve = struct.pack(f">{entries}H", *(65_535 * at // (entries - 1) for at in range(entries)))
    cells = bytes(range(256)) * (levels**3 * 3 * 2 // 256 + 1)
    return head + curve * 3 + cells[: levels**3 * 3 * 2] + curve * 3


def _elements(count: int) -> bytes:
    """A chain of elements, all of them the same table."""
    numbers = struct.pack(">24f", *(0.9 * ((at * 7) % 5) / 5 for at in range(24)))
    table = b"clut" + bytes(4) + struct.pack(">HH", 3, 3) + bytes([2, 2, 2]) + bytes(13) + numbers
    start = 16 + 8 * count
    head = b"mpet" + bytes(4) + struct.pack(">HHI", 3, 3, count)
    return head + struct.pack(">II", start, len(table)) * count + table
