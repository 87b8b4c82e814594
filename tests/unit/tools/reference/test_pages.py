from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tools.reference import module
from tools.reference.__main__ import stale, write

ROOT = Path(__file__).parents[4]
MODULE = module.read(ROOT / "terraform")


def test_the_pages_in_the_checkout_are_those_that_would_be_made() -> None:
    assert [str(path) for path in stale(ROOT)] == [], "run make docs"


@pytest.mark.parametrize("variable", MODULE.variables, ids=lambda variable: variable.entry.name)
def test_every_variable_says_what_to_write(variable: module.Variable) -> None:
    for entry in (variable.entry, *variable.attributes):
        assert entry.description, entry.name


def test_every_output_says_what_it_is() -> None:
    assert all(output.description for output in MODULE.outputs)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for name in ("terraform", "docs"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns(".terraform*"))
    shutil.copy(ROOT / "README.md", tmp_path)
    return tmp_path


def test_a_page_that_was_edited_by_hand_is_stale_until_it_is_written(checkout: Path) -> None:
    page = checkout / "docs/settings.md"
    page.write_text(page.read_text().replace("| 10 |", "| 11 |") + "\n")
    assert [str(path) for path in stale(checkout)] == ["docs/settings.md"]
    write(checkout)
    assert list(stale(checkout)) == []
    assert page.read_text() == (ROOT / "docs/settings.md").read_text()


def test_a_variable_that_was_changed_makes_its_page_stale(checkout: Path) -> None:
    with (checkout / "terraform/variables.tf").open("a") as file:
        file.write('\nvariable "color" {\n  type        = string\n  description = "Of the door."\n}\n')
    assert "docs/variables.md" in {str(path) for path in stale(checkout)}


def test_rows_in_another_order_are_stale(checkout: Path) -> None:
    page = checkout / "docs/variables.md"
    page.write_text("\n".join(sorted(page.read_text().splitlines())))
    assert [str(path) for path in stale(checkout)] == ["docs/variables.md"]
