"""GIF: the first frame; comments and application data before it are cut away.

Blocks: the GIF89a specification, sections 15 to 26.
"""

from __future__ import annotations

import io

from PIL.GifImagePlugin import GifImageFile

from shared.images.formats.source import Source, damaged, pixels_of, whole

_MAX_EXTENSIONS, _MAX_BLOCKS = 256, 65_536
_EXTENSION, _GRAPHIC_CONTROL = 0x21, 0xF9
_SCREEN_END = 13


def open_gif(content: bytes) -> Source:
    """Read up to the first frame; raises `Permanent("bad-picture")` when none comes soon."""
    flags = content[10]
    start = _SCREEN_END + (3 << ((flags & 7) + 1) if flags & 0x80 else 0)
    control, frame = _first_frame(content, start)
    image = GifImageFile(io.BytesIO(b"".join((content[:start], control, memoryview(content)[frame:]))))
    # Two: the frame and, where it does not fill the screen, the screen it is pasted on.
    return whole(image, len(content) + 2 * pixels_of(image))


def _first_frame(content: bytes, position: int) -> tuple[bytes, int]:
    """Return the first frame's graphic control extension and where its descriptor starts."""
    control = b""
    for _ in range(_MAX_EXTENSIONS):
        if content[position] != _EXTENSION:
            return control, position
        end = _end_of_blocks(content, position + 2)
        if content[position + 1] == _GRAPHIC_CONTROL:
            control = content[position:end]
        position = end
    raise damaged("it has too many extensions before its first frame")


def _end_of_blocks(content: bytes, position: int) -> int:
    for _ in range(_MAX_BLOCKS):
        if not content[position]:
            return position + 1
        position += 1 + content[position]
    raise damaged("an extension before its first frame is too long")
