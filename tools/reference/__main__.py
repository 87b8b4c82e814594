"""Writes the tables in `docs/` and the README: `python -m tools.reference`, or checks them: `--check`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tools.live.deployed import DEPLOYED
from tools.live.probes import PROBES
from tools.live.recognizing import RECOGNIZING
from tools.reference import api_page, costs, module, settings_page, tables, worst_month

_ROOT = Path(__file__).parents[2]
_README = Path("README.md")
_COST = Path("docs/cost.md")
_RECOGNIZERS = Path("docs/recognizers.md")
_PICTURES = Path("docs/pictures.md")
_RETRIEVAL = Path("docs/retrieval.md")
_OPERATIONS = Path("docs/operations.md")


def pages(root: Path) -> Mapping[Path, str]:
    """The text of each page, by its path in the checkout `root`; raises OSError and ValueError."""
    terraform = root / "terraform"
    of_module = module.read(terraform)
    files = [path.read_text() for path in sorted(terraform.rglob("*.tf")) if "examples" not in path.parts]
    return {
        _README: tables.with_commands((root / _README).read_text()),
        Path("docs/api.md"): api_page.page(),
        Path("docs/settings.md"): settings_page.page(settings_page.setters(files)),
        Path("docs/variables.md"): module.page(of_module),
        _COST: worst_month.replaced(costs.replaced((root / _COST).read_text()), of_module),
        Path("terraform/prices.json"): worst_month.prices(),
        _PICTURES: tables.with_pictures((root / _PICTURES).read_text()),
        _RETRIEVAL: tables.with_live((root / _RETRIEVAL).read_text(), PROBES),
        _OPERATIONS: tables.with_live((root / _OPERATIONS).read_text(), DEPLOYED),
        _RECOGNIZERS: tables.with_recognizers(
            tables.with_live((root / _RECOGNIZERS).read_text(), RECOGNIZING)
        ),
    }


def stale(root: Path) -> Iterator[Path]:
    """The pages in the checkout that say something else than they would if they were made now."""
    for path, text in pages(root).items():
        there = root / path
        if not there.is_file() or there.read_text() != text:
            yield path


def write(root: Path) -> None:
    """Write those that are stale."""
    made = pages(root)
    for path in stale(root):
        (root / path).write_text(made[path])


def main(argv: Sequence[str] | None = None) -> int:
    """Write what is stale; with --check only say so and return 1."""
    parser = argparse.ArgumentParser(prog="python -m tools.reference", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; end with 1 if a page is stale")
    check: bool = parser.parse_args(argv).check
    found = list(stale(_ROOT))
    if not check:
        write(_ROOT)
    for path in found:
        sys.stdout.write(f"{path}: {'stale, run make docs' if check else 'written'}\n")
    return int(check and bool(found))


if __name__ == "__main__":
    sys.exit(main())
