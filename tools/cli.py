"""The operator's commands, by the nouns that they are about."""

from __future__ import annotations

import click

from shared import VERSION
from tools import calling
from tools.backfill.command import backfill
from tools.bundle.command import bundle
from tools.calibrate.command import calibrate
from tools.commands import Group
from tools.encoder.command import encoder
from tools.evaluate.command import evaluate
from tools.explain.command import explain
from tools.importing.command import import_pictures
from tools.index_settings import index
from tools.live.command import check
from tools.parked.command import parked
from tools.preflight.command import preflight
from tools.profile.command import profile
from tools.teach.command import teach


@click.group(cls=Group, commands=[import_pictures, backfill, explain])
def pictures() -> None:
    """Bring product pictures into the bucket, have them labeled, and find out what became of one."""


@click.group(cls=Group, commands=[evaluate, calibrate, teach])
def measure() -> None:
    """Measure how well photos find products, and improve it, with pictures of your own."""


@click.group(
    cls=Group,
    name=calling.NAME,
    commands=[profile, check, index, pictures, parked, measure, encoder, bundle, preflight],
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(VERSION, message=f"{calling.NAME} %(version)s")
def cli() -> None:
    """Operate visual image search: prepare the index, label existing pictures, and find out what went wrong.

    Commands read the variables of the enrich function, from the environment or from a profile, the file
    visual-search.toml. Each names what it needs besides. Exit codes: 0 done, 1 something is wrong with your
    data, 2 a setting or an option is wrong, 75 a service did not answer (try again), 130 stopped by Ctrl-C.
    """


def main() -> None:
    """Run one command and end the process."""
    cli(prog_name=calling.called(), complete_var="_VISUAL_SEARCH_COMPLETE")
