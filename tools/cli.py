"""The operator's commands, and how each failure ends them."""

from __future__ import annotations

import click

from tools.backfill.command import backfill
from tools.bundle.command import bundle
from tools.calibrate.command import calibrate
from tools.encoder.command import encoder
from tools.evaluate.command import evaluate
from tools.exits import ending_with_a_code
from tools.explain.command import explain
from tools.importing.command import import_pictures
from tools.index_settings import settings
from tools.parked.command import parked
from tools.retiring import retire
from tools.teach.command import teach


class _Commands(click.Group):
    """A group whose commands end with a line and an exit code instead of a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command that was named."""
        with ending_with_a_code():
            return super().invoke(ctx)


@click.group(
    cls=_Commands,
    commands=[settings, backfill, retire, parked, explain, evaluate, calibrate, teach, encoder, bundle],
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
def cli() -> None:
    """Operate visual image search: prepare the index, label existing pictures, and find out what went wrong.

    Set the variables of the enrich function; each command names the others that it needs. Exit codes:
    0 done, 1 something is wrong with your data, 2 a setting or an option is wrong, 75 a service did not
    answer (try again), 130 stopped by Ctrl-C.
    """


cli.add_command(import_pictures, "import-pictures")


def main() -> None:
    """Run one command and end the process."""
    cli(prog_name="uv run tools")
