"""`measure evaluate`, and the options that it shares with `measure calibrate`."""
# ruff: noqa: PLC0415 - numpy and Pillow take longer to load than the help of all other commands takes to print

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial, reduce, wraps
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tools.commands import Command
from tools.evaluate.contenders import GUIDE, NAMES, Contender, contenders
from tools.evaluate.datasets import Dataset, class_folders, shop
from tools.exits import Ended, Exit
from tools.files import FOLDER, NEW_FILE, writable
from tools.output import counted, note, progress, tell

if TYPE_CHECKING:
    from tools.evaluate.report import EvaluationReport
    from tools.evaluate.sight import Sight


_OPTIONS = (
    click.option("--gallery", type=FOLDER, metavar="DIR", help="Products, as class folders of pictures."),
    click.option("--queries", type=FOLDER, metavar="DIR", help="Photos to search with, in the same folders."),
    click.option("--catalog", type=FOLDER, metavar="DIR", help="Products, as pictures by objectID."),
    click.option("--photos", type=FOLDER, metavar="DIR", help="Shoppers' photos, a folder per objectID."),
    click.option("--category", metavar="FIELD", help="Products with the same value of this field are right."),
    click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Search with at most N photos."),
)

OpenEyes = Callable[[], "Sight"]
"""Says with what to look at pictures; click's `obj` may give another than the environment's."""


@dataclass(frozen=True, slots=True)
class PictureOptions:
    """The options of the command line that say which pictures."""

    gallery: Path | None
    queries: Path | None
    catalog: Path | None
    photos: Path | None
    category: str | None
    limit: int | None

    def dataset(self) -> Dataset:
        """Read it; raises `Ended`."""
        try:
            return self._read().limited(self.limit)
        except ValueError as error:
            raise Ended(Exit.BAD_DATA, str(error)) from error

    def _read(self) -> Dataset:
        match self:
            case PictureOptions(gallery=Path() as gallery, queries=Path() as queries, catalog=None):
                if self.photos is None and self.category is None:
                    return class_folders(gallery, queries)
            case PictureOptions(gallery=None, queries=None, catalog=Path() as catalog):
                return shop(catalog, self.photos, self.category)
        raise Ended(
            Exit.MISCONFIGURED,
            "Give --gallery and --queries, or --catalog, which --photos and --category go with.",
        )


def of_pictures(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that say which pictures, and the `PictureOptions` they make."""
    names = PictureOptions.__dataclass_fields__

    @wraps(command)
    def asked(*words: object, **given: object) -> None:
        options = PictureOptions(**{name: given.pop(name) for name in names})  # type: ignore[arg-type] # as declared
        command(*words, options=options, **given)

    return reduce(lambda wrapped, option: option(wrapped), reversed(_OPTIONS), asked)


@click.command(cls=Command, example="--catalog shop --category brand --html report.html")
@of_pictures
@click.option(
    "--strategy", "names", type=click.Choice(NAMES), multiple=True, help="Measure only these, and guide."
)
@click.option(
    "--html", "html_file", type=NEW_FILE, callback=writable, metavar="FILE", help="Write a page to show."
)
@click.option("--yes", is_flag=True, help="Do not ask before pictures are sent to a service.")
@click.pass_obj
def evaluate(
    open_eyes: OpenEyes | None,
    /,
    *,
    options: PictureOptions,
    names: tuple[str, ...],
    html_file: Path | None,
    yes: bool,
) -> None:
    """Measure how well a photo finds products, strategy by strategy.

    Builds the records and queries of each strategy, lets the local engine rank them, and compares what
    comes with what is right: the folder or category of the photo, or the very product. Without --photos,
    each picture of a product in turn is the photo. Needs no account.

    Uses the embedded model, or RECOGNIZER, ENCODER and their variables; `default` is what the two functions
    do with the settings that are given and, without any, what is shipped.
    """
    from tools.evaluate.sight import any_sight

    dataset = options.dataset()
    report = _measured(dataset, (open_eyes or any_sight)(), names, yes=yes)
    _tell(report, html_file)


def agree(sight: Sight, pictures: int, *, yes: bool) -> None:
    """Ask before pictures are sent to a service; raises `click.Abort`."""
    if not (sight.is_local or yes):
        question = f"Send {counted(pictures, 'picture')} to {sight.recognizer.name}, which may be billed?"
        click.confirm(question, abort=True, err=True)


def _measured(dataset: Dataset, sight: Sight, names: tuple[str, ...], *, yes: bool) -> EvaluationReport:
    from tools.evaluate import evaluation

    agree(sight, len(dataset.pictures()), yes=yes)
    entered = _entered(sight, names)
    try:
        return evaluation.evaluate(dataset, entered, sight.eyes(whole=True), progress, sight.rule)
    except ValueError as error:
        raise Ended(Exit.BAD_DATA, str(error)) from error


def _entered(sight: Sight, names: tuple[str, ...]) -> list[Contender]:
    able = contenders(sight.settings, sight.encoder)
    entered = [each for each in able if not names or each.name in {GUIDE, *names}]
    if absent := set(names or NAMES) - {each.name for each in able}:
        note(f"Without an encoder there is no {', '.join(sorted(absent))}.")
    return entered


def _tell(report: EvaluationReport, html_file: Path | None) -> None:
    from tools.evaluate.page import page
    from tools.evaluate.tables import show

    tell(partial(show, report), report.as_json)
    if html_file:
        html_file.write_text(page(report), encoding="utf-8", errors="replace")
        note(f"Open {html_file.resolve().as_uri()}")
