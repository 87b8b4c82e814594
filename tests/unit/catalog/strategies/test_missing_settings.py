from __future__ import annotations

from typing import Any

import pytest

from shared.catalog.index_settings import missing_settings

WHOSE = "filterOnly(visual.recognizer)"
"""What tells whose labels a record has."""


@pytest.mark.parametrize("declared", ["labels.description", "searchable(labels.description)"])
def test_nothing_changes_when_the_facet_is_declared(declared: str) -> None:
    assert missing_settings({"attributesForFaceting": ["brand", declared, WHOSE]}) == {}


@pytest.mark.parametrize("current", [{}, {"attributesForFaceting": None}, {"attributesForFaceting": []}])
def test_the_facet_is_added(current: dict[str, Any]) -> None:
    assert missing_settings(current) == {"attributesForFaceting": ["labels.description", WHOSE]}


def test_the_shops_own_facets_stay_in_their_order() -> None:
    current = {"attributesForFaceting": ["filterOnly(sku)", "brand"], "ranking": ["filters"]}
    assert missing_settings(current) == {
        "attributesForFaceting": ["filterOnly(sku)", "brand", "labels.description", WHOSE]
    }


def test_what_the_strategies_need_is_added_once_and_the_way_they_say() -> None:
    needed = ["labels.description", WHOSE, "colors", "filterOnly(visualWords_x)"]
    assert missing_settings({}, needed) == {"attributesForFaceting": needed}
    assert missing_settings({"attributesForFaceting": needed}, needed) == {}


@pytest.mark.parametrize("declared", ["colors", "searchable(colors)", "afterDistinct(colors)"])
def test_facets_that_the_shop_declares_its_own_way_stay_as_they_are(declared: str) -> None:
    current = {"attributesForFaceting": [declared]}
    assert missing_settings(current, ["labels.description", "colors"]) == {
        "attributesForFaceting": [declared, "labels.description", WHOSE]
    }


@pytest.mark.parametrize(
    ("retrieved", "written"),
    [
        (None, ["*", "-visualWords_x"]),
        (["*"], ["*", "-visualWords_x"]),
        (["*", "-cost"], ["*", "-cost", "-visualWords_x"]),
        (["*", "-visualWords_x", "-cost"], None),
        (["*", "visualWords_x"], None),
        (["name", "labels"], None),
        ([], None),
    ],
)
def test_what_nobody_reads_is_left_out_of_hits_that_have_everything(
    retrieved: list[str] | None, written: list[str] | None
) -> None:
    current = {"attributesForFaceting": ["labels.description", WHOSE], "attributesToRetrieve": retrieved}
    changes = {} if written is None else {"attributesToRetrieve": written}
    assert missing_settings(current, unread=["visualWords_x"]) == changes
    assert missing_settings({**current, **changes}, unread=["visualWords_x"]) == {}
