"""The recogniser behind a vendor's stand-in, as its command line names it."""

from __future__ import annotations

import argparse
import io

from PIL import Image

from devstack.vision.by_content import ContentLabeler
from shared.imaging import Picture
from shared.labeling import Labeler, registry


def add_recogniser(parser: argparse.ArgumentParser) -> None:
    """Let the command line choose: `--model FILE` or `--by-content`."""
    recogniser = parser.add_mutually_exclusive_group(required=True)
    recogniser.add_argument("--model", help="the embedded recogniser's ONNX file")
    recogniser.add_argument("--by-content", action="store_true", help="made-up labels, at no cost")


def recogniser(arguments: argparse.Namespace) -> Labeler:
    """The recogniser that was chosen, loaded; raises `Misconfigured`."""
    return ContentLabeler() if arguments.by_content else _loaded(arguments.model)


def _loaded(model: str) -> Labeler:
    labeler = registry.create("embedded", {"model_path": model})
    sample = io.BytesIO()
    Image.new("RGB", (64, 64), "grey").save(sample, "PNG")
    labeler.label(Picture(sample.getvalue()))
    return labeler
