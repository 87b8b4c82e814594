"""The process that decodes for another: little memory, little time, no secrets; one picture after the other.

Run as a program by `shared.imaging.confined`. Each request and each answer is a line of JSON and the bytes it
announces. What this process does to itself, by a crash of a decoder or by exceeding a limit, ends with it.
"""

from __future__ import annotations

import json
import math
import os
import resource
import signal
import sys
from typing import IO, Any

from PIL import Image, ImageFile

from shared.errors import Permanent
from shared.heap import bound_heap, trim_heap
from shared.imaging import Limits
from shared.imaging.damage import decoded
from shared.imaging.decoding import Wish, open_any, rendered
from shared.model import Crop
from shared.reasons import Reason

_MAX_MESSAGE = 1_000
_GRACE = 1
_NO_MEMORY = ("out of memory", "decoder error -9")
"""How libraries say so where they don't raise `MemoryError`."""


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
        wish = Wish(asked["side"], Crop(*asked["crop"]) if asked["crop"] else None)
        image, shown = rendered(open_any(content, decoded), wish, Limits(*asked["limits"]))
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


if __name__ == "__main__":
    main(sys.stdin.buffer, _own(sys.stdout.buffer), int(sys.argv[1]))
