"""Between them two deployments are given each variable, so that the list shows one that leads elsewhere."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

import pytest

from tests.terraform.given import EVERYTHING, GIVEN, NAME, OWN_MODELS, PROJECT, REGION
from tests.terraform.standins import ROOT

BUNDLES = {"bundles.enrich", "bundles.search"}
"""What has a path of its own in each test."""


@pytest.mark.parametrize("name", [EVERYTHING, OWN_MODELS])
def test_no_value_is_that_of_another_variable_or_of_another_deployment(name: str) -> None:
    plain = [value for _, value in scalars(GIVEN[name]) if not isinstance(value, bool)]
    assert sorted(map(repr, plain)) == sorted({*map(repr, plain)})
    assert not {NAME, REGION, PROJECT} & {*plain}


def test_each_variable_is_given_something_else_than_its_default() -> None:
    page = (ROOT / "docs/variables.md").read_text("utf-8")
    rows = re.findall(r"^\| `([\w.]+)` \| [^|]+ \| (?:`(.*?)`|\*\*required\*\*) \|", page, re.MULTILINE)
    assert rows
    given = [dict(branches(GIVEN[name])) for name in (EVERYTHING, OWN_MODELS)]
    defaults = {name: json.loads(default) if default else None for name, default in rows}
    left = {
        name for name, default in defaults.items() if all(each.get(name) in (None, default) for each in given)
    }
    assert left == BUNDLES


def branches(told: Mapping[str, object], at: str = "") -> Iterator[tuple[str, object]]:
    for name, value in told.items():
        yield f"{at}{name}", value
        if isinstance(value, Mapping):
            yield from branches(value, f"{at}{name}.")


def scalars(told: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    for place, value in branches(told):
        if isinstance(value, list):
            yield from ((place, each) for each in value)
        elif value is not None and not isinstance(value, Mapping):
            yield place, value
