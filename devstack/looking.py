"""The recogniser behind a vendor's stand-in, as its command line names it."""

from __future__ import annotations

import argparse
import io

from PIL import Image

from devstack.vision.by_content import ContentLabeler
from shared.errors import Misconfigured
from shared.imaging import Picture
from shared.labeling import Labeler
from shared.labeling.provider import Wanted
from shared.labeling.providers import embedded


def command_line(name: str, about: str | None) -> argparse.ArgumentParser:
    """What every stand-in is told: its recogniser, and how long an answer takes."""
    parser = argparse.ArgumentParser(prog=f"python -m devstack.{name}", description=about)
    parser.add_argument("--answer-ms", type=int, default=0, help="how long an answer takes at least")
    recogniser = parser.add_mutually_exclusive_group(required=True)
    recogniser.add_argument("--model", help="the embedded recogniser's ONNX file")
    recogniser.add_argument("--by-content", action="store_true", help="made-up labels, at no cost")
    return parser


def recogniser(parser: argparse.ArgumentParser, arguments: argparse.Namespace) -> Labeler:
    """The recogniser that was chosen, loaded; ends the program where it is misconfigured."""
    try:
        return ContentLabeler() if arguments.by_content else _loaded(arguments.model)
    except Misconfigured as error:
        parser.error(str(error))


def _loaded(model: str) -> Labeler:
    labeler = embedded.create(embedded.EmbeddedSettings.from_env({"EMBEDDED_MODEL": model}), Wanted())
    sample = io.BytesIO()
    Image.new("RGB", (64, 64), "grey").save(sample, "PNG")
    labeler.label(Picture(sample.getvalue()))
    return labeler
