from __future__ import annotations

import json
from pathlib import Path

import pytest

from shared.labeling.registry import RECOGNIZERS
from tools.reference import module
from tools.reference.costs import SERVICES
from tools.reference.worst_month import BusyFunction, Deployment, deployments, prices

MODULE = module.read(Path(__file__).parents[4] / "terraform")
SEARCH = Deployment("", BusyFunction(2, 8))
"""960 pictures a minute, 41,472,000 in 30 days."""


def test_a_busy_search_costs_what_visions_list_says() -> None:
    named = 4_999 * 1.5 + 36_472 * 1.0
    assert SEARCH.recognizer("google-vision") == named
    with_logos = Deployment("", SEARCH.search, features=("logos",))
    assert with_logos.recognizer("google-vision") == named + 4_999 * 1.5 + 36_472 * 0.6
    assert SEARCH.recognizer("embedded") == 0
    assert SEARCH.recognizer("visenze") is None


def test_a_budget_bounds_what_search_alone_asks() -> None:
    bounded = BusyFunction(2, 8, budget=10_000)
    assert Deployment("", bounded).recognizer("google-vision") == 299 * 1.5
    assert Deployment("", bounded, SEARCH.search).recognizer("rekognition") == 300 + 41_472
    assert Deployment("", bounded).algolia == SEARCH.algolia


def test_algolia_answers_each_search_and_none_of_enrichs_events() -> None:
    assert SEARCH.algolia == SERVICES["Algolia, search requests"].cost(41_472_000)
    assert Deployment("", enrich=SEARCH.search).algolia == 0


@pytest.mark.parametrize(("rate", "pictures"), [(0, 960), (60, 120), (10_000, 960)])
def test_a_rate_bounds_each_instance(rate: int, pictures: int) -> None:
    assert BusyFunction(2, 8, rate).pictures == pictures


def test_the_first_row_has_the_modules_defaults() -> None:
    defaults = {each.name: each.default for variable in MODULE.variables for each in variable.attributes}
    first = next(deployments(MODULE))
    assert first.search
    assert str(first.search.instances) == defaults["search.max_instances"]
    assert str(first.search.concurrency) == defaults["search.max_concurrent_searches"]


def test_terraform_gets_the_prices_of_all_that_publish_some() -> None:
    told = json.loads(prices())
    assert told.keys() == {name for name, provider in RECOGNIZERS.items() if provider.prices}
    assert told["google-vision"]["pictures"] == [[1_000, 0.0], [5_000_000, 1.5], [None, 1.0]]
