"""Speed of the embedded recognizer beside the bare network: `python -m devstack.bench.labeling`.

The recognizer gets JPEG files and returns labels; the bare network gets the same pictures already decoded
and returns probabilities, with the same options of onnxruntime. All take turns within each round, and the
ratio is taken within the round, so that a busy machine slows both sides.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from shared.errors import Failure
from shared.imaging import Picture
from shared.imaging.opening import product_opener
from shared.labeling.provider import Wanted
from shared.labeling.providers import embedded
from shared.labeling.providers.embedded.labels import read_vocabulary
from shared.labeling.providers.embedded.network import square
from shared.model import Labels

TARGET = 0.75
"""The least share of the bare network's pictures per second that the recognizer may reach."""


def made_up_photo(seed: int) -> bytes:
    """Return a 400 x 533 JPEG of about 30 kB: soft noise as background and surface, shapes in between."""
    chance = np.random.default_rng(seed)
    small = Image.fromarray(chance.integers(0, 256, (54, 40, 3), dtype=np.uint8))
    image = small.resize((400, 533), Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(image)
    for left, top, width, height, *color in chance.integers(0, 256, (12, 7)).tolist():
        draw.ellipse((left, 2 * top, left + width, 2 * top + height), fill=tuple(color))
    grain = Image.fromarray(chance.integers(0, 256, (533, 400, 3), dtype=np.uint8))
    buffer = BytesIO()
    Image.blend(image.filter(ImageFilter.GaussianBlur(1)), grain, 0.06).save(buffer, "JPEG", quality=80)
    return buffer.getvalue()


def read_pictures(folder: Path | None, count: int) -> list[Picture]:
    """Return up to `count` JPEG files under a folder, in the order of their names, or made-up ones."""
    if folder is None:
        return [Picture(made_up_photo(seed)) for seed in range(count)]
    files = sorted(folder.rglob("*.jpg"))[:count]
    return [Picture(file.read_bytes()) for file in files]


class Steps:
    """The steps that are measured, all on the same pictures."""

    def __init__(self, model: Path, pictures: Sequence[Picture]) -> None:
        self._room = product_opener()
        self._wanted = Wanted()
        self._recognizer = embedded.create(
            embedded.EmbeddedSettings.from_env({"EMBEDDED_MODEL": str(model)}), self._wanted
        )
        self._vocabulary = read_vocabulary(embedded.LABELS)
        self._session = _session(model)
        self._pictures = pictures
        self._squares = self.decode()
        self._probabilities = self.infer()

    def label_many(self) -> list[Labels | Failure]:
        """Files to labels, as one call."""
        return self._recognizer.label_many(self._pictures)

    def label(self) -> list[Labels]:
        """Files to labels, one call a picture."""
        return [self._recognizer.label(picture) for picture in self._pictures]

    def infer(self) -> list[NDArray[np.float32]]:
        """Decoded pictures to probabilities: nothing but the network."""
        return [self._session.run(["probabilities"], {"picture": each})[0][0] for each in self._squares]

    def decode(self) -> list[NDArray[np.uint8]]:
        """Files to decoded pictures."""
        return [square(self._room.raster(each)) for each in self._pictures]

    def rank(self) -> list[Labels]:
        """Probabilities to labels."""
        return [
            self._vocabulary.rank(each, embedded.MIN_SCORE, self._wanted.max_labels)
            for each in self._probabilities
        ]


def _session(model: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def measure(work: Sequence[Callable[[], Sequence[object]]], rounds: int) -> list[list[float]]:
    """Return pictures per second, of each piece of work in each round; every round another one begins."""
    speeds: list[list[float]] = [[0.0] * rounds for _ in work]
    for turn in range(rounds):
        for place in range(len(work)):
            position = (turn + place) % len(work)
            started = time.perf_counter()
            done = len(work[position]())
            speeds[position][turn] = done / (time.perf_counter() - started)
    return speeds


def describe(name: str, figures: Sequence[float], unit: str = "") -> str:
    """Return a line with the median of some figures and their range."""
    return f"{name:<28}{statistics.median(figures):8.2f} {min(figures):8.2f} .. {max(figures):.2f} {unit}\n"


def run(model: Path, pictures: Sequence[Picture], rounds: int) -> float:
    """Measure, print, and return the median ratio of the recognizer to the bare network."""
    steps = Steps(model, pictures)
    steps.label_many()
    work: dict[str, Callable[[], Sequence[object]]] = {
        "label_many": steps.label_many,
        "bare network": steps.infer,
        "label, picture by picture": steps.label,
        "decoding alone": steps.decode,
        "ranking labels alone": steps.rank,
    }
    speeds = dict(zip(work, measure(list(work.values()), rounds), strict=True))
    ratios = [ours / bare for ours, bare in zip(speeds["label_many"], speeds["bare network"], strict=True)]
    sys.stdout.write(f"{len(pictures)} pictures, {rounds} rounds: median, range\n")
    for name, figures in speeds.items():
        sys.stdout.write(describe(name, figures, "pictures/s"))
    sys.stdout.write(describe("label_many : bare network", ratios))
    return statistics.median(ratios)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the comparison; 1 when the target is missed."""
    parser = argparse.ArgumentParser(prog="python -m devstack.bench.labeling", description=__doc__)
    parser.add_argument("--model", type=Path, required=True, metavar="FILE", help="the ONNX model")
    parser.add_argument(
        "--pictures", type=Path, metavar="DIR", help="JPEG files to use instead of made-up ones"
    )
    parser.add_argument("--count", type=int, default=40, choices=range(1, 201), metavar="1..200")
    parser.add_argument("--rounds", type=int, default=11, choices=range(1, 101), metavar="1..100")
    options = parser.parse_args(argv)
    pictures = read_pictures(options.pictures, options.count)
    if not pictures:
        parser.error(f"there is no .jpg file under {options.pictures}")
    ratio = run(options.model, pictures, options.rounds)
    sys.stdout.write(f"target {TARGET:.2f}: {'met' if ratio >= TARGET else 'MISSED'}\n")
    return 0 if ratio >= TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
