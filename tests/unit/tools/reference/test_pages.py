from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tools.reference import module
from tools.reference.__main__ import stale, write

ROOT = Path(__file__).parents[4]
COLOR = "| `color` | `string` | **required** | Of the door. |\n"
MODULE = module.read(ROOT / "terraform")


def test_the_pages_in_the_checkout_are_those_that_would_be_made() -> None:
    assert [str(path) for path in stale(ROOT)] == [], "run make docs"


def test_every_variable_says_what_to_write_and_every_output_what_it_is() -> None:
    entries = [entry for each in MODULE.variables for entry in (each.entry, *each.attributes)]
    assert [each.name for each in entries if not each.description] == []
    assert [each.name for each in MODULE.outputs if not each.description] == []


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for name in ("terraform", "docs"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns(".terraform*"))
    shutil.copy(ROOT / "README.md", tmp_path)
    return tmp_path


def edited(page: Path, edit: Callable[[str], str]) -> str:
    page.write_text(edit(page.read_text()))
    return page.parent.name + "/" + page.name


def test_a_page_edited_by_hand_or_in_another_order_or_behind_the_module_is_stale_until_it_is_written(
    checkout: Path,
) -> None:
    variable = '\nvariable "color" {\n  type        = string\n  description = "Of the door."\n}\n'
    edited(checkout / "terraform/variables.tf", lambda text: text + variable)
    changed = [
        edited(checkout / "docs/settings.md", lambda text: text.replace("| 10 |", "| 11 |") + "\n"),
        edited(checkout / "docs/variables.md", lambda text: "\n".join(sorted(text.splitlines()))),
    ]
    assert sorted(map(str, stale(checkout))) == changed
    write(checkout)
    written = [(checkout / page).read_text().replace(COLOR, "") for page in changed]
    assert written == [(ROOT / page).read_text() for page in changed]
    assert COLOR in (checkout / "docs/variables.md").read_text()
