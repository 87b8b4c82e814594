"""`tools teach`: look at the pictures, put a head to the test, and write it."""
# ruff: noqa: PLC0415 - numpy and Pillow take longer to load than the help of all other commands takes to print

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from devstack.environment import MODEL
from shared.labeling.providers.embedded import EmbeddedSettings
from tools.exits import Ended, Exit, check_learning
from tools.files import writable, write_atomically
from tools.output import as_json, note, progress, readable_bytes

if TYPE_CHECKING:
    from shared.labeling import Encoder
    from tools.teach.report import TeachingReport
    from tools.teach.samples import Samples

OpenEncoder = Callable[[], "Encoder"]
"""Says with what to encode pictures; click's `obj` may give another than the environment's."""

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_FILE = click.Path(dir_okay=False, writable=True, path_type=Path)


@click.command(epilog="Example: uv run tools teach pictures --out head.json")
@click.argument("folder", type=_FOLDER)
@click.option("--out", type=_FILE, required=True, callback=writable, metavar="FILE", help="Write the head.")
@click.option("--json", "wants_json", is_flag=True, help="Print JSON instead.")
@click.pass_obj
def teach(open_encoder: OpenEncoder | None, /, *, folder: Path, out: Path, wants_json: bool) -> None:
    """Teach the embedded recognizer your own categories.

    FOLDER has one sub-folder of pictures for each class; its name becomes the label, and a few hundred
    pictures are enough to begin with. Says how well pictures are recognized that were held back, and writes
    a small file for EMBEDDED_HEAD. Sends nothing anywhere.

    Uses the embedded model where `make setup` puts it, or EMBEDDED_MODEL.
    """
    check_learning()
    samples, encoder_id = _looked_at(folder, open_encoder or _encoder)
    report = _taught(samples, encoder_id)
    _write(report, out)
    if wants_json:
        as_json(report.as_json())
    else:
        report.show()
    note(f"Wrote {out} ({readable_bytes(out.stat().st_size)}): give both functions EMBEDDED_HEAD, its path.")


def _looked_at(folder: Path, open_encoder: OpenEncoder) -> tuple[Samples, str]:
    from tools.teach.report import name_left_out
    from tools.teach.samples import look_at, read_folders

    try:
        lesson = read_folders(folder)
        encoder = open_encoder()
        samples = look_at(lesson, encoder, progress)
    except ValueError as error:
        raise Ended(Exit.BAD_DATA, str(error)) from error
    name_left_out(samples)
    return samples, encoder.encoder_id


def _taught(samples: Samples, encoder_id: str) -> TeachingReport:
    from tools.teach.report import TeachingReport, measured
    from tools.teach.teaching import held_out, teach

    tested = held_out(samples, progress)
    final = teach(samples.vectors, samples.classes)
    return TeachingReport(encoder_id, samples, tested, measured(samples, tested), final)


def _write(report: TeachingReport, out: Path) -> None:
    from tools.teach.teaching import head_of

    text = head_of(report.taught, report.samples.names, report.encoder_id).as_json()
    try:
        write_atomically(out, text.encode())
    except OSError as error:
        raise Ended(Exit.MISCONFIGURED, f"cannot write {out} ({error.strerror})") from error


def _encoder(env: Mapping[str, str] = os.environ) -> Encoder:
    from shared.labeling.providers import embedded

    given = {name: value for name, value in env.items() if value.strip()}
    settings = EmbeddedSettings.from_env({"EMBEDDED_MODEL": str(MODEL)} | given)
    return embedded.create_encoder(settings)
