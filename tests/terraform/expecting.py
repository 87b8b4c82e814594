"""The lists a reviewer reads: what a deployment makes, and who may do what.

    python -m tests.terraform.expecting

writes them anew after the module has changed; the difference is what to review.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.terraform.cases import FOLDERS, Case, deployed, write_bundles
from tests.terraform.grants import grants
from tests.terraform.harness import MODULE, copied, terraform

FOLDER = Path(__file__).with_name("expected")


def addresses(case: Case) -> list[str]:
    """Each resource that the plan creates, and what it does to any other, behind the address."""
    told = ((each["address"], each["change"]["actions"]) for each in case.plan["resource_changes"])
    named = ((address, " and ".join(actions)) for address, actions in told)
    changed = [(address, does) for address, does in named if does not in {"no-op", "read"}]
    return sorted(address if does == "create" else f"{address} ({does})" for address, does in changed)


def granted(case: Case) -> list[str]:
    """Each grant in words."""
    return [str(grant) for grant in grants(case)]


def expected(case: Case, what: str) -> list[str]:
    """The list of `resources` or `grants` that is kept for a deployment."""
    return (FOLDER / f"{case.name}.{what}.txt").read_text("utf-8").splitlines()


def grants_are_on_the_list(case: Case) -> Iterator[str]:
    yield from sorted({*granted(case)} - {*expected(case, "grants")})


def main() -> None:
    """Write the lists of every deployment."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, terraform(home := Path(folder)) as run:
        bundles = write_bundles(home / "bundles")
        tree = copied(MODULE, home / "terraform")
        for name in FOLDERS:
            case = deployed(name, run, tree, bundles)
            _write(FOLDER / f"{name}.resources.txt", addresses(case))
            _write(FOLDER / f"{name}.grants.txt", granted(case))


def _write(file: Path, lines: list[str]) -> None:
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


if __name__ == "__main__":
    main()
