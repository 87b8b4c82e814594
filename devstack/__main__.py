"""`python -m devstack`: run the local stack until Ctrl-C."""

from __future__ import annotations

import argparse
import signal
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import get_args

from rich.console import Console
from rich.table import Table

from devstack import own_page, runs, topology
from devstack.demo.catalog import Source, collect
from devstack.demo.shop import Shop
from devstack.endpoints import Endpoints, encoder_variables, likeness
from devstack.environment import MODEL, SAMPLE
from devstack.processes import ChildFailed
from devstack.pubsub import emulator
from devstack.stack import LocalStack, StackOptions
from shared.imaging.opening import product_opener


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make dev ARGS=...", description=__doc__)
    parser.add_argument("--model", type=Path, default=MODEL, help="the recognizer's ONNX file")
    parser.add_argument(
        "--logs", type=Path, help="folder for logs and profile (default: a new one in .cache/runs)"
    )
    parser.add_argument("--snapshot", type=Path, help="file that keeps the local Algolia between runs")
    which = "our own, or Google's, which needs Java (default: %(default)s)"
    parser.add_argument("--pubsub", choices=get_args(emulator.Kind), default="stand-in", help=which)
    parser.add_argument("--empty", action="store_true", help="leave out the sample's products and pictures")
    own_page.add_origin(parser)
    return parser


def _table(endpoints: Endpoints) -> Table:
    table = Table("what", "where", title="The local stack", title_justify="left")
    for item in fields(Endpoints):
        if item.name != "keys":
            value = getattr(endpoints, item.name)
            table.add_row(item.name, ", ".join(value) if isinstance(value, tuple) else value)
    for item in fields(endpoints.keys):
        table.add_row(f"Algolia key, {item.name}", str(getattr(endpoints.keys, item.name)))
    return table


def _fill(stack: LocalStack) -> str:
    """Write the sample's records and pictures, which are labeled from then on; returns one objectID."""
    with TemporaryDirectory() as folder:
        products = collect(Source(SAMPLE), Path(folder), print, product_opener())
        shop = Shop(products, Path(folder), stack.endpoints, likeness(stack.search_env()))
        shop.index()
        shop.upload()
    return products[0].id


def _show(console: Console, stack: LocalStack, origins: Sequence[str], product: str) -> None:
    console.print(_table(stack.endpoints))
    own_page.show(console, origins, stack.endpoints)
    profile = runs.write_profile(stack.processes.run_dir, stack.operator_env())
    commands = [["index", "check"], ["pictures", "backfill", "--dry-run"], ["parked", "list"]]
    runs.show(console, profile, *commands, *([["pictures", "explain", product]] if product else []))


def main() -> None:
    """Start, show the endpoints, wait for Ctrl-C or SIGTERM, end everything."""
    arguments = _arguments().parse_args()
    console = Console()
    try:
        own_page.check_packed(arguments.origins)
        options = StackOptions(
            model=arguments.model,
            run_dir=arguments.logs or runs.new_folder(),
            snapshot=arguments.snapshot,
            pubsub=arguments.pubsub,
            cors_origins=",".join(arguments.origins),
            both=encoder_variables(),
            reconcile_every=5.0,
        )
        with suppress(KeyboardInterrupt), LocalStack(options) as stack:
            names = stack.endpoints
            topology.create_index(names.algolia_url, names.app_id, names.keys.admin, names.index)
            kept = arguments.snapshot and arguments.snapshot.exists()
            product = "" if kept or arguments.empty else _fill(stack)
            _show(console, stack, arguments.origins, product)
            signal.pause()
    except (ChildFailed, FileNotFoundError, ValueError) as error:
        raise SystemExit(str(error)) from None


if __name__ == "__main__":
    main()
