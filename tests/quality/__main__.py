"""`EVAL_DATA=… python -m tests.quality`: measure every set that is there, and write the baseline."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from tests.quality.measuring import BASELINE, measured
from tests.quality.sets import SETS

TOLERANCE = 0.02
"""A figure may drop so much before the tests fail; other processors round a little differently."""


def main() -> None:
    """Sets that are not there keep their figures."""
    known = json.loads(BASELINE.read_text(encoding="utf-8"))["sets"] if BASELINE.exists() else {}
    for name in SETS:
        with tempfile.TemporaryDirectory() as folder:
            known[name] = measured(name, Path(folder))
        sys.stdout.write(f"{name}: {known[name]}\n")
        sys.stdout.flush()
    written = json.dumps({"tolerance": TOLERANCE, "sets": known}, indent=2)
    BASELINE.write_text(f"{written}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
