"""`measure teach`: look at the pictures, put a head and a projection to the test, and write them."""
# ruff: noqa: PLC0415 - numpy and Pillow take longer to load than the help of all other commands takes to print

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from devstack.environment import MODEL
from shared.labeling import registry
from shared.settings.labeling import NO_ENCODER, LabelingSettings
from tools import calling
from tools.commands import Command
from tools.exits import Ended, Exit, check_installed
from tools.files import FOLDER, NEW_FILE, writable, write_result
from tools.output import note, progress, readable_bytes, tell

if TYPE_CHECKING:
    from shared.labeling import Encoder
    from tools.teach.finding import Search
    from tools.teach.gains import FittingReport
    from tools.teach.report import TeachingReport
    from tools.teach.samples import Samples

EMBEDDED = "embedded"

OpenEncoder = Callable[[], "Encoder"]
"""Says with what to encode pictures; click's `obj` may give another than the environment's."""


@dataclass(frozen=True, slots=True)
class _Options:
    """The options of the command line: pictures, and the files to write."""

    folder: Path | None
    catalog: Path | None
    photos: Path | None
    out: Path | None
    projection: Path | None

    def check(self) -> None:
        """Raises `Ended` where they do not go together."""
        if not (self.out or self.projection):
            problem = "Give --out for a head, --projection for a projection, or both."
        elif self.out and self.projection and self.out.resolve() == self.projection.resolve():
            problem = "--out and --projection are one file: the head would be lost. Name two."
        elif (self.folder is None) == (self.catalog is None):
            problem = "Give FOLDER, with pictures by class, or --catalog, with products, and not both."
        elif self.out and self.catalog:
            problem = "A head needs FOLDER, with pictures by class: leave --out or --catalog out."
        elif self.photos and not self.catalog:
            problem = "--photos goes with --catalog."
        else:
            return
        raise Ended(Exit.MISCONFIGURED, problem)


@click.command(cls=Command, example="pictures --out head.json --projection projection.json")
@click.argument("folder", type=FOLDER, required=False)
@click.option("--catalog", type=FOLDER, metavar="DIR", help="Products, as pictures by objectID.")
@click.option("--photos", type=FOLDER, metavar="DIR", help="Shoppers' photos, a folder per objectID.")
@click.option("--out", type=NEW_FILE, callback=writable, metavar="FILE", help="Write the head.")
@click.option("--projection", type=NEW_FILE, callback=writable, metavar="FILE", help="Write the projection.")
@click.pass_obj
def teach(open_encoder: OpenEncoder | None, /, **given: Path | None) -> None:
    """Teach the embedded recognizer your own categories, or fit the encoder to your shop, or both.

    FOLDER has one sub-folder of pictures for each class; a few hundred are enough to begin with. In a head,
    for EMBEDDED_HEAD, the classes become labels. A projection, for ENCODER_PROJECTION, moves pictures of one
    class together, or those of one product: with --catalog and --photos or, without --photos, its own
    pictures. A folder within a class's holds the pictures of one product.

    Says how well pictures fare that were held back, and writes no projection that may gain nothing. Sends
    nothing anywhere.

    Uses the embedded model where `make setup` puts it, or EMBEDDED_MODEL; a projection is fitted to ENCODER.
    """
    check_installed()
    from threadpoolctl import threadpool_limits

    options = _Options(**given)
    options.check()
    encoder = (open_encoder or partial(_encoder, options))()
    try:
        # The matrices are so small that threads mostly wait for one another: on busy processors for minutes.
        with threadpool_limits(1):
            samples = _looked_at(options.folder, encoder) if options.folder else None
            taught = _taught(samples, encoder.encoder_id) if samples and options.out else None
            fitted = _fitted_beside(taught, options, samples, encoder)
    except ValueError as error:
        raise Ended(Exit.BAD_DATA, str(error)) from error
    if fitted and options.projection:
        _write_if_it_wins(fitted, options.projection)


def _looked_at(folder: Path, encoder: Encoder) -> Samples:
    from tools.teach.report import name_left_out
    from tools.teach.samples import look_at, read_folders

    samples = look_at(read_folders(folder), encoder, progress)
    name_left_out(samples.left_out)
    return samples


