from __future__ import annotations

import pytest

from shared.catalog.labels import NOTHING_KNOWN, WeightedLabels
from shared.catalog.optional_filters import LABEL_POINTS, SHOP_FILTERS, SHOP_POINTS, check_optional_filters
from shared.errors import Permanent
from shared.model import Appearance, Label


@pytest.mark.parametrize(
    "filters",
    [
        (),
        ("brand:Acme",),
        ("brand:Acme<score=7>", "brand:-Other<score=2>", "sale:true"),
        (f"brand:Acme<score={SHOP_POINTS}>",),
        ("brand:Acme",) * SHOP_FILTERS,
        ("brand:a < b",),
    ],
)
def test_filters_within_the_budget_pass(filters: tuple[str, ...]) -> None:
    check_optional_filters(filters)


@pytest.mark.parametrize(
    ("filters", "words"),
    [
        (("brand",), "attribute:value"),
        ((":Acme",), "attribute:value"),
        (("brand:",), "attribute:value"),
        (("brand:Acme<score=x>",), "attribute:value"),
        (("brand:Acme<score=1> OR sale:true",), "attribute:value"),
        ((f"brand:Acme<score={SHOP_POINTS}>", "sale:true"), "points in all"),
        (("brand:Acme",) * (SHOP_FILTERS + 1), "at most 50"),
    ],
)
def test_what_is_no_filter_or_too_much_is_refused(filters: tuple[str, ...], words: str) -> None:
    with pytest.raises(Permanent, match=words) as caught:
        check_optional_filters(filters)
    assert caught.value.reason == "bad-filters"


def test_the_labels_of_a_picture_stay_within_their_part() -> None:
    surest = Appearance(tuple(Label(f"label {number}", 1.0) for number in range(30)))
    terms = WeightedLabels().terms(surest, NOTHING_KNOWN)
    assert sum(term.points for term in terms) == LABEL_POINTS
