"""Every probe finds out where Algolia differs from what is expected, also where it differs in two ways."""

from __future__ import annotations

import pytest

from devstack.algolia.engine import Engine
from devstack.algolia.limits import AlgoliaError
from tests.worlds.worlds import ANSWERS, EVERYDAY, LIKENESS, PAIRS, WORLDS, World, playing, playing_here
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
    assert {name: found[name] for name in found.keys() - world.hides} == {
        name: expected[name] for name in expected.keys() - world.hides
    }


def test_every_answer_but_the_expected_one_has_its_world() -> None:
    expected = {(probe.name, probe.expected) for probe in PROBES}
    assert {(world.probe, world.answer) for world in WORLDS} == {*ANSWERS} - expected


FIRST = [world for world in WORLDS if any(one is world for one, _ in PAIRS)]


@pytest.mark.parametrize("first", FIRST, ids=lambda world: world.name)
def test_two_differences_are_both_found(first: World) -> None:
    missed: dict[str, str] = {}
    for one, other in PAIRS:
        both = one.beside(other) if one is first else None
        if both is None:
            continue
        found = answers(checked(*playing_here(both)))
        missed |= {
            f"{both.name} beside {other.name}": found[world.probe]
            for world, beside in ((one, other), (other, one))
            if found[world.probe] != world.answer and world.probe not in beside.hides
        }
    assert missed == {}


def test_the_engine_refuses_what_it_plays_no_part_of() -> None:
    engine, _ = playing_here(EVERYDAY)
    with pytest.raises(AlgoliaError, match="in a context"):
        engine.save_rule("products", "r", {"conditions": [{"pattern": "shoe"}]})
