"""An operator's own files for a bundle: an encoder, its projection, and a head of the embedded recognizer."""

from __future__ import annotations

from pathlib import Path

from devstack.environment import MODEL
from shared.labeling import registry
from shared.settings.labeling import LabelingSettings
from tests import onnx_models
from tests.heads import chance_head
from tests.projections import chance_projection

CHOICE = ("--recognizer", "embedded", "--encoder", "onnx")
SETTINGS = {
    "RECOGNIZER": "embedded",
    "EMBEDDED_HEAD": "files/head.json",
    "ENCODER": "onnx",
    "ENCODER_PROJECTION": "files/projection.json",
    "ONNX_MODEL": "files/own.onnx",
}
"""The choice as the functions are told it, with the files where a bundle has them."""


def write(folder: Path, color_weight: str = "") -> list[str]:
    """Write them, the head for an embedded encoder of that color weight; the options of `bundle`."""
    onnx_models.declare(onnx_models.averaging_model(folder / "own.onnx"))
    own = {"ENCODER": "onnx", "ONNX_MODEL": str(folder / "own.onnx")}
    embedded = {"ENCODER": "embedded", "EMBEDDED_MODEL": str(MODEL), "EMBEDDED_COLOR_WEIGHT": color_weight}
    of_own, of_embedded = (LabelingSettings.from_env(env).of_encoder for env in (own, embedded))
    encoder = registry.create_encoder("onnx", of_own)
    projection = chance_projection(encoder.encoder_id, encoder.dimensions, outputs=8)
    (folder / "projection.json").write_text(projection.as_json())
    head = chance_head(registry.create_encoder("embedded", of_embedded).encoder_id, ("Clog", "Mule"))
    (folder / "head.json").write_text(head.as_json())
    names = ("own.onnx", "own.onnx.json", "projection.json", "head.json")
    return [*CHOICE, *(f"--file={folder / name}" for name in names)]
