from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.labeling.registry import RECOGNIZERS
from tools.reference import costs, markdown
from tools.reference.costs import SERVICES, Shop, calls, monthly

SHOP = Shop()
MANY, FEW = st.integers(0, 10**7), st.integers(1, 20)
SHOPS = st.builds(Shop, products=MANY, pictures=FEW, searches=MANY, changed=st.floats(0, 1))
BEGIN, END = markdown.marks("costs")


def cells(table: str, name: str) -> list[str]:
    [found] = [row for row in table.splitlines() if row.startswith(f"| {name} |")]
    return found.strip("| ").split(" | ")[1:]


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


def test_every_recognizer_has_a_column_with_what_its_list_says_and_their_sum() -> None:
    table = costs.tables(SHOP)
    assert all(f"`{name}`" in table.splitlines()[0] for name in RECOGNIZERS)
    unpublished = list(RECOGNIZERS).index("visenze")
    assert cells(table, "**a month**")[unpublished] == "not published"
    assert float(cells(table, "once: the first 30,000 pictures")[0]) == 29 * 1.5
    calls = "recognizer: 100,000 photos, 3,000 new pictures"
    services = ["Algolia", "Cloud Run", "Pub/Sub", "Cloud Storage", "Cloud Scheduler", "Secret Manager"]
    assert float(cells(table, calls)[0]) == 102 * 1.5
    column = sum(float(cells(table, name)[0]) for name in (calls, *services))
    assert float(cells(table, "**a month**")[0]) == pytest.approx(column, abs=0.03)


def test_the_tables_replace_what_stands_between_the_marks_and_nothing_else() -> None:
    guide = f"before\n{BEGIN}old\n{END}after\n"
    made = costs.replaced(guide)
    assert made.startswith(f"before\n{BEGIN}\n| USD |")
    assert made.endswith(f" |\n\n{END}after\n")
    assert costs.replaced(made) == made
    with pytest.raises(ValueError, match="lacks the lines"):
        costs.replaced(f"before {BEGIN} after")
