"""The list a reviewer reads: what each deployment makes, and who may do what.

    python -m tests.terraform.expecting

writes it anew after the module has changed; the difference is what to review.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.terraform.cases import FOLDERS, Case, deployed, write_bundles
from tests.terraform.grants import grants
from tests.terraform.harness import MODULE, copied, terraform

FILE = Path(__file__).with_name("expected.txt")
EVERYWHERE = "everywhere"


def told(case: Case) -> set[str]:
    """Each resource that is made, and each grant in words; an example is read as what it calls."""
    made = (each.address.removeprefix("module.visual_search.") for each in case.resources)
    return {*made, *map(str, grants(case))}


def expected(name: str) -> set[str]:
    """What the list has of a deployment."""
    lines = (line.split(": ", 1) for line in FILE.read_text("utf-8").splitlines())
    return {what for where, what in lines if where == EVERYWHERE or name in where.split()}


def the_list_names_what_is_made_and_granted(case: Case) -> Iterator[str]:
    yield from (f"on no list: {what}" for what in sorted(told(case) - expected(case.name)))
    yield from (f"only on the list: {what}" for what in sorted(expected(case.name) - told(case)))


def main() -> None:
    """Write the list of every deployment."""
    where: dict[str, list[str]] = {}
    with tempfile.TemporaryDirectory() as folder, terraform(home := Path(folder)) as run:
        bundles, tree = write_bundles(home / "bundles"), copied(MODULE, home / "terraform")
        for name in FOLDERS:
            for what in told(deployed(name, run, tree, bundles)):
                where.setdefault(what, []).append(name)
    lines = (
        f"{EVERYWHERE if len(names) == len(FOLDERS) else ' '.join(names)}: {what}\n"
        for what, names in sorted(where.items())
    )
    FILE.write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
