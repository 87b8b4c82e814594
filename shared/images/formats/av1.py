"""How large the frames of an AV1 stream are, read before anything is decoded.

The decoder believes the stream, not the container around it. Syntax: the AV1 bitstream specification,
sections 5.3 (OBU header) and 5.5 (sequence header).
"""

from __future__ import annotations

from shared.images.formats.source import Size, damaged, unsupported

_SEQUENCE_HEADER = 1
_MAX_UNITS = 4_096
_MAX_HEADER_BYTES = 256
_TIERED = 7
"""Levels above it carry a tier bit."""


class _Bits:
    def __init__(self, data: bytes) -> None:
        self._value = int.from_bytes(data, "big")
        self._left = 8 * len(data)

    def take(self, count: int) -> int:
        self._left -= count
        if self._left < 0:
            raise damaged("a sequence header is too short")
        return self._value >> self._left & ((1 << count) - 1)


def largest_frame(data: bytes) -> Size:
    """Return the largest frame size that a sequence header of the stream allows; zero without a header."""
    largest, position = Size(0, 0), 0
    for _ in range(_MAX_UNITS):
        if position >= len(data):
            return largest
        head = data[position]
        position += 2 if head & 4 else 1
        end = len(data)
        if head & 2:
            length, position = _leb128(data, position)
            end = position + length
        if head >> 3 & 15 == _SEQUENCE_HEADER:
            found = _sequence_size(_Bits(data[position : min(end, position + _MAX_HEADER_BYTES)]))
            largest = max(largest, found, key=lambda size: size.pixels)
        position = end
    raise damaged("its stream has too many units")


def _leb128(data: bytes, position: int) -> tuple[int, int]:
    value = 0
    for index, byte in enumerate(data[position : position + 8]):
        value |= (byte & 127) << 7 * index
        if byte < 128:  # noqa: PLR2004 the top bit says that more follows
            return value, position + index + 1
    raise damaged("a unit of its stream has no length")


def _sequence_size(bits: _Bits) -> Size:
    bits.take(4)
    if bits.take(1):
        bits.take(5)
    else:
        _skip_operating_points(bits)
    width_bits, height_bits = bits.take(4) + 1, bits.take(4) + 1
    return Size(bits.take(width_bits) + 1, bits.take(height_bits) + 1)


def _skip_operating_points(bits: _Bits) -> None:
    if bits.take(1):
        raise unsupported("an AVIF with timing information")
    delays = bits.take(1)
    for _ in range(bits.take(5) + 1):
        bits.take(12)
        if bits.take(5) > _TIERED:
            bits.take(1)
        if delays and bits.take(1):
            bits.take(4)
