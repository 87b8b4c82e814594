"""The process that decodes for another: little memory, little time, no secrets; one picture after the other.

Run as a program by `shared.imaging.confined`. Each request and each answer is a line of JSON and the bytes it
announces. What this process does to itself, by a crash of a decoder or by exceeding a limit, ends with it.
What is left of a damaged file is decoded as browsers do: as far as it goes.
"""

from __future__ import annotations

import json
import math
import os
import resource
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import IO, Any

from PIL import Image, ImageFile

from shared.errors import Permanent, Reason
from shared.imaging import Limits
from shared.imaging.decoding import Decoded, Wish, open_any, rendered, shrink_of
from shared.memory import bound_heap, trim_heap
from shared.model import Crop

_MAX_MESSAGE = 1_000
_GRACE = 1
_NO_MEMORY = ("out of memory", "decoder error -9")
"""Words of libraries that don't raise `MemoryError`."""

_Grounds = Mapping[str, int | tuple[int, ...]]

_WHITE: _Grounds = {
    "P": 0,
    "I;16": 65_535,
    "I;16B": 65_535,
    "CMYK": (0, 0, 0, 0),
    "LA": (255, 0),
    "RGBA": (255, 255, 255, 0),
}
_DARK: _Grounds = {"P": 1, "CMYK": (255, 255, 255, 255), "LA": (0, 255), "RGBA": (0, 0, 0, 255)}

_STRIP = 256
"""Rows that are compared at a time."""


def main(requests: IO[bytes], answers: IO[bytes], memory: int) -> None:
    """Answer until nobody asks any more."""
    bound_heap()
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for number in (signal.SIGPROF, signal.SIGALRM):
        # What the other process ignores or blocks, this one would.
        signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {number})
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    Image.MAX_IMAGE_PIXELS = None  # ours are told apart by their reasons
    while line := requests.readline():
        asked = json.loads(line)
        # The other process ends this one at the end of its clock; this is for the case that it is gone.
        signal.alarm(math.ceil(asked["clock"]) + _GRACE)
        told, pixels = _answer(asked, requests.read(asked["bytes"]))
        answers.write(json.dumps(told).encode() + b"\n")
        answers.write(pixels)
        answers.flush()
        del pixels
        trim_heap()
        signal.alarm(0)


def _answer(asked: dict[str, Any], content: bytes) -> tuple[dict[str, Any], bytes]:
    # At the end of the time the system ends the process, whatever the decoder is in.
    signal.setitimer(signal.ITIMER_PROF, asked["seconds"])
    try:
        wish, source = Wish(asked["side"], Crop(*asked["crop"])), open_any(content, decoded)
        image, shown = rendered(source, wish, shrink_of(source, wish, Limits(*asked["limits"])))
        return {"size": image.size, "shown": shown}, image.tobytes()
    except Permanent as refused:
        if refused.reason == Reason.BAD_PICTURE and any(said in str(refused).lower() for said in _NO_MEMORY):
            return {"reason": "memory"}, b""
        return {"reason": refused.reason, "message": str(refused)[:_MAX_MESSAGE]}, b""
    except MemoryError:
        return {"reason": "memory"}, b""
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _own(stream: IO[bytes]) -> IO[bytes]:
    """Take standard output away from decoders that print."""
    own = os.fdopen(os.dup(stream.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), stream.fileno())
    return own


def decoded(reopen: Callable[[], ImageFile.ImageFile]) -> Decoded:
    """Decode a file; returns the share of its rows that were there, 0..1, and white for the others.

    It is decoded onto white. Where the first or the last row still is, it is decoded again onto another
    ground: rows that differ were never written. What `reopen` returns has to be decoded anew each time.
    """
    image = _on_ground(reopen(), _WHITE, 255)
    if not _is_untouched(image, 0) and not _is_untouched(image, image.height - 1):
        return image, 1.0
    other = _on_ground(reopen(), _DARK, 0)
    missing = list(_differing_rows(image, other))
    return _filled(image, missing), 1 - len(missing) / image.height


def _differing_rows(image: Image.Image, other: Image.Image) -> Iterator[int]:
    """Find them strip by strip, so that no copy is large."""
    for upper in range(0, image.height, _STRIP):
        lower = min(upper + _STRIP, image.height)
        ours, theirs = (_bytes(each, upper, lower) for each in (image, other))
        stride = len(ours) // (lower - upper)
        rows = (slice(at, at + stride) for at in range(0, len(ours), stride))
        yield from (y for y, row in enumerate(rows, upper) if ours[row] != theirs[row])


def _bytes(image: Image.Image, upper: int, lower: int) -> memoryview:
    return memoryview(image.crop((0, upper, image.width, lower)).tobytes())


def _on_ground(image: ImageFile.ImageFile, grounds: _Grounds, usual: int) -> Image.Image:
    color = grounds.get(image.mode, (usual,) * len(image.getbands()) if len(image.getbands()) > 1 else usual)
    image.im = Image.new(image.mode, image.size, color).im
    image.load()
    return image


def _filled(image: Image.Image, missing: list[int]) -> Image.Image:
    """White for missing rows; below one that is there, its like, as browsers do between interlaced rows."""
    gone = frozenset(missing)
    if gone and image.mode == "P":
        # Its palette need not hold white.
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    white = _WHITE.get(image.mode, "white")
    for y in missing:
        above = image.crop((0, y - 1, image.width, y)) if y and y - 1 not in gone else white
        image.paste(above, (0, y, image.width, y + 1))
    return image


def _is_untouched(image: Image.Image, y: int) -> bool:
    blank = Image.new(image.mode, (image.width, 1), _WHITE.get(image.mode, "white"))
    return _bytes(image, y, y + 1) == blank.tobytes()


if __name__ == "__main__":
    main(sys.stdin.buffer, _own(sys.stdout.buffer), int(sys.argv[1]))
