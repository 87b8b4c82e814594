"""`encoder import`: from a tower on disk to an encoder that can be bundled."""
# ruff: noqa: PLC0415 - numpy, onnxruntime and Pillow take longer to load than the help takes to print

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from devstack.environment import SAMPLE
from tools.commands import Group
from tools.exits import check_installed
from tools.files import FILE, FOLDER, NEW_FILE, writable_with_declaration
from tools.output import tell
from tools.retiring import retire

if TYPE_CHECKING:
    from tools.encoder.importing import Workshop


@click.group(cls=Group)
def encoder() -> None:
    """Make an encoder of your own, or retire one."""


@encoder.command("import", example="my-siglip --out my-encoder.onnx --quantize pictures")
@click.argument("source", metavar="FOLDER_OR_TIMM_NAME")
@click.option("--weights", type=FILE, metavar="FILE", help="The weights of an architecture of timm's.")
@click.option(
    "--out",
    type=NEW_FILE,
    required=True,
    callback=writable_with_declaration,
    metavar="FILE",
    help="Write FILE and FILE.json.",
)
@click.option(
    "--pictures",
    type=FOLDER,
    metavar="DIR",
    help="Compare and measure with these; else with those of --quantize, else with the demo's.",
)
@click.option(
    "--quantize",
    "calibration",
    type=FOLDER,
    metavar="DIR",
    help="Make it 8 bits, by a hundred pictures like your shop's.",
)
@click.pass_obj
def import_(  # noqa: PLR0913 one for each option
    workshop: Workshop | None,
    /,
    *,
    source: str,
    weights: Path | None,
    out: Path,
    pictures: Path | None,
    calibration: Path | None,
) -> None:
    """Import an image tower that you have on disk.

    FOLDER_OR_TIMM_NAME is a folder as transformers (CLIP, SigLIP, DINOv2), timm, or open_clip save it, or the
    name of an architecture of timm's, with --weights. Weights are never downloaded. Torch is, once, into an
    environment of its own. No code of the folder is run: weights are read as safetensors, or by torch's
    weights_only.

    Compares the result with the original, and refuses it where they differ too much. Measures time and
    memory. Prints what to set, and the command that bundles it.
    """
    from tools.encoder.importing import Order, imported
    from tools.encoder.towers import find_tower

    if calibration:
        check_installed({"onnx": "onnx"}, needs="--quantize needs")
    order = Order(
        find_tower(source, weights), out, pictures or calibration or SAMPLE / "pictures", calibration
    )
    with TemporaryDirectory() as folder:
        report = imported(order, workshop or _workshop(), Path(folder))
    tell(report.show, report.as_json)


def _workshop() -> Workshop:
    from shared.imaging.opening import product_opener
    from tools.encoder.environment import export
    from tools.encoder.importing import Workshop
    from tools.encoder.measuring import measure

    return Workshop(export, measure, product_opener())


encoder.add_command(retire)
