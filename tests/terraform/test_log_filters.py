"""The guide's queries find the lines that the functions write, and filters are read as Cloud Logging does."""

from __future__ import annotations

import re

import pytest

from tests.guide import GUIDE
from tests.terraform.logged import MISCONFIGURED, entries, found
from tests.terraform.logging_query import query


def test_the_guides_queries_find_what_they_are_for() -> None:
    queries = re.findall(r"gcloud logging read '([^']+)'", GUIDE)
    of_a_product, left_out, not_well, wrong = queries
    assert of_a_product.endswith('SEARCH("42")')
    assert found(left_out) == {"enrich left out"}
    assert found(wrong) == MISCONFIGURED
    grave = {name for name, entry in entries() if entry["severity"] not in ("INFO", "DEBUG")}
    assert found(not_well) == {name for name in grave if name.startswith("enrich")}


@pytest.mark.parametrize(
    ("text", "matches"),
    [
        ('jsonPayload.outcome="Parked"', True),
        ('jsonPayload.outcome="park"', False),
        ('jsonPayload.outcome=("again" OR "parked")', True),
        ("jsonPayload.refused>0", False),
        ("jsonPayload.refused>=0", True),
        ("jsonPayload.missing>=0", False),
        ("jsonPayload.outcome.deeper=0", False),
        ("severity>=WARNING", True),
        ("severity>=CRITICAL", False),
        ('severity<WARNING OR (jsonPayload.outcome="parked" AND jsonPayload.refused=0)', True),
    ],
)
def test_a_filter_is_read_as_cloud_logging_does(text: str, matches: bool) -> None:  # noqa: FBT001
    entry = {"severity": "ERROR", "jsonPayload": {"outcome": "parked", "refused": 0}}
    assert query(text)(entry) is matches


@pytest.mark.parametrize(
    "text",
    [
        'a="1" OR b="2" AND c="3"',
        'a="1" b="2"',
        '(a="1"',
        'a:"1"',
        'a!="1"',
        'a="1',
    ],
)
def test_a_filter_that_is_not_understood_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        query(text)
