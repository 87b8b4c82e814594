"""The embedded recogniser's model, built for tests."""

from __future__ import annotations

from pathlib import Path

from tools.embedded_model.__main__ import main


def embedded_model(folder: Path) -> Path:
    """Build the model into a folder, which takes a second."""
    path = folder / "model.onnx"
    assert main(["--out", str(path)]) == 0
    return path
