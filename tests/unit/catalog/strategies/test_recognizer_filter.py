"""A query never matches labels of different recognizers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from shared.catalog.labels import recognizer_facet, recognizer_filter
from shared.catalog.query import VisualQuery, search_params
from shared.model import Mode, Refinement
from tests.algolia import Algolia, local_algolia
from tests.queries import label

OURS, THEIRS = "google-vision/1", "rekognition/1"
QUERY = VisualQuery([label("Bag", 900), label("Leather", 100), recognizer_filter(OURS)])


def record(name: str, recognizer: str, *labels: str) -> dict[str, Any]:
    shown = [{"description": each, "score": 0.9} for each in labels]
    return {"objectID": name, "labels": shown, "visual": {"recognizer": recognizer}}


@pytest.fixture(scope="module")
def algolia() -> Iterator[Algolia]:
    with local_algolia() as running:
        records = [
            record("theirs", THEIRS, "Bag", "Leather"),
            record("ours", OURS, "Leather"),
            record("bare", OURS),
        ]
        running.seed(records, facets=["labels.description", recognizer_facet()])
        yield running


def test_a_product_of_another_recognizer_comes_behind_all_of_ours_and_its_labels_are_no_match(
    algolia: Algolia,
) -> None:
    hits = algolia.finder().find(QUERY, Refinement()).hits
    told = {hit.record["objectID"]: (hit.points, dict(hit.matched), hit.labeled) for hit in hits}
    assert list(told) == ["ours", "bare", "theirs"]
    assert told["theirs"] == (0, {}, False)
    assert told["ours"] == (100, {"Leather": 100}, True)
    assert not told["bare"][2]


def test_strictly_only_products_of_the_same_recognizer_are_found(algolia: Algolia) -> None:
    hits = algolia.finder().find(QUERY, Refinement(mode="strict")).hits
    assert [hit.record["objectID"] for hit in hits] == ["ours"]


@pytest.mark.parametrize("mode", ["boost", "strict"])
def test_it_is_asked_for_in_either_mode(mode: Mode) -> None:
    params = search_params(QUERY, Refinement(mode=mode))
    wanted = f"visual.recognizer:{OURS}<score=10000>"
    assert wanted in params["optionalFilters" if mode == "boost" else "facetFilters"]
