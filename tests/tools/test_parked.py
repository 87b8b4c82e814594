"""`visual-search parked` and `visual-search pictures explain` on the local stack."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from tests.outside import Outside, eventually
from tests.pictures import jpeg
from tests.tools.conftest import Tools

_numbers = itertools.count()


@pytest.fixture
def product(outside: Outside) -> str:
    name = f"parked {next(_numbers)}"
    outside.seed([{"objectID": name, "name": "Product"}])
    return name


def parked(tools: Tools, product: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tools.json("parked", "list", "--product", product)
    return found


def test_a_refused_picture_is_listed_explained_replayed_and_dropped(
    tools: Tools, outside: Outside, product: str
) -> None:
    name = f"products/{product}/bad.jpg"
    calls = outside.vision_calls()
    outside.upload(name, f"BM no picture {product}".encode())
    eventually(outside.vision_calls, lambda now: now > calls)
    [case] = eventually(lambda: parked(tools, product), bool)
    address = f"gs://{outside.stack.endpoints.bucket}/{name}"
    assert (case["reason"], case["picture"], case["times"]) == ("bad-picture", address, 1)
    told = tools("parked", "explain", case["id"])
    assert told.exit_code == 0
    assert "The file is empty, damaged or no picture at all." in told.stdout
    assert f"visual-search parked replay --id={case['id']}" in told.stdout
    calls = outside.vision_calls()
    assert tools("parked", "replay", "--product", product).exit_code == 0
    eventually(outside.vision_calls, lambda now: now > calls)
    [anew] = eventually(lambda: parked(tools, product), bool)
    assert anew["id"] != case["id"]
    dropped = tools("parked", "drop", "--product", product, "--yes")
    assert (dropped.exit_code, dropped.stderr) == (0, "1 dropped.\n")


def test_what_is_wanted_by_id_must_be_there(tools: Tools) -> None:
    for words in (("explain", "nothing"), ("drop", "--id", "nothing")):
        result = tools("parked", *words)
        assert result.exit_code == 1
        assert "Nothing is parked under the id nothing." in result.stderr


def test_nothing_is_dropped_without_saying_which(tools: Tools) -> None:
    for words in ((), ("--all", "--reason", "bad-picture")):
        result = tools("parked", "drop", *words)
        assert result.exit_code == 2
        assert "Say which" in result.stderr


def test_a_product_is_explained_from_upload_to_verdict(tools: Tools, outside: Outside, product: str) -> None:
    good, bad = f"products/{product}/a.jpg", f"products/{product}/b.jpg"
    outside.upload(good, jpeg(seed=120))
    eventually(lambda: outside.labels(product), bool)
    well = tools("pictures", "explain", good, PARKED_SUBSCRIPTION="")
    assert well.exit_code == 0, well.stdout
    assert "matches pattern  products/<objectID>/<file>" in well.stdout
    assert "Up to date: the record says what the pictures show." in well.stdout
    assert "a second picture" in " ".join(well.stdout.split())
    outside.upload(bad, f"BM no picture of {product}".encode())
    refused = eventually(
        lambda: tools.json("pictures", "explain", product),
        lambda found: bool(found["parked"] and found["pictures"][1]["refused"]),
    )
    assert refused["pictures"][1]["refused"]["reason"] == "bad-picture"
    assert refused["verdict"]["advice"] == f"visual-search parked explain {refused['parked'][0]}"
    assert tools("pictures", "explain", product, PARKED_SUBSCRIPTION="").exit_code == 1
    assert tools("parked", "drop", "--product", product, "--yes").exit_code == 0


def test_a_wiped_record_and_another_recognizer_are_told_apart(
    tools: Tools, outside: Outside, product: str
) -> None:
    outside.upload(f"products/{product}.jpg", jpeg(seed=121))
    eventually(lambda: outside.labels(product), bool)
    other = tools.json("pictures", "explain", product, MAX_LABELS="4", PARKED_SUBSCRIPTION="")
    assert "Not labeled yet" in other["verdict"]["text"]
    outside.seed([{"objectID": product, "name": "Rebuilt"}])
    wiped = tools.json("pictures", "explain", product, PARKED_SUBSCRIPTION="")
    assert wiped["verdict"]["text"] == "The record has none of our attributes."
    assert wiped["verdict"]["advice"].endswith(f"'--prefix=products/{product}.jpg' --missing")


def test_an_object_the_function_ignores_is_wrong_data(tools: Tools) -> None:
    result = tools("pictures", "explain", "gs://elsewhere/products/1/a.jpg")
    assert result.exit_code == 1
    assert "elsewhere" in result.stderr
    assert "What to do:" in result.stderr
