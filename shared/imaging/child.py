"""The process that decodes for another: little memory, little time, no secrets; one picture after the other.

Run as a program by `shared.imaging.confined`. Each request and each answer is a line of JSON and the bytes it
announces. What this process does to itself, by a crash of a decoder or by exceeding a limit, ends with it.
"""

from __future__ import annotations

import json
import resource
import signal
import sys
from typing import IO, Any

from PIL import ImageFile

from shared.errors import Permanent
from shared.heap import trim_heap
from shared.imaging import Limits
from shared.imaging.damage import decoded
from shared.imaging.decoding import Wish, open_any, rendered
from shared.model import Crop


def main(requests: IO[bytes], answers: IO[bytes], memory: int) -> None:
    """Answer until nobody asks any more."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    while line := requests.readline():
        asked = json.loads(line)
        told, pixels = _answer(asked, requests.read(asked["bytes"]))
        answers.write(json.dumps({**told, "bytes": len(pixels)}).encode() + b"\n" + pixels)
        answers.flush()
        del pixels
        trim_heap()


def _answer(asked: dict[str, Any], content: bytes) -> tuple[dict[str, Any], bytes]:
    # At the end of the time the system ends the process, whatever the decoder is in.
    signal.setitimer(signal.ITIMER_PROF, asked["seconds"])
    try:
        wish = Wish(asked["side"], Crop(*asked["crop"]) if asked["crop"] else None)
        image, shown = rendered(open_any(content, decoded), wish, Limits(*asked["limits"]))
        return {"size": image.size, "shown": shown}, image.tobytes()
    except Permanent as refused:
        return {"reason": refused.reason, "message": str(refused)}, b""
    except MemoryError:
        return {"reason": "memory"}, b""
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer, int(sys.argv[1]))