def _taught(samples: Samples, encoder_id: str) -> TeachingReport:
    from tools.teach.report import TeachingReport, measured
    from tools.teach.teaching import held_out, teach

    tested = held_out(samples, progress)
    final = teach(samples.vectors, samples.classes)
    return TeachingReport(encoder_id, samples, tested, measured(samples, tested), final)


def _fitted_beside(
    taught: TeachingReport | None, options: _Options, samples: Samples | None, encoder: Encoder
) -> FittingReport | None:
    """Fit, and tell of both; a head is told and written also where nothing can be fitted."""
    fitted, setting = None, "recognizer = {{ settings = {{ EMBEDDED_HEAD = {} }} }}"
    try:
        fitted = _fitted(options, samples, encoder) if options.projection else None
    finally:
        if taught or fitted:
            _tell(taught, fitted)
        if taught and options.out:
            _write(taught.head_as_json(), options.out, setting)
    return fitted


def _fitted(options: _Options, samples: Samples | None, encoder: Encoder) -> FittingReport:
    from tools.teach.fitting import fit, held_back
    from tools.teach.gains import reported

    search = _search(options, samples, encoder)
    compared = held_back(search, progress)
    return reported(search, compared, fit(search, encoder.encoder_id))


def _search(options: _Options, samples: Samples | None, encoder: Encoder) -> Search:
    from tools.evaluate.datasets import shop
    from tools.teach.looking import of_classes, of_products
    from tools.teach.report import name_left_out

    if samples and options.folder:
        return of_classes(samples, options.folder, encoder, progress)
    if options.catalog is None:
        raise ValueError("there is nothing to search")
    search, left_out = of_products(shop(options.catalog, options.photos), encoder, progress)
    name_left_out(left_out)
    return search


def _tell(taught: TeachingReport | None, fitted: FittingReport | None) -> None:
    told = [each for each in (taught, fitted) if each]

    def show() -> None:
        for each in told:
            each.show()

    tell(show, lambda: {name: value for each in told for name, value in each.as_json().items()})


def _write_if_it_wins(fitted: FittingReport, out: Path) -> None:
    if not fitted.wins:
        raise Ended(Exit.BAD_DATA, f"{out} was not written: {fitted.refusal()}.")
    _write(fitted.projection.as_json(), out, "encoder = {{ projection = {} }}")
    note("It is an encoder of its own: change over as to any other, and calibrate again.")


def _write(text: str, out: Path, variable: str) -> None:
    write_result(out, text.encode())
    note(f"Wrote {out} ({readable_bytes(out.stat().st_size)}).")
    note("Pack it for both functions, and name it in shop.tfvars:")
    note(f"  {calling.line('bundle', f'--file={out}')}")
    note(f"  {variable.format(json.dumps(f'files/{out.name}', ensure_ascii=False))}")


def _encoder(options: _Options, env: Mapping[str, str] = os.environ) -> Encoder:
    """The encoder of the environment without a projection; a head is for the embedded one only."""
    given = {name: value for name, value in env.items() if value.strip()}
    chosen = given.get("ENCODER", EMBEDDED)
    if options.projection and chosen == NO_ENCODER:
        raise Ended(Exit.MISCONFIGURED, "ENCODER: there is none to fit a projection to; name one")
    if options.out and options.projection and chosen != EMBEDDED:
        problem = (
            f"a head is for the embedded encoder, and this projection for {chosen}; make one, then the other"
        )
        raise Ended(Exit.MISCONFIGURED, f"ENCODER: {problem}")
    own = {"RECOGNIZER": EMBEDDED, "RECOGNIZER_FEATURES": "", "STRATEGIES": "", "ENCODER_PROJECTION": ""}
    named = own | {"ENCODER": EMBEDDED if options.out else chosen}
    settings = LabelingSettings.from_env({"EMBEDDED_MODEL": str(MODEL)} | given | named)
    return registry.create_encoder(settings.encoder, settings.of_encoder)
