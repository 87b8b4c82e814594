"""An encoder of one's own: any ONNX file that turns pictures into vectors, such as CLIP's image model.

A JSON file beside the model declares what the model wants to see; `Declaration` explains its fields.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from pydantic import Field

from shared.environment import Settings
from shared.labeling import Encoder
from shared.labeling.provider import Provider, check_model, digest

REVISION = 2
"""Raised whenever this code encodes differently for the same model and declaration."""

_digest = partial(digest, setting="ONNX_MODEL", advice="write the path of an ONNX file")


class OnnxSettings(Settings):
    """An encoder of the shop's own."""

    model_path: Path = Field(
        alias="ONNX_MODEL",
        description="the path of an ONNX file, with its declaration in FILE.json beside it",
    )


def create_encoder(settings: OnnxSettings) -> Encoder:
    """Make the encoder of an ONNX file, declared in a JSON file beside it.

    The whole model is in that one file. Both are read now, for the encoder id, and the model is loaded at the
    first picture. Raises `Misconfigured` that names the file and field at fault, `ModuleNotFoundError` where
    numpy, onnxruntime or Pillow is not installed.
    """
    from shared.imaging.opening import product_opener
    from shared.labeling.providers.onnx.encoder import OnnxEncoder, OnnxModel, read_declaration

    model = settings.model_path
    whole = _digest(model)
    declared = read_declaration(model)
    fingerprint = _digest(f"{REVISION} {whole} {declared.model_dump_json()}".encode())[:8]
    loaded = OnnxModel(model, declared)
    return OnnxEncoder(f"onnx/{fingerprint}/{loaded.dimensions}", loaded, product_opener())


def _unpacked(names: Sequence[str]) -> str:
    """Say what is missing among an operator's own files."""
    if any(f"{name}.json" in names for name in names):
        return ""
    return "it needs its model and the model's declaration: add --file MODEL.onnx --file MODEL.onnx.json"


PROVIDER = Provider(
    name="onnx",
    title="An ONNX file",
    settings=OnnxSettings,
    library="onnxruntime",
    group="embedded",
    encoder=create_encoder,
    check=lambda settings: check_model(settings.model_path, **_digest.keywords),
    unpacked=_unpacked,
)
