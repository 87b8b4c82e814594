"""Measures an encoder in a process of its own: `python -m tools.encoder.measuring MODEL PICTURE...`."""

from __future__ import annotations

import json
import re
import resource
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from shared.imaging import Picture
from shared.labeling.providers.onnx import OnnxSettings, create_encoder
from tools.encoder.environment import ran

AT_ONCE = 8
"""Pictures at work at one time while memory is measured, the default of search.max_concurrent_searches."""

_MIB = 1024 * 1024
_STATUS = Path("/proc/self/status")
_PEAK = re.compile(r"^VmHWM:\s+(\d+) kB$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Measured:
    """Milliseconds of one processor for a picture, decoding included, and the most memory in MiB."""

    milliseconds: float
    memory: int


Measure = Callable[[Path, Sequence[Path]], Measured]
"""Measures the encoder of a model with pictures, as `measure` does."""


def measure(model: Path, pictures: Sequence[Path]) -> Measured:
    """Measure in a fresh process, so that nothing else is in its memory; raises `Ended`."""
    told = ran(
        sys.executable, "tools.encoder.measuring", (model, *pictures), "the encoder cannot be measured"
    )
    return Measured(**json.loads(told))


def measured_here(model: Path, paths: Sequence[Path]) -> Measured:
    """Measure in this process; the time is the processor's, in which other work counts little."""
    encoder = create_encoder(OnnxSettings(ONNX_MODEL=model))
    pictures, times = [Picture(path.read_bytes()) for path in paths], []
    encoder.encode(pictures[0])
    for picture in pictures:
        begun = time.thread_time()
        encoder.encode(picture)
        times.append(time.thread_time() - begun)
    with ThreadPoolExecutor(AT_ONCE) as threads:
        list(threads.map(encoder.encode, [*pictures, *pictures]))
    return Measured(round(median(times) * 1000, 1), round(_peak_bytes() / _MIB))


def _peak_bytes() -> int:
    """Return the most memory of this process; on Linux `getrusage` would count its parent's."""
    if found := _STATUS.is_file() and _PEAK.search(_STATUS.read_text()):
        return int(found[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    model_path, *picture_paths = map(Path, sys.argv[1:])
    sys.stdout.write(json.dumps(asdict(measured_here(model_path, picture_paths))))
