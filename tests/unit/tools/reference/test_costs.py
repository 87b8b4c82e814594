"""What a month costs by the vendors' lists, for the guide's shop and at the worst."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.labeling.registry import RECOGNIZERS
from tools.reference import costs, markdown, module
from tools.reference.costs import SERVICES, Shop, calls, monthly
from tools.reference.worst_month import BusyFunction, Deployment, deployments

SHOP = Shop()
MANY, FEW = st.integers(0, 10**7), st.integers(1, 20)
SHOPS = st.builds(Shop, products=MANY, pictures=FEW, searches=MANY, changed=st.floats(0, 1))
BEGIN, END = markdown.marks("costs")


def test_a_month_of_the_guides_shop() -> None:
    assert (SHOP.stock, SHOP.changes, calls(SHOP)) == (30_000, 3_000, 103_000)
    used = monthly(SHOP)
    assert used["Algolia, search requests"] == 100_000 + 30 * 96
    assert used["Cloud Storage, class A operations"] == 3_000 * 5 + 8_640
    assert used["Cloud Run, requests"] == 103_000 + 8_640


@given(shop=SHOPS)
def test_more_searches_never_cost_less(shop: Shop) -> None:
    more = monthly(replace(shop, searches=shop.searches + 1_000))
    for name, used in monthly(shop).items():
        assert SERVICES[name].cost(more[name]) >= SERVICES[name].cost(used)


def test_the_tables_replace_what_stands_between_the_marks_and_nothing_else() -> None:
    guide = f"before\n{BEGIN}old\n{END}after\n"
    made = costs.replaced(guide)
    assert made.startswith(f"before\n{BEGIN}\n| USD |")
    assert made.endswith(f" |\n\n{END}after\n")
    assert costs.replaced(made) == made
    with pytest.raises(ValueError, match="lacks the lines"):
        costs.replaced(f"before {BEGIN} after")


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


def cost(name: str, calls: int, before: int) -> float:
    prices = RECOGNIZERS[name].prices
    assert prices
    return prices.cost(calls, before)


@pytest.mark.parametrize(
    ("calls", "before", "dollars"),
    [
        (0, 0, 0),
        (1_000, 0, 0),
        (1_001, 0, 0.0015),
        (100_000, 0, 148.50),
        (100_000, 1_000, 150.00),
        (5_000_000, 0, 7_498.50),
        (6_000_000, 0, 8_498.50),
        (1_000, 5_000_000, 1.00),
        (2_000, 4_999_000, 2.50),
    ],
)
def test_vision_costs_what_its_list_says_and_embedded_nothing(
    calls: int, before: int, dollars: float
) -> None:
    assert cost("google-vision", calls, before) == pytest.approx(dollars)
    assert cost("embedded", calls, before) == 0
