"""What `pictures backfill` and `pictures explain` say about records, on the local stack."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from devstack.stack import LocalStack
from tests.outside import Outside, eventually
from tests.pictures import jpeg
from tests.tools.conftest import Tools

_numbers = itertools.count()
DRY = ("pictures", "backfill", "--dry-run")


@pytest.fixture
def folder() -> str:
    """How names of products of the test's own begin."""
    return f"surveyed {next(_numbers)} "


def test_a_dry_run_says_what_every_record_is_like(tools: Tools, outside: Outside, folder: str) -> None:
    kinds: dict[str, dict[str, Any]] = {
        "bare": {},
        "big": {"text": "x" * 9_950},
        "tight": {"text": "x" * 8_500},
        "used": {"labels": ["sale"], "visual": 7},
    }
    outside.seed([{"objectID": folder + kind, **attributes} for kind, attributes in kinds.items()])
    for kind in (*kinds, "unknown"):
        outside.upload(f"products/{folder}{kind}/a.jpg", jpeg(seed=120))
    words = (*DRY, "--prefix", f"products/{folder}")
    # What an event has done to the records meanwhile must not matter.
    eventually(lambda: outside.labels(f"{folder}tight"), bool)
    eventually(lambda: outside.labels(f"{folder}bare"), bool)
    plan = tools.json(*words)
    assert plan["records"] == {"no_record": 1, "in_use": 1, "bare": 1, "current": 2}
    used = {"objectID": f"{folder}used", "attributes": ["labels", "visual"]}
    assert plan["attributesInUse"] == {"products": 1, "examples": [used]}
    for kind, key in (("unknown", "noRecord"), ("big", "noRoom"), ("tight", "fewerWords")):
        assert plan[key] == {"products": 1, "examples": [folder + kind]}
    shown = tools(*words).stdout
    for known in (
        "under our names (1): nothing is written to these records; give ours other names",
        "with ATTRIBUTE_NAMES, or let go of",
        "TAKE_OVER_ATTRIBUTES=true",
        "without room for ours (1): nothing is written to these; make the records smaller",
        "with room for some visual words only (1): these will be found less well; make",
        "no record (1): add the records, or set CREATE_MISSING_RECORDS=true",
        f"such as {folder}unknown",
        f"such as {folder}big",
        f"such as {folder}tight",
    ):
        assert known in shown, shown


def test_names_of_the_shops_own_choice_are_surveyed(tools: Tools, outside: Outside, folder: str) -> None:
    outside.seed([{"objectID": f"{folder}a", "labels": ["sale"]}])
    outside.upload(f"products/{folder}a/a.jpg", jpeg(seed=121))
    words = (*DRY, "--prefix", f"products/{folder}")
    assert tools.json(*words)["records"] == {"in_use": 1}
    assert tools.json(*words, ATTRIBUTE_NAMES="labels=tags")["records"] == {"bare": 1}


def test_explain_finds_what_backfill_selects(tools: Tools, outside: Outside, folder: str) -> None:
    tools = Tools({**tools.env, "PARKED_SUBSCRIPTION": ""})
    product = f"{folder}a"
    outside.seed([{"objectID": product, "name": "N"}])
    outside.upload(f"products/{product}/a.jpg", jpeg(seed=123))
    eventually(lambda: outside.labels(product), bool)
    assert tools.json("pictures", "explain", product)["states"] == ["current"]
    kept = {name: value for name, value in outside.record(product).items() if "_" not in name}
    outside.seed([kept])
    found = tools.json("pictures", "explain", product)
    assert found["states"] == ["partial"]
    assert [name.partition("_")[0] for name in found["attributesMissing"]] == ["visualWords", "visualCode"]
    advice = found["verdict"]["advice"]
    assert advice.endswith("--missing")
    outside.seed([{**kept, "labels": []}])
    assert tools.json("pictures", "explain", product, STRATEGIES="labels")["states"] == ["current"]
    differs = tools("pictures", "explain", product, STRATEGIES="labels")
    assert (differs.exit_code, "not those remembered" in differs.stdout) == (1, True)


@pytest.mark.parametrize("setting", ["PICTURE_BUCKET", "LABEL_BUCKET"])
def test_explain_names_the_bucket_that_is_missing_instead_of_advice_that_cannot_work(
    tools: Tools, outside: Outside, folder: str, setting: str
) -> None:
    outside.seed([{"objectID": f"{folder}a"}])
    result = tools("pictures", "explain", f"{folder}a", **{setting: "nowhere"})
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"{setting}: the bucket cannot be used (404 NotFound); write an existing")


def test_a_key_that_cannot_browse_is_told_before_anything_is_asked_for(
    tools: Tools, stack: LocalStack
) -> None:
    result = tools("pictures", "backfill", "--missing", "--yes", ALGOLIA_API_KEY=stack.endpoints.keys.enrich)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("ALGOLIA_API_KEY: ")
    assert "a key with the rights search and browse" in result.stderr
