"""The embedded recognizer's model, built for tests."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from tools.embedded_model.__main__ import main


def embedded_model(folder: Path) -> Path:
    """Put the model into a folder."""
    path = folder / "model.onnx"
    path.write_bytes(_built())
    return path


@cache
def _built() -> bytes:
    """The model's file; building it takes a second or more."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "model.onnx"
        assert main(["--out", str(path)]) == 0
        return path.read_bytes()
