"""What a stranger can learn about attributes and products that the shop does not show, at a real function."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
import requests

from devstack.stack import LocalStack, StackOptions
from tests.outside import Outside
from tests.pictures import jpeg

PHOTO = jpeg(seed=3_000)
FACETS = ["labels.description", "brand", "cost", "visible", "_tags"]
SHOWN, HIDDEN = "shown", "hidden"
PRODUCTS = [
    {"objectID": product, "brand": "a", "cost": 7, "visible": product == SHOWN, "_tags": ["x"],
     "labels": [{"description": "Boot", "score": 0.9}]}
    for product in (SHOWN, HIDDEN)
]  # fmt: skip


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A stack of its own: no other test has to do with these settings."""
    options = StackOptions(
        parts=frozenset({"algolia", "recognizer", "search"}),
        model=None,
        run_dir=tmp_path_factory.mktemp("stack"),
        env={"search": {"ALWAYS_FILTERS": "visible:true", "FILTERABLE_ATTRIBUTES": "brand"}},
    )
    with LocalStack(options) as stack:
        seeded = {"attributesForFaceting": FACETS, "unretrievableAttributes": ["cost"]}
        Outside(stack).seed(PRODUCTS, **seeded)
        yield stack.endpoints.search_url


Fields = Mapping[str, str | Sequence[str]]


def asked(url: str, fields: Fields) -> list[requests.Response]:
    """The same fields in every form of a request."""
    files, raw = {"image": PHOTO}, {"Content-Type": "image/jpeg"}
    return [
        requests.post(url, files=files, data=fields, timeout=20),
        requests.post(url, params=fields, data=PHOTO, headers=raw, timeout=20),
        requests.get(f"{url}/similar/{SHOWN}", params=fields, timeout=20),
    ]


ORACLES: Sequence[Fields] = [
    *(
        {"filters": asked}
        for asked in ("cost:7", "cost > 5", "brand:a AND NOT cost:7", "x", f"objectID:{HIDDEN}")
    ),
    *({"facets": asked} for asked in ("cost", "*", "brand,cost")),
    {"optionalFilters": "cost:7<score=9>"},
    {"return": "filters", "optionalFilters": "cost:7<score=9>"},
]


@pytest.mark.parametrize("fields", ORACLES, ids=str)
def test_an_attribute_that_is_not_listed_cannot_be_asked_about(url: str, fields: Fields) -> None:
    for answer in asked(url, fields):
        assert (answer.status_code, answer.headers["Content-Type"]) == (400, "application/problem+json")
        assert "may not be asked about here, only brand" in answer.json()["detail"]


ESCAPES: Sequence[Fields] = [
    {},
    {"filters": "brand:a"},
    {"filters": "NOT brand:zz"},
    {"filters": "brand:'a) OR (visible:false' OR brand:a"},
    {"facets": "brand"},
    {"mode": "strict"},
    {"query": HIDDEN},
    {"page": "1", "hitsPerPage": "1"},
]


@pytest.mark.parametrize("fields", ESCAPES, ids=str)
def test_what_always_applies_cannot_be_escaped(url: str, fields: Fields) -> None:
    for answer in asked(url, fields):
        told: dict[str, Any] = answer.json()
        assert answer.status_code == 200, told
        assert HIDDEN not in [hit["objectID"] for hit in told["hits"]]
        assert told["nbHits"] <= 1
        assert sum(sum(counts.values()) for counts in told.get("facets", {}).values()) <= 1


def test_a_product_beyond_what_always_applies_is_unknown(url: str) -> None:
    for fields in ({}, {"return": "filters"}):
        answer = requests.get(f"{url}/similar/{HIDDEN}", params=fields, timeout=20)
        assert (answer.status_code, answer.json()["title"]) == (404, "Unknown product")
