"""`python -m devstack.demo`: upload product pictures, see them labeled, search with a photo."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from shlex import quote
from tempfile import TemporaryDirectory
from typing import Any

from rich.box import SIMPLE
from rich.columns import Columns
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from devstack import own_page, runs
from devstack.catalogs.wrong import CatalogFindings
from devstack.demo import page
from devstack.demo.catalog import Product, Source, add_source, check_names, collect, source_of
from devstack.demo.shop import Shop
from devstack.demo.trial import (
    ALTERATIONS,
    NEAR,
    NOT_FOUND,
    WANTED,
    Trial,
    altered,
    summary,
    trials,
)
from devstack.endpoints import encoder_variables, likeness, recognizer_variables
from devstack.processes import LOOPBACK, ChildFailed, free_ports
from devstack.serving import serving
from devstack.stack import LocalStack, StackOptions
from shared.attribute_names import AttributeNames, renamed
from shared.catalog.record import Recorded
from shared.imaging.opening import product_opener
from shared.labeling.registry import DEFAULT_RECOGNIZER, RECOGNIZERS

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


def show_labels(
    out: Console, records: Iterable[Mapping[str, Any]], names: AttributeNames, most: int = 12
) -> None:
    """Print the labels of some of the records, evenly picked."""
    every = sorted(records, key=lambda record: str(record["objectID"]))
    table = Table("product", "labels of its pictures", title="Labeled", title_justify="left", box=SIMPLE)
    for record in every[:: max(1, -(-len(every) // most))]:
        best = Recorded.of(record, names).labels[:_LABELS_SHOWN]
        labels = [f"{label.name} {label.score:.2f}" for label in best]
        table.add_row(str(record.get("name", record["objectID"])), ", ".join(labels) or "-")
    out.print(table)


def show_ranks(out: Console, done: Sequence[Trial]) -> None:
    """Print the rank of each right product, in columns, and their sums."""
    rows = -(-len(done) // _COLUMNS)
    out.print(f"Rank of the right product for a copy that is {', '.join(ALTERATIONS)}:\n")
    out.print(Columns(_ranks_table(done[first : first + rows]) for first in range(0, len(done), rows)))
    found = summary(done)
    table = Table("", *ALTERATIONS, box=SIMPLE)
    for title, counts in (("came first", found.first), (f"among the first {NEAR}", found.near)):
        table.add_row(title, *(f"{counts[name]} of {found.copies}" for name in ALTERATIONS))
    out.print(table)


def _ranks_table(done: Sequence[Trial]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    for trial in done:
        table.add_row(trial.product, *(_rank(trial.ranks[name]) for name in ALTERATIONS))
    return table


def _rank(place: int) -> str:
    if place == NOT_FOUND:
        return "[bold red]-[/]"
    return str(place) if place <= NEAR else f"[yellow]{place}[/]"


_NAMES = "ATTRIBUTE_NAMES"
_PATIENCE = 60.0
_SAMPLES = 12
_WRONG_SHOWN = 20


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make demo ARGS=...", description=__doc__)
    ways = parser.add_mutually_exclusive_group()
    ways.add_argument("--once", action="store_true", help="try it with altered copies, report and leave")
    own_page.add_origin(ways)
    add_source(parser)
    parser.add_argument(
        "--recognizer",
        choices=tuple(RECOGNIZERS),
        default=os.environ.get("RECOGNIZER") or DEFAULT_RECOGNIZER,
        help="the recognizer, of a service by its stand-in (default: the variable RECOGNIZER)",
    )
    parser.add_argument("--port", type=int, default=0, help="the page's port (default: a free one)")
    parser.add_argument(
        "--logs", type=Path, help="folder for logs and profile (default: a new one in .cache/runs)"
    )
    options = parser.parse_args(arguments)
    if options.recognizer not in RECOGNIZERS:
        parser.error(f"RECOGNIZER is {options.recognizer!r}; write one of: {', '.join(RECOGNIZERS)}")
    return options


def _enrich(out: Console, shop: Shop) -> bool:
    """Upload and watch; True when every record says what its pictures show."""
    total, done = len(shop.products), 0
    shop.index()
    with progress(out) as bar:
        task = bar.add_task("upload -> event -> labels -> record", total=total)
        shop.upload()
        for done in shop.watch(_PATIENCE):
            bar.update(task, completed=done)
    show_labels(out, shop.records(), shop.likeness.names)
    out.print(f"{done} of {total} products enriched")
    return done == total


def _try(out: Console, shop: Shop) -> bool:
    """Search with altered copies; True when enough right products came first."""
    with progress(out) as bar:
        done = list(
            bar.track(trials(shop.products, shop.search), len(shop.products), description="searching")
        )
    show_ranks(out, done)
    share = summary(done).share
    out.print(f"{share:.1%} came first; wanted: at least {WANTED:.0%}")
    return share >= WANTED


def _stay(out: Console, shop: Shop, port: int, origins: Sequence[str], profile: Path) -> None:
    step = max(1, len(shop.products) // _SAMPLES)
    samples = _samples(shop.products[::step][:_SAMPLES])
    with serving(page.create_app(shop.endpoints, shop.orders, samples, shop.likeness.names), port):
        out.print(f"\nSearch with a picture at [bold]http://{LOOPBACK}:{port}/[/]")
        out.print("Or from another terminal, as README.md and storefront/examples show:")
        first = shop.products[0]
        values = {
            "SEARCH_URL": shop.endpoints.search_url,
            "ALGOLIA_URL": shop.endpoints.algolia_url,
            "ALGOLIA_APP_ID": shop.endpoints.app_id,
            "ALGOLIA_SEARCH_KEY": shop.endpoints.keys.search,
            "ALGOLIA_INDEX": shop.endpoints.index,
            "PHOTO": first.pictures[0].resolve(),
            "PRODUCT": first.id,
            "WORDS": first.record.get("name", first.id),
        }
        out.print(
            f"export {' '.join(f'{name}={quote(str(value))}' for name, value in values.items())}",
            soft_wrap=True,
        )
        own_page.show(out, origins, shop.endpoints)
        words = [["pictures", "explain", first.id], ["index", "check"], ["pictures", "backfill", "--dry-run"]]
        runs.show(out, profile, *words, ["parked", "list"])
        signal.pause()


def _samples(products: Sequence[Product]) -> dict[str, bytes]:
    photos: dict[str, bytes] = {}
    for number, product in enumerate(products):
        copies = list(altered(product.pictures[0].read_bytes()).items())
        alteration, photo = copies[number % len(copies)]
        photos[f"{product.record.get('name', product.id)}, {alteration}"] = photo
    return photos


def _attribute_names() -> AttributeNames:
    """The names of our attributes by the variable of both functions; raises `ValueError`."""
    try:
        return renamed(filter(str.strip, os.environ.get(_NAMES, "").split(",")))
    except ValueError as error:
        raise ValueError(f"{_NAMES}: {error}") from error


def _run(out: Console, options: argparse.Namespace) -> bool:
    if not options.once:
        page.check_built()
    own_page.check_packed(options.origins)
    names = _attribute_names()
    with TemporaryDirectory() as folder:
        products = _collected(out, source_of(options), Path(folder))
        check_names(products, names)
        return _served(out, options, products, Path(folder))


def _collected(out: Console, source: Source, folder: Path) -> list[Product]:
    """The catalog's products; whatever is wrong with it is told of."""
    findings = CatalogFindings()
    try:
        return collect(source, folder, findings.add, product_opener())
    finally:
        for finding in findings.kept[:_WRONG_SHOWN]:
            out.print(str(finding), markup=False, soft_wrap=True)
        if (more := findings.counts.total() - _WRONG_SHOWN) > 0:
            out.print(f"... and {more:,} more like these")


