"""`measure calibrate`: choose how close a product must be to be called similar, or very similar."""
# ruff: noqa: PLC0415 - numpy and Pillow take longer to load than the help of all other commands takes to print

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tools.commands import Command
from tools.evaluate.command import OpenEyes, PictureOptions, agree, of_pictures
from tools.evaluate.datasets import pictures_below
from tools.exits import Ended, Exit, check_installed
from tools.files import FOLDER
from tools.output import progress, tell
from tools.profile.file import set_in_profile

if TYPE_CHECKING:
    from tools.calibrate.calibration import Calibration, Task
    from tools.evaluate.sight import Sight


@click.command(cls=Command, example="--catalog shop --photos photos --others not-sold --write")
@of_pictures
@click.option("--others", type=FOLDER, metavar="DIR", help="Pictures of things the shop does not sell.")
@click.option(
    "--false-accepts",
    "rate",
    type=click.FloatRange(0.001, 0.5),
    default=0.05,
    show_default=True,
    metavar="RATE",
    help="The share of such photos that may find something similar anyway, 0.001 to 0.5.",
)
@click.option(
    "--wrong",
    type=click.FloatRange(0.001, 0.5),
    default=0.1,
    show_default=True,
    metavar="RATE",
    help="The share of very similar products that may be wrong, 0.001 to 0.5.",
)
@click.option("--write", is_flag=True, help="Set the variables in the profile.")
@click.option("--yes", is_flag=True, help="Do not ask before pictures are sent to a service.")
@click.pass_obj
def calibrate(  # noqa: PLR0913 one for each option
    open_eyes: OpenEyes | None,
    /,
    *,
    options: PictureOptions,
    others: Path | None,
    rate: float,
    wrong: float,
    write: bool,
    yes: bool,
) -> None:
    """Choose how close a product must be to be called similar, or very similar.

    Searches with photos of what the shop has, and with those in --others of what it has not. Similar begins
    where at most a rate of the others find anything so close, very similar where at most a rate of the first
    ten hits is wrong. One half of the photos finds both, and the other half says how good they are. The
    settings are for the search function. Needs no account.

    Uses RECOGNIZER, ENCODER, STRATEGIES and MAX_FILTERS, by default the embedded model. Without
    closeness, which needs the strategy code, it sets the least shares of points.
    """
    check_installed()
    from tools.calibrate.calibration import Task
    from tools.calibrate.report import document, show, values
    from tools.evaluate.sight import sight

    dataset, strangers = options.dataset(), _pictures(others)
    found = _found(Task(dataset, strangers, rate, wrong), (open_eyes or sight)(), yes=yes)
    if write:
        set_in_profile(values(found))
    tell(partial(show, found), partial(document, found))


def _pictures(others: Path | None) -> Sequence[Path]:
    pictures = pictures_below(others) if others else []
    if others and not pictures:
        raise Ended(Exit.BAD_DATA, f"{others} has no pictures")
    return pictures


def _found(task: Task, sight: Sight, *, yes: bool) -> Calibration:
    from tools.calibrate.calibration import calibrated

    agree(sight, len(task.pictures()), yes=yes)
    try:
        return calibrated(task, sight.deployed, sight.eyes(), progress)
    except ValueError as error:
        raise Ended(Exit.BAD_DATA, str(error)) from error
