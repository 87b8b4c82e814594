"""What the demo prints; a plain table where the output is no terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.box import SIMPLE
from rich.columns import Columns
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from devstack.demo.trial import ALTERATIONS, NOT_FOUND, WANTED_RANK, Trial, summary
from shared.attribute_names import AttributeNames
from shared.catalog.record import Recorded

_PLAIN_WIDTH = 100
_LABELS_SHOWN = 4
_COLUMNS = 2


def console() -> Console:
    """Output of a fixed width where there is no terminal to ask."""
    found = Console(highlight=False)
    return found if found.is_terminal else Console(highlight=False, width=_PLAIN_WIDTH)


def progress(out: Console) -> Progress:
    """One bar with a count."""
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=out
    )


def labelled(
    out: Console, records: Iterable[Mapping[str, Any]], names: AttributeNames, most: int = 12
) -> None:
    """What some of the records say about their pictures, evenly picked."""
    every = sorted(records, key=lambda record: str(record["objectID"]))
    table = Table("product", "labels of its pictures", title="Labelled", title_justify="left", box=SIMPLE)
    for record in every[:: max(1, -(-len(every) // most))]:
        best = Recorded.of(record, names).labels[:_LABELS_SHOWN]
        labels = [f"{label.name} {label.score:.2f}" for label in best]
        table.add_row(str(record.get("name", record["objectID"])), ", ".join(labels) or "-")
    out.print(table)


def ranks(out: Console, done: Sequence[Trial]) -> None:
    """The rank of each right product, in columns, and how they add up."""
    rows = -(-len(done) // _COLUMNS)
    out.print(f"Rank of the right product for a copy that was {', '.join(ALTERATIONS)}:\n")
    out.print(Columns(_ranks(done[first : first + rows]) for first in range(0, len(done), rows)))
    found = summary(done)
    table = Table("", *ALTERATIONS, box=SIMPLE)
    for title, counts in (("came first", found.first), (f"within the first {WANTED_RANK}", found.near)):
        table.add_row(title, *(f"{counts[name]} of {found.copies}" for name in ALTERATIONS))
    out.print(table)


def _ranks(done: Sequence[Trial]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    for trial in done:
        table.add_row(trial.product, *(_rank(trial.ranks[name]) for name in ALTERATIONS))
    return table


def _rank(place: int) -> str:
    if place == NOT_FOUND:
        return "[bold red]-[/]"
    return str(place) if place <= WANTED_RANK else f"[yellow]{place}[/]"
