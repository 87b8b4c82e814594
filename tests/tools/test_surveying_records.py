"""What `pictures backfill` and `pictures explain` say about records, on the local stack."""

from __future__ import annotations

from typing import Any

import pytest

from devstack.stack import LocalStack
from tests.outside import Outside, eventually
from tests.pictures import jpeg
from tests.tools.conftest import Tools, labeled


def test_a_dry_run_says_what_every_record_is_like(tools: Tools, outside: Outside, product: str) -> None:
    folder, words = f"{product} ", ("pictures", "backfill", "--dry-run", "--prefix", f"products/{product} ")
    kinds: dict[str, dict[str, Any]] = {
        "bare": {},
        "big": {"text": "x" * 9_950},
        "tight": {"text": "x" * 8_500},
        "used": {"labels": ["sale"], "visual": 7},
    }
    outside.seed([{"objectID": folder + kind, **attributes} for kind, attributes in kinds.items()])
    for kind in (*kinds, "unknown"):
        outside.upload(f"products/{folder}{kind}/a.jpg", jpeg(seed=120))
    # What an event has done to the records meanwhile must not matter.
    for kind in ("tight", "bare"):
        eventually(lambda: outside.labels(folder + kind), bool)  # noqa: B023 called at once
    plan = tools.json(*words)
    assert plan["records"] == {"no_record": 1, "in_use": 1, "bare": 1, "current": 2}
    renamed = tools.json(*words[:-1], f"products/{folder}used", ATTRIBUTE_NAMES="labels=tags,visual=looks")
    assert renamed["records"] == {"bare": 1}
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
        *(f"such as {folder}{kind}" for kind in ("unknown", "big", "tight")),
    ):
        assert known in shown, shown


def test_explain_finds_what_backfill_selects(tools: Tools, outside: Outside, product: str) -> None:
    tools = Tools({**tools.env, "PARKED_SUBSCRIPTION": ""})
    words = ("pictures", "explain", product)
    labeled(outside, product, seed=123)
    assert tools.json(*words)["states"] == ["current"]
    kept = {name: value for name, value in outside.record(product).items() if "_" not in name}
    outside.seed([kept])
    found = tools.json(*words)
    assert found["states"] == ["partial"]
    assert [name.partition("_")[0] for name in found["attributesMissing"]] == ["visualWords", "visualCode"]
    assert found["verdict"]["advice"].endswith("--missing")
    outside.seed([{**kept, "labels": []}])
    assert tools.json(*words, STRATEGIES="labels")["states"] == ["current"]
    differs = tools(*words, STRATEGIES="labels")
    assert (differs.exit_code, "not those remembered" in differs.stdout) == (1, True)


@pytest.mark.parametrize("setting", ["PICTURE_BUCKET", "LABEL_BUCKET"])
def test_explain_names_the_bucket_that_is_missing_instead_of_advice_that_cannot_work(
    tools: Tools, product: str, setting: str
) -> None:
    result = tools("pictures", "explain", product, **{setting: "nowhere"})
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"{setting}: the bucket cannot be used (404 NotFound); write an existing")


def test_a_key_that_cannot_browse_is_told_before_anything_is_asked_for(
    tools: Tools, stack: LocalStack
) -> None:
    result = tools("pictures", "backfill", "--missing", "--yes", ALGOLIA_API_KEY=stack.endpoints.keys.enrich)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("ALGOLIA_API_KEY: ")
    assert "a key with the rights search and browse" in result.stderr
