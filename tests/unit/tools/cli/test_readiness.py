from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tools.readiness import readiness

READY = {"attributesForFaceting": ["searchable(brand)", "labels.description"]}


def test_what_is_missing_is_named_beside_what_is_there() -> None:
    found = readiness({"attributesForFaceting": ["searchable(brand)"], "replicas": ["by-price"]})
    assert found.facets == ("searchable(brand)",)
    assert found.missing == {"attributesForFaceting": ("labels.description",)}
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
    assert readiness({**READY, **settings}).ready


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"ranking": ["typo", "words", "custom"]}, "ranking lacks `filters`"),
        ({"attributesToRetrieve": ["name"]}, "attributesToRetrieve leaves out"),
        ({"attributesToRetrieve": []}, "attributesToRetrieve leaves out"),
        ({"attributesToRetrieve": ["*", "-labels"]}, "attributesToRetrieve leaves out"),
        ({"unretrievableAttributes": ["labels"]}, "unretrievableAttributes hides"),
    ],
)
def test_what_stands_in_the_way_is_warned_about(settings: Mapping[str, Any], words: str) -> None:
    found = readiness({**READY, **settings})
    assert not found.ready
    assert len(found.warnings) == 1
    assert words in found.warnings[0]
