from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from shared.attribute_names import renamed
from shared.catalog.labels import WeightedLabels
from shared.catalog.likeness import Likeness
from shared.catalog.vectors import VisualCode, VisualWords
from tools.index_settings import readiness

BY_LABELS = Likeness([WeightedLabels()])
BY_VECTORS = Likeness([WeightedLabels(), VisualWords("x"), VisualCode("x")])

WHOSE = "filterOnly(visual.recognizer)"
READY = {"attributesForFaceting": ["searchable(brand)", "labels.description", WHOSE]}


def test_what_is_missing_is_named_beside_what_is_there() -> None:
    found = readiness({"attributesForFaceting": ["searchable(brand)"], "replicas": ["by-price"]}, BY_LABELS)
    assert found.facets == ("searchable(brand)",)
    assert found.missing == {"attributesForFaceting": ("labels.description", WHOSE)}
    assert found.replicas == ("by-price",)
    assert not found.ready


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"ranking": ["typo", "words", "filters", "custom"]},
        {"attributesToRetrieve": ["*"]},
        {"attributesToRetrieve": ["name", "labels"]},
        {"attributesToRetrieve": ["name", "labels.description"]},
        {"unretrievableAttributes": ["cost", "labelsInternal"]},
    ],
)
def test_settings_that_leave_labels_alone_are_ready(settings: Mapping[str, Any]) -> None:
    assert readiness({**READY, **settings}, BY_LABELS).ready


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"ranking": ["typo", "words", "custom"]}, "ranking lacks `filters`"),
        ({"ranking": ["desc(date)", "typo", "filters", "custom"]}, "has `desc(date)` before `filters`"),
        ({"ranking": ["typo", "custom", "filters"]}, "has `custom` before `filters`"),
        (
            {"attributesForFaceting": ["filterOnly(labels.description)", WHOSE]},
            "has `filterOnly(labels.description)`: nobody can count labels",
        ),
        ({"primary": "products"}, "this is a replica of `products`"),
        ({"attributesToRetrieve": ["name"]}, "attributesToRetrieve leaves out"),
        ({"attributesToRetrieve": []}, "attributesToRetrieve leaves out"),
        ({"attributesToRetrieve": ["*", "-labels"]}, "attributesToRetrieve leaves out"),
        ({"unretrievableAttributes": ["labels"]}, "unretrievableAttributes hides"),
    ],
)
def test_what_stands_in_the_way_is_warned_about(settings: Mapping[str, Any], words: str) -> None:
    found = readiness({**READY, **settings}, BY_LABELS)
    assert not found.ready
    assert len(found.warnings) == 1
    assert words in found.warnings[0]


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
def test_what_only_limits_pictures_is_told_and_the_index_is_ready(
    settings: Mapping[str, Any], words: str
) -> None:
    found = readiness({**ENCODED, **settings}, BY_VECTORS)
    assert found.ready
    [warning] = found.warnings
    assert words in warning


@pytest.mark.parametrize(
    "declared",
    [
        "labels.description",
        "searchable(labels.description)",
        "afterDistinct(labels.description)",
        "afterDistinct(searchable(labels.description))",
        "searchable( labels.description )",
    ],
)
def test_facets_are_known_within_their_modifiers(declared: str) -> None:
    assert readiness({"attributesForFaceting": [declared, WHOSE]}, BY_LABELS).ready


def test_a_replica_lacks_what_its_own_settings_lack() -> None:
    found = readiness(READY, BY_LABELS, {"by_price": {}, "by_date": READY})
    assert found.lacking == {"by_price": {"attributesForFaceting": ("labels.description", WHOSE)}}
    assert not found.ready


def test_facets_that_cannot_be_for_filters_only_are_declared_plainly() -> None:
    found = readiness(ENCODED, BY_VECTORS, countable=True)
    assert found.missing == {"attributesForFaceting": ("visual.recognizer", "visualWords_x")}
    plain = ["labels.description", "visual.recognizer", "visualWords_x"]
    assert readiness({**ENCODED, "attributesForFaceting": plain}, BY_VECTORS, countable=True).ready


def test_the_names_that_are_in_force_are_judged() -> None:
    names = renamed(["labels=tags", "visual=looks"])
    by_tags = Likeness([WeightedLabels(names=names)], names=names)
    settings = {"attributesToRetrieve": ["labels"], "unretrievableAttributes": ["tags"]}
    found = readiness({**READY, **settings}, by_tags)
    facets = ("tags.description", "filterOnly(looks.recognizer)")
    assert found.missing == {"attributesForFaceting": facets}
    assert [warning.partition(":")[0] for warning in found.warnings] == [
        "attributesToRetrieve leaves out `tags`",
        "unretrievableAttributes hides `tags`",
    ]


ENCODED = {
    "attributesForFaceting": ["labels.description", WHOSE, "filterOnly(visualWords_x)"],
    "searchableAttributes": ["name"],
    "attributesToRetrieve": ["*", "-visualWords_x"],
}


def test_words_are_declared_for_filters_only() -> None:
    assert readiness({**ENCODED, "attributesForFaceting": ["visualWords_x"]}, BY_VECTORS).missing == {
        "attributesForFaceting": ("labels.description", WHOSE)
    }
    assert readiness({**READY, "searchableAttributes": ["name"]}, BY_VECTORS).missing == {
        "attributesForFaceting": ("filterOnly(visualWords_x)",),
        "attributesToRetrieve": ("*", "-visualWords_x"),
    }
    assert readiness(ENCODED, BY_VECTORS).ready


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (
            {"attributesToRetrieve": ["name", "labels"]},
            "leaves out `visualCode_x`: hits cannot be put in order",
        ),
        ({"unretrievableAttributes": ["visualCode_x"]}, "hides `visualCode_x`"),
        ({"searchableAttributes": []}, "searchableAttributes is empty"),
    ],
)
def test_what_keeps_hits_from_being_compared_is_warned_about(settings: Mapping[str, Any], words: str) -> None:
    [warning] = readiness({**ENCODED, **settings}, BY_VECTORS).warnings
    assert words in warning
