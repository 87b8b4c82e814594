"""`visual-search parked` and `visual-search pictures explain` on the local stack."""

from __future__ import annotations

from typing import Any

import pytest

from tests.outside import Outside, eventually
from tests.tools.conftest import Tools, labeled


def parked(tools: Tools, product: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tools.json("parked", "list", "--product", product)
    return found


def test_a_refused_picture_is_listed_explained_replayed_and_dropped(
    tools: Tools, outside: Outside, product: str
) -> None:
    name = f"products/{product}/bad.jpg"
    outside.upload(name, f"BM no picture {product}".encode())
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


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        ("parked explain nothing", 1, "Nothing is parked under the id nothing."),
        ("parked drop --id nothing", 1, "Nothing is parked under the id nothing."),
        ("parked drop", 2, "Say which"),
        ("parked drop --all --reason bad-picture", 2, "Say which"),
        ("pictures explain gs://elsewhere/products/1/a.jpg", 1, "elsewhere"),
        ("pictures explain gs://elsewhere/products/1/a.jpg", 1, "What to do:"),
    ],
)
def test_what_is_not_there_or_not_said_is_told(tools: Tools, words: str, code: int, told: str) -> None:
    result = tools(*words.split())
    assert (result.exit_code, told in result.stderr) == (code, True), result.stderr


def test_a_product_is_explained_from_upload_to_verdict(tools: Tools, outside: Outside, product: str) -> None:
    good, apart = labeled(outside, product, seed=120), {"PARKED_SUBSCRIPTION": ""}
    well = tools("pictures", "explain", good, **apart)
    assert well.exit_code == 0, well.stdout
    assert "matches pattern  products/<objectID>/<file>" in well.stdout
    assert "Up to date: the record says what the pictures show." in well.stdout
    assert "a second picture" in " ".join(well.stdout.split())
    other = tools.json("pictures", "explain", product, MAX_LABELS="4", **apart)
    assert "Not labeled yet" in other["verdict"]["text"]
    outside.upload(f"products/{product}/b.jpg", f"BM no picture of {product}".encode())
    refused = eventually(
        lambda: tools.json("pictures", "explain", product),
        lambda found: bool(found["parked"] and found["pictures"][1]["refused"]),
    )
    assert refused["pictures"][1]["refused"]["reason"] == "bad-picture"
    assert refused["verdict"]["advice"] == f"visual-search parked explain {refused['parked'][0]}"
    assert tools("pictures", "explain", product, **apart).exit_code == 1
    assert tools("parked", "drop", "--product", product, "--yes").exit_code == 0
    outside.seed([{"objectID": product, "name": "Rebuilt"}])
    wiped = tools.json("pictures", "explain", product, **apart)["verdict"]
    assert wiped["text"] == "The record has none of our attributes."
    assert wiped["advice"].endswith(f"'--prefix=products/{product}/' --missing")
