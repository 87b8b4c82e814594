"""Measures what is committed as numbers: `python -m tools.embedded_model.measures --pictures DIR`.

They are the range of each tensor on those pictures, in all views in which products are looked at, and their
mean histogram of colors. Run on the demo's catalog, `.cache/sample/pictures`, which every set-up has.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnxruntime import InferenceSession

from shared.imaging import Picture
from shared.imaging.opening import product_opener
from shared.labeling.local import Pixels
from shared.labeling.providers.embedded.color import MEAN, histogram
from shared.labeling.providers.embedded.network import squares
from tools.embedded_model.layers import Range
from tools.embedded_model.network import build, tensors_of
from tools.embedded_model.weights import published_weights, read_state_dict
from tools.files import write_atomically

RANGES = Path(__file__).with_name("ranges.json")

DECIMALS = 4
"""Of the numbers; other processors round the next ones differently."""

Views = Sequence[Pixels]


def views_of(folder: Path) -> list[Views]:
    """Return every picture in all its views, that of a photo first."""
    opener = product_opener()
    return [squares(opener.raster(Picture(path.read_bytes()))) for path in sorted(folder.iterdir())]


def ranges_on(pictures: Sequence[Views]) -> dict[str, Range]:
    """Return the least and largest value of each tensor of the network in floats, 0 among them."""
    model = build(read_state_dict(published_weights()), {})
    names = tensors_of(model)
    model.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names)
    session = InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    found: dict[str, tuple[float, float]] = dict.fromkeys(names, (0.0, 0.0))
    for square in (square for views in pictures for square in views):
        for name, values in zip(names, session.run(names, {"picture": square}), strict=True):
            low, high = found[name]
            found[name] = min(low, float(values.min())), max(high, float(values.max()))
    return {name: [round(low, DECIMALS), round(high, DECIMALS)] for name, (low, high) in found.items()}


def mean_colors(pictures: Sequence[Views]) -> NDArray[np.float64]:
    """Return the mean histogram of colors."""
    return np.asarray(np.mean([histogram(first) for first, *_ in pictures], axis=0))


def _lines(ranges: Mapping[str, Range]) -> Iterator[str]:
    yield from (f"{json.dumps(name)}: {json.dumps(each)}" for name, each in ranges.items())


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and write both files."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.embedded_model.measures", description=__doc__.partition("\n")[0]
    )
    parser.add_argument("--pictures", type=Path, required=True, metavar="DIR", help="the sample's pictures")
    pictures = views_of(parser.parse_args(argv).pictures)
    write_atomically(RANGES, ("{\n" + ",\n".join(_lines(ranges_on(pictures))) + "\n}\n").encode())
    colors = [round(each, DECIMALS) for each in mean_colors(pictures).tolist()]
    write_atomically(MEAN, (json.dumps(colors) + "\n").encode())
    sys.stdout.write(f"{len(pictures)} pictures: {RANGES}, {MEAN}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
