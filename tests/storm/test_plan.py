from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise
from typing import get_args

import pytest

from shared.pictures import MAX_PICTURES
from tests.storm import records
from tests.storm.naming import product_of
from tests.storm.options import StormOptions
from tests.storm.plan import CROWD, Kind, Plan, Step, make_plan


@pytest.fixture(scope="module", params=[False, True])
def plan(request: pytest.FixtureRequest) -> Plan:
    return make_plan(StormOptions(seed=3, versioned=request.param))


def steps(plan: Plan) -> list[Step]:
    return [step for client in plan.clients for step in client]


def test_a_seed_makes_one_history() -> None:
    plan, again, other = (make_plan(StormOptions(seed=seed, products=30)) for seed in (3, 3, 4))
    assert again.clients == plan.clients != other.clients
    assert (again.contents.known, again.kinds) == (plan.contents.known, plan.kinds)


def test_every_product_has_one_to_four_pictures(plan: Plan) -> None:
    names = defaultdict(set)
    for step in steps(plan):
        if step.name and step.product:
            names[step.product].add(step.name)
            assert product_of(step.name) == step.product
    assert names.keys() >= set(plan.products)
    assert {len(names[product]) for product in plan.products} == {1, 2, 3, 4}


def test_everything_happens_often(plan: Plan) -> None:
    assert all(count >= 5 for count in plan.counts().values())
    kinds = set(get_args(Kind)) - ({"old version"} if not plan.counts()["old version"] else set())
    assert plan.counts().keys() >= kinds
    shared = Counter(step.content for step in steps(plan) if step.kind == "upload")
    assert sum(1 for content in shared if shared[content] > 1) >= 30
    assert 5 <= len(plan.contents.spoilt) <= len(plan.contents.known) // 10


@pytest.mark.parametrize("products", [30, 300])
def test_records_of_every_kind_are_there_and_most_are_plain(products: int) -> None:
    kinds = make_plan(StormOptions(products=products)).kinds
    assert set(kinds.values()) == records.SHARES.keys()
    assert len(kinds) <= products / 5


def test_the_crowd_around_a_product_is_there_before_it_and_comes_first_by_name(plan: Plan) -> None:
    variants = {step.product: step for step in steps(plan) if step.kind == "variant"}
    crowded = {product.rpartition(".")[0] for product in variants}
    assert crowded | variants.keys() <= plan.at_first
    assert len(variants) == CROWD * len(crowded) > MAX_PICTURES
    own = [step for step in steps(plan) if step.product in crowded]
    for product in crowded:
        [first] = {step.name for step in own if step.name == f"products/{product}.jpg"}
        around = [variant.name for variant in variants.values() if variant.name.startswith(first[:-3])]
        assert len(around) == CROWD
        assert max(around) < first
    early = [step.moment for step in steps(plan) if step.kind in {"frame", "variant"}]
    assert max(early) <= min(step.moment for step in own)


def test_what_only_those_have_who_cannot_be_written_to_is_not_payable(plan: Plan) -> None:
    payable, unpaid = plan.payable(), set()
    for step in steps(plan):
        if step.content and plan.kinds.get(step.product) in records.UNPAID:
            unpaid.add(step.content)
        elif step.product and step.content:
            assert step.content in payable
    frames = {step.content for step in steps(plan) if step.kind == "frame"}
    assert len(unpaid - payable) >= 5
    assert not frames & payable


def test_the_history_of_an_object_makes_sense(plan: Plan) -> None:
    for client in plan.clients:
        assert all(one.moment <= other.moment for one, other in pairwise(client))
        live: dict[str, str] = {}
        earlier: dict[str, set[str]] = defaultdict(set)
        old: Counter[str] = Counter()
        for step in client:
            if step.kind == "old version":
                old[step.name] -= 1
                assert old[step.name] >= 0
                continue
            replaces = step.kind in {"overwrite", "same bytes", "deletion"}
            assert not step.name or bool(live.get(step.name)) == replaces
            assert step.kind != "same bytes" or step.content == live[step.name]
            assert step.kind != "re-upload" or step.content in earlier[step.name]
            old[step.name] += replaces
            live[step.name] = step.content
            earlier[step.name].add(step.content)
