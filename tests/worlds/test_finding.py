"""Every probe finds out where Algolia differs from what is expected, also in several ways at once."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from devstack.algolia.engine import Engine
from devstack.algolia.limits import AlgoliaError
from tests.worlds.worlds import (
    ANSWERS,
    EVERYDAY,
    LIKENESS,
    WORLDS,
    World,
    crowds,
    playing,
    playing_here,
    together,
)
from tools.live.checking import Checked, check
from tools.live.probes import PROBES
from tools.live.scratch import MAX_REQUESTS, CountedConnection


def checked(engine: Engine, shop: CountedConnection) -> Checked:
    """The check's findings; it leaves nothing behind."""
    found = check(shop, LIKENESS, lambda _: None)
    assert [entry["name"] for entry in engine.list_indices()] == ["products"]
    assert sum(found.requests.values()) < MAX_REQUESTS
    return found


def answers(found: Checked) -> dict[str, str]:
    return {name: finding.answer for name, finding in found.findings.items()}


def test_where_all_is_as_expected_there_is_nothing_to_set() -> None:
    with playing(EVERYDAY) as (engine, shop):
        found = checked(engine, shop)
    assert answers(found) == {probe.name: probe.expected for probe in PROBES}
    assert found.recommended.values == {}
    assert not found.recommended.countable


@pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.name)
def test_every_difference_is_found_and_no_other(world: World) -> None:
    expected = {probe.name: probe.expected for probe in PROBES} | {world.probe: world.answer}
    found = answers(checked(*playing_here(world)))
    assert {(name, found[name]) for name in found.keys() - world.hides} == {
        (name, expected[name]) for name in expected.keys() - world.hides
    }


def test_every_answer_but_the_expected_one_has_its_world() -> None:
    expected = {(probe.name, probe.expected) for probe in PROBES}
    assert {(world.probe, world.answer) for world in WORLDS} == {*ANSWERS} - expected


def test_differences_beside_one_another_are_all_found() -> None:
    missed: dict[str, Sequence[str]] = {}
    for crowd in crowds(WORLDS, 4):
        joined = together(crowd)
        assert joined
        found = answers(checked(*playing_here(joined)))
        hidden = frozenset[str]().union(*(world.hides for world in crowd))
        wrong = [world for world in crowd if found[world.probe] != world.answer]
        missed |= {world.name: [each.name for each in crowd] for world in wrong if world.probe not in hidden}
    assert missed == {}


def test_the_engine_refuses_what_it_plays_no_part_of() -> None:
    engine, _ = playing_here(EVERYDAY)
    with pytest.raises(AlgoliaError, match="in a context"):
        engine.save_rule("products", "r", {"conditions": [{"pattern": "shoe"}]})
