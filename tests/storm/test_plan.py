from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise

import pytest

from tests.storm.options import StormOptions
from tests.storm.oracle import product_of
from tests.storm.plan import Plan, Step, make_plan


@pytest.fixture(scope="module")
def plan() -> Plan:
    return make_plan(StormOptions(seed=3, products=300))


def steps(plan: Plan) -> list[Step]:
    return [step for client in plan.clients for step in client]


def test_a_seed_makes_one_history(plan: Plan) -> None:
    again, other = make_plan(StormOptions(seed=3)), make_plan(StormOptions(seed=4, products=30))
    assert again.clients == plan.clients
    assert again.contents.known == plan.contents.known
    assert other.clients[0][0] != plan.clients[0][0]


def test_every_product_has_one_to_four_pictures(plan: Plan) -> None:
    names = defaultdict(set)
    for step in steps(plan):
        if step.name and step.product:
            names[step.product].add(step.name)
            assert product_of(step.name) == step.product
    assert len(names) == 300
    assert {len(each) for each in names.values()} == {1, 2, 3, 4}


def test_everything_happens_often(plan: Plan) -> None:
    assert all(count >= 5 for count in plan.counts().values())
    assert len(plan.counts()) == 7
    shared = Counter(step.content for step in steps(plan) if step.kind == "upload")
    assert sum(1 for content in shared if shared[content] > 1) >= 30
    assert 5 <= len(plan.contents.spoilt) <= len(plan.contents.known) // 10


def test_the_history_of_an_object_makes_sense(plan: Plan) -> None:
    for client in plan.clients:
        assert all(one.moment <= other.moment for one, other in pairwise(client))
        live: dict[str, str] = {}
        earlier: dict[str, set[str]] = defaultdict(set)
        for step in client:
            if step.kind in {"overwrite", "same bytes", "deletion"}:
                assert live[step.name]
            elif step.name:
                assert not live.get(step.name)
            assert step.kind != "same bytes" or step.content == live[step.name]
            assert step.kind != "re-upload" or step.content in earlier[step.name]
            live[step.name] = step.content
            earlier[step.name].add(step.content)
