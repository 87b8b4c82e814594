"""An encoder of one's own: any ONNX file that turns pictures into vectors, such as CLIP's image tower.

A JSON file beside the model declares what the model wants to see; `Declaration` explains its fields.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from shared.errors import Misconfigured
from shared.labeling.encoding import Encoder

REVISION = 2
"""Raised whenever this code encodes differently for the same model and declaration."""


def create_encoder(*, model_path: str) -> Encoder:
    """Build the encoder of the ONNX file `model_path`, declared in `<model_path>.json`.

    The whole model is in that one file. Both are read now, for the encoder id, and the model is loaded at the
    first picture. Raises `Misconfigured` that names the file and field at fault, `ModuleNotFoundError` where
    numpy, onnxruntime or Pillow is not installed.
    """
    from shared.imaging.room import product_room
    from shared.labeling.providers.onnx_file.declaration import read_declaration
    from shared.labeling.providers.onnx_file.encoder import OnnxEncoder
    from shared.labeling.providers.onnx_file.tower import Tower

    model = Path(model_path)
    fingerprint = _fingerprint(model)
    declared = read_declaration(model)
    digest = hashlib.sha256(f"{REVISION} {fingerprint} {declared.model_dump_json()}".encode()).hexdigest()
    tower = Tower(model, declared)
    return OnnxEncoder(f"onnx/{digest[:8]}/{tower.dimensions}", tower, product_room())


def _fingerprint(model: Path) -> str:
    try:
        with model.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise Misconfigured(
            "ONNX_MODEL", f"cannot read {model} ({error.strerror}); write the path of an ONNX file"
        ) from error