def _served(out: Console, options: argparse.Namespace, products: Sequence[Product], pictures: Path) -> bool:
    port = options.port or free_ports(1)[0]
    origins = [f"http://{LOOPBACK}:{port}", f"http://localhost:{port}", *options.origins]
    out.print(
        f"Starting Storage, Pub/Sub, {options.recognizer}, Algolia and both functions on this machine ..."
    )
    eyes = {**encoder_variables(), **recognizer_variables(options.recognizer)}
    stack_options = StackOptions(
        run_dir=options.logs or runs.new_folder(),
        cors_origins=",".join(origins),
        both={**eyes, _NAMES: os.environ.get(_NAMES, "")},
        recognizer=options.recognizer,
        reconcile_every=5.0,
    )
    with LocalStack(stack_options) as stack:
        sees = likeness(stack.search_env())
        shop = Shop(products, pictures, stack.endpoints, sees)
        enriched = _enrich(out, shop)
        if options.once:
            return _try(out, shop) and enriched
        profile = runs.write_profile(stack.processes.run_dir, stack.operator_env())
        _stay(out, shop, port, options.origins, profile)
    return True


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demo; 0 when all went as it should."""
    options = _arguments(arguments)
    out = console()
    try:
        with suppress(KeyboardInterrupt):
            return 0 if _run(out, options) else 1
    except (ChildFailed, OSError, RuntimeError, ValueError) as error:
        out.print(f"[bold red]The demo failed:[/] {error}")
        return 1
    out.print("Ended; nothing of it is left running.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
