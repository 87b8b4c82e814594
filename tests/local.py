"""Recognizers and encoders that need no vendor, made of a model's file for tests."""

from __future__ import annotations

from pathlib import Path

from shared.labeling import Encoder, Recognizer
from shared.labeling.provider import Wanted
from shared.labeling.providers import embedded, onnx


def embedded_recognizer(
    model: Path, head: Path | str = "", *, min_score: float | None = None, max_labels: int = 10
) -> Recognizer:
    """The embedded model's, with a head that was taught where there is one."""
    settings = embedded.EmbeddedSettings.from_env({"EMBEDDED_MODEL": str(model), "EMBEDDED_HEAD": str(head)})
    return embedded.create(settings, Wanted(min_score=min_score, max_labels=max_labels))


def embedded_encoder(model: Path, color_weight: float = embedded.COLOR_WEIGHT) -> Encoder:
    """The embedded model's."""
    names = {"EMBEDDED_MODEL": str(model), "EMBEDDED_COLOR_WEIGHT": str(color_weight)}
    return embedded.create_encoder(embedded.EmbeddedSettings.from_env(names))


def onnx_encoder(model: Path) -> Encoder:
    """That of an ONNX file, declared beside it."""
    return onnx.create_encoder(onnx.OnnxSettings.from_env({"ONNX_MODEL": str(model)}))
