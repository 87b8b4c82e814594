from __future__ import annotations

from typing import Any

import pytest

from shared.attribute_names import renamed
from shared.catalog.labels import WeightedLabels
from shared.catalog.likeness import Likeness
from tests.unit.tools.cli.rooms import LIKENESS
from tools.index_settings import readiness

Settings = dict[str, Any]
BY_LABELS = Likeness([WeightedLabels()])
WHOSE = "filterOnly(visual.recognizer)"
READY: Settings = {"attributesForFaceting": ["searchable(brand)", "labels.description", WHOSE]}
ENCODED: Settings = {
    "attributesForFaceting": ["labels.description", WHOSE, "filterOnly(visualWords_x)"],
    "searchableAttributes": ["name"],
    "attributesToRetrieve": ["*", "-visualWords_x"],
}


def test_what_is_missing_is_named_beside_what_is_there() -> None:
    found = readiness({"attributesForFaceting": ["searchable(brand)"], "replicas": ["by-price"]}, BY_LABELS)
    assert found.facets == ("searchable(brand)",)
    assert found.missing == {"attributesForFaceting": ("labels.description", WHOSE)}
    assert found.replicas == ("by-price",)
    assert not found.ready


def facets(*names: str) -> Settings:
    return {"attributesForFaceting": [*names]}


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"ranking": ["typo", "words", "filters", "custom"]},
        {"attributesToRetrieve": ["*"]},
        {"attributesToRetrieve": ["name", "labels"]},
        {"attributesToRetrieve": ["name", "labels.description"]},
        {"unretrievableAttributes": ["cost", "labelsInternal"]},
        facets("searchable(labels.description)", WHOSE),
        facets("afterDistinct(labels.description)", WHOSE),
        facets("afterDistinct(searchable(labels.description))", WHOSE),
        facets("searchable( labels.description )", WHOSE),
    ],
)
def test_settings_that_leave_labels_alone_are_ready(settings: Settings) -> None:
    assert readiness({**READY, **settings}, BY_LABELS).ready


NOT_IN_ORDER = "leaves out `visualCode_x`: hits cannot be put in order"


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"ranking": ["typo", "words", "custom"]}, "ranking lacks `filters`"),
        ({"ranking": ["desc(date)", "typo", "filters", "custom"]}, "has `desc(date)` before `filters`"),
        ({"ranking": ["typo", "custom", "filters"]}, "has `custom` before `filters`"),
        (facets("filterOnly(labels.description)", WHOSE), "description)`: nobody can count labels"),
        ({"primary": "products"}, "this is a replica of `products`"),
        ({"attributesToRetrieve": ["name"]}, "attributesToRetrieve leaves out"),
        ({"attributesToRetrieve": []}, "attributesToRetrieve leaves out"),
        ({"attributesToRetrieve": ["*", "-labels"]}, "attributesToRetrieve leaves out"),
        ({"unretrievableAttributes": ["labels"]}, "unretrievableAttributes hides"),
        (ENCODED | {"attributesToRetrieve": ["name", "labels"]}, NOT_IN_ORDER),
        (ENCODED | {"unretrievableAttributes": ["visualCode_x"]}, "hides `visualCode_x`"),
        (ENCODED | {"searchableAttributes": []}, "searchableAttributes is empty"),
    ],
)
def test_what_stands_in_the_way_is_warned_about(settings: Settings, words: str) -> None:
    found = readiness({**READY, **settings}, LIKENESS if "searchableAttributes" in settings else BY_LABELS)
    assert not found.ready
    [warning] = found.warnings
    assert words in warning


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"ranking": ["typo", "proximity", "exact", "filters"]}, "after `proximity`, `exact`: beside typed"),
        ({"paginationLimitedTo": 99}, "the first 100 hits cannot all be put in order"),
        ({"distinct": 1, "attributeForDistinct": "group"}, "distinct groups records by `group`"),
        ({"distinct": True}, "distinct groups records by `no attribute`"),
        ({"mode": "neuralSearch"}, "mode is `neuralSearch`"),
        ({"replicas": ["by_price", "virtual(by_date)"]}, "`virtual(by_date)`: looks may not rank"),
    ],
)
def test_what_only_limits_pictures_is_told_and_the_index_is_ready(settings: Settings, words: str) -> None:
    found = readiness({**ENCODED, **settings}, LIKENESS)
    assert found.ready
    [warning] = found.warnings
    assert words in warning


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"ranking": ["asc(price)", "typo", "filters"], "primary": "products"}, ""),
        ({"ranking": ["custom", "filters"]}, ""),
        ({"ranking": ["asc(price)", "typo"]}, "ranking lacks `filters`"),
        ({"unretrievableAttributes": ["labels"]}, "unretrievableAttributes hides `labels`"),
        ({"attributesToRetrieve": ["name"]}, "attributesToRetrieve leaves out `labels`"),
        (facets("filterOnly(labels.description)", WHOSE), "description)`: nobody can count labels"),
    ],
)
def test_a_replicas_own_settings_may_stand_in_the_way_but_for_its_order(
    settings: Settings, words: str
) -> None:
    found = readiness(READY, BY_LABELS, {"by_date": READY, "by_price": {**READY, **settings}})
    told = "\n".join(found.warnings)
    assert (found.ready, told.count("`by_price`: ")) == (not words, int(bool(words)))
    assert words in told


def test_what_only_limits_pictures_in_a_replica_is_told() -> None:
    found = readiness(ENCODED, LIKENESS, {"by_price": ENCODED | {"paginationLimitedTo": 10}})
    assert found.ready
    [warning] = found.warnings
    assert warning.startswith("`by_price`: paginationLimitedTo is 10")


def test_a_replica_lacks_what_its_own_settings_lack() -> None:
    found = readiness(READY, BY_LABELS, {"by_price": {}, "by_date": READY})
    assert found.lacking == {"by_price": {"attributesForFaceting": ("labels.description", WHOSE)}}
    assert not found.ready


def test_words_are_declared_for_filters_only_but_plainly_where_facets_must_be_countable() -> None:
    assert readiness(ENCODED, LIKENESS).ready
    declared = ENCODED | facets("visualWords_x")
    assert readiness(declared, LIKENESS).missing == {"attributesForFaceting": ("labels.description", WHOSE)}
    assert readiness({**READY, "searchableAttributes": ["name"]}, LIKENESS).missing == {
        "attributesForFaceting": ("filterOnly(visualWords_x)",),
        "attributesToRetrieve": ("*", "-visualWords_x"),
    }
    plain = ("visual.recognizer", "visualWords_x")
    assert readiness(ENCODED, LIKENESS, countable=True).missing == {"attributesForFaceting": plain}
    assert readiness(ENCODED | facets("labels.description", *plain), LIKENESS, countable=True).ready


def test_the_names_that_are_in_force_are_judged() -> None:
    names = renamed(["labels=tags", "visual=looks"])
    settings = {"attributesToRetrieve": ["labels"], "unretrievableAttributes": ["tags"]}
    found = readiness({**READY, **settings}, Likeness([WeightedLabels(names=names)], names=names))
    assert found.missing == {"attributesForFaceting": ("tags.description", "filterOnly(looks.recognizer)")}
    left_out, hidden = found.warnings
    assert left_out.startswith("attributesToRetrieve leaves out `tags`:")
    assert hidden.startswith("unretrievableAttributes hides `tags`:")
