"""`preflight`: what would fail when the functions start, before anything is applied."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TextIO

import click

from tools.commands import Command
from tools.exits import Ended, Exit
from tools.files import FILE
from tools.output import counted, say, tell
from tools.preflight.plan import read
from tools.preflight.starting import Fault, Judged, disagreement, judge
from tools.profile.tfvars import advice, is_checkout, misspelt, unknown


@click.command(cls=Command, example="plan.json --var-file shop.tfvars")
@click.argument("plan", type=click.File("r", encoding="utf-8"), metavar="FILE")
@click.option(
    "--var-file",
    "variables",
    type=FILE,
    multiple=True,
    metavar="FILE",
    help="Check the names in this file of variables too; repeatable. Needs the checkout.",
)
def preflight(plan: TextIO, variables: tuple[Path, ...]) -> None:
    """Say before `terraform apply` what would fail when the functions start.

    FILE is what `terraform show -json PLAN` prints of a saved plan, - for standard input. Each function is
    started from the zip that is planned for it, with the environment that is planned for it, on this machine
    and without asking anybody: the zip itself judges settings, models, and the choice of recognizer and
    encoder. Then come deadlines, and variables that nobody reads. Values in Secret Manager are not seen.
    """
    faults = [Fault(str(path), name, advice(meant)) for path in variables for name, meant in misspelt(path)]
    found = read(plan)
    if is_checkout():
        written = found.given.items()
        faults += [Fault(at, name, advice(meant)) for at, told in written for name, meant in unknown(told)]
    judged = [judge(each, found.latency) for each in found.functions]
    faults += [fault for each in judged for fault in each.faults]
    if found.whole:
        faults += disagreement(judged)
    document = {
        "functions": [_function(each) for each in judged],
        "faults": [each._asdict() for each in faults],
    }
    tell(partial(_show, judged, faults), lambda: document)
    if faults:
        raise Ended(
            Exit.BAD_DATA, f"{counted(len(faults), 'thing')} would fail: correct them before you apply."
        )


def _function(judged: Judged) -> dict[str, object]:
    planned = judged.planned
    return {
        "name": planned.name,
        "function": planned.function,
        "bundle": str(planned.bundle),
        **judged.seeing,
    }


def _show(judged: Sequence[Judged], faults: Sequence[Fault]) -> None:
    for fault in faults:
        say(f"{fault.where}: {fault.setting}: {fault.advice}")
    for each in judged:
        if not each.faults:
            say(f"{each.planned.name}: starts, with {each.seeing['recognizer']} and {each.seeing['encoder']}")
