"""What the routes say of products that are compared by their vectors."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any

import pytest

from functions.search import examples
from shared.catalog.labels import WeightedLabels
from shared.catalog.likeness import Likeness
from shared.catalog.vectors import Profile, VisualCode, VisualWords
from shared.model import Appearance, Enrichment, Vector
from tests.functions.search_app import PHOTO, SHOE, Behind, client, endpoints, raw
from tests.tagging import tag

LIKENESS = Likeness([WeightedLabels(), VisualWords("x", Profile(2, 1, 2)), VisualCode("x")])
FORMER = {"visualWords_old": ["a00"], "visualCode_old": "AQ=="}
WORDLESS = Likeness([WeightedLabels(), VisualCode("x")])
WINDOW, WORDLESS_WINDOW = 100, 300
"""Hits that are put in order with and without words, as docs/retrieval.md promises."""

VECTORS: dict[str, Vector] = {"boot": (0.0, 1.0), "pump": (1.0, 0.0)}


@pytest.fixture
def behind() -> Behind:
    """A shop where boot and pump have the same label, and pump looks like the photo."""
    made = Behind(labels=(SHOE,), vector=(0.8, -0.6), likeness=LIKENESS)
    for product, vector in VECTORS.items():
        likeness = LIKENESS.attributes(Appearance((SHOE,), vector=vector)) | FORMER
        written = Enrichment((SHOE,), None, "r/1", "2026-01-01T00:00:00+00:00", 1, likeness=likeness)
        tag(made.shop, product, written, 2)
    return made


def told(behind: Behind, **query: str) -> Any:  # noqa: ANN401 JSON
    return json.loads(raw(client(endpoints(behind)), list(query.items())).data)


def test_hits_come_closest_first_and_say_how_close_they_are_without_words_and_codes(behind: Behind) -> None:
    hits = told(behind)["hits"]
    assert [hit["objectID"] for hit in hits[:2]] == ["pump", "boot"]
    assert hits[0]["_visual"]["closeness"] == pytest.approx(0.8, abs=0.01)
    assert hits[0]["_visual"]["matched"] == [{"description": "Shoe", "points": 1_000}]
    assert {name for hit in hits for name in hit if name.startswith("visual")} <= {"visual"}


def test_the_description_shows_what_is_really_answered(behind: Behind) -> None:
    picture = "https://cdn.shop.example/products/pump/front.jpg"
    behind.shop.records["pump"] |= {"name": "Court shoe", "imageURL": picture}
    browser = client(endpoints(behind))
    assert browser.post("/", json=examples.SEARCH).json == examples.FOUND
    assert browser.post("/", json={**examples.SEARCH, "hitsPerPage": 101}).json == examples.BAD_REQUEST


@pytest.mark.parametrize(("likeness", "window"), [(LIKENESS, WINDOW), (WORDLESS, WORDLESS_WINDOW)])
def test_of_the_first_hits_the_closest_come_first_and_the_others_follow(
    behind: Behind, likeness: Likeness, window: int
) -> None:
    """Algolia gives the closest last here: each product is closer than the one before; none has a word."""
    behind.vector, behind.likeness = (1.0, 0.0), likeness
    steps = ((number - 127) / 127 for number in range(window + 1))
    looks = [Appearance(vector=(min(step, 1.0), min(2 - step, 1.0))) for step in steps]
    behind.shop.records = {f"{number}": likeness.attributes(look) for number, look in enumerate(looks)}
    pages = [told(behind, page=f"{page}", hitsPerPage="50")["hits"] for page in range(window // 50 + 1)]
    found = [int(hit["objectID"]) for hits in pages for hit in hits]
    assert found == [*reversed(range(window)), window]


def test_who_searches_alone_gets_the_code_to_compare_hits_with_where_there_is_one(behind: Behind) -> None:
    answer = told(behind, **{"return": "filters"})
    assert list(answer["code"]) == ["visualCode_x"]
    assert list(base64.b64decode(answer["code"]["visualCode_x"])) == [127, 256 - 95]
    assert [step["closeness"] for step in answer["steps"].values()] == [-1, 0.85]
    assert any(wanted.startswith("visualWords_x:a00<") for wanted in answer["params"]["optionalFilters"])
    behind.vector = None
    assert "code" not in told(behind, **{"return": "filters"})


@pytest.mark.parametrize(("vector", "points"), [((0.8, -0.6), 1), (None, 10_000)])
def test_where_codes_decide_it_hardly_counts_whose_labels_a_product_has(
    behind: Behind, vector: Vector | None, points: int
) -> None:
    behind.vector = vector
    plan = replace(behind.searcher(), recognizer_id="r/1").plan(PHOTO)
    assert plan.query.filters("recognizer") == [f"visual.recognizer:r/1<score={points}>"]


@pytest.mark.parametrize("wanted", ["hits", "filters"])
@pytest.mark.parametrize("mode", ["boost", "strict"])
def test_without_the_recognizer_likeness_decides_and_the_answer_says_so(
    behind: Behind, wanted: str, mode: str
) -> None:
    assert "degraded" not in told(behind, mode=mode, **{"return": wanted})
    behind.labels, behind.unlabeled = (), "throttled"
    answer = told(behind, mode=mode, **{"return": wanted})
    assert (answer["degraded"], answer["labels"]) == (["labels"], [])
    assert answer["params"]["optionalFilters"]
    assert "facetFilters" not in answer["params"]
    if wanted == "hits":
        assert [hit["objectID"] for hit in answer["hits"][:2]] == ["pump", "boot"]
        assert behind.shop.asked[-1].mode == "boost"


@pytest.mark.parametrize(("unlabeled", "missing"), [("", ["filters"]), ("throttled", ["labels", "filters"])])
def test_an_answer_says_that_algolia_took_less_than_the_picture_shows(
    behind: Behind, unlabeled: str, missing: list[str]
) -> None:
    behind.shop.reduced, behind.unlabeled = True, unlabeled
    assert told(behind)["degraded"] == missing
