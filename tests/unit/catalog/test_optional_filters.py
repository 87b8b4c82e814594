from __future__ import annotations

import pytest

from shared.catalog.optional_filters import SHOP_FILTERS, SHOP_POINTS, check_optional_filters
from shared.errors import Permanent


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
