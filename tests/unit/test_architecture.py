"""docs/architecture.md agrees with the code."""

from __future__ import annotations

import ast
import re
import tomllib

import pytest

from devstack.environment import REPOSITORY

PAGE = (REPOSITORY / "docs" / "architecture.md").read_text(encoding="utf-8")
MOST_FILES_OF_A_PHOTO = 15


def between(name: str) -> str:
    found = re.search(rf"<!-- {name} -->\n(.*?)<!-- /{name} -->", PAGE, re.DOTALL)
    assert found is not None
    return found[1]


def steps(name: str) -> list[tuple[str, str]]:
    return re.findall(r"\| `([\w/]+\.py)` `([\w.]+)` \|", between(name))


def defined(file: str) -> set[str]:
    """The names a file defines, methods as `Class.method`."""
    names: set[str] = set()
    for node in ast.parse((REPOSITORY / file).read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            names.add(node.name)
        if isinstance(node, ast.ClassDef):
            names |= {f"{node.name}.{each.name}" for each in node.body if isinstance(each, ast.FunctionDef)}
    return names


@pytest.mark.parametrize(("file", "name"), [*steps("photo"), *steps("event")])
def test_every_step_is_where_the_page_says(file: str, name: str) -> None:
    assert name in defined(file)


def test_a_photo_is_followed_in_few_files() -> None:
    rows = between("photo").count("\n| ") - 1
    assert rows == len(steps("photo"))
    assert len({file for file, _ in steps("photo")}) <= MOST_FILES_OF_A_PHOTO


def test_the_layers_are_those_that_are_checked() -> None:
    settings = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    [layers] = [contract["layers"] for contract in contracts if contract["type"] == "layers"]
    assert re.findall(r"^\d+\. `(.*)`$", between("layers"), re.MULTILINE) == layers


def test_every_part_is_there_and_none_is_left_out() -> None:
    parts = re.findall(r"^\| `([\w/.]+)` \|", PAGE.partition("## The layers")[0], re.MULTILINE)
    assert [part for part in parts if not (REPOSITORY / part).exists()] == []
    folders = {path.parent.name for path in (REPOSITORY / "shared").glob("*/__init__.py")}
    assert {f"shared/{folder}" for folder in folders} <= set(parts)
