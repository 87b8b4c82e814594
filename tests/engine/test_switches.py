"""Switches, for plans with few optional filters and hits that rules pin, and the process and its options."""

from __future__ import annotations

import itertools
import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from devstack.algolia.__main__ import main
from devstack.algolia.documents import JsonObject
from devstack.algolia.engine import EngineConfig
from devstack.algolia.limits import AlgoliaError
from devstack.algolia.server import RunningEngine
from devstack.algolia.switches import Switches
from devstack.processes import LOOPBACK, free_ports, http_answers
from tests.engine.shop import Caller, NewShop
from tests.outside import eventually

FILTERS: list[tuple[object, int]] = [
    ([], 0),
    ([[]], 0),
    ("color:red", 1),
    (["color:red", "color:blue"], 2),
    ([["color:red", "color:blue"], "color:green"], 3),
    ([["color:red", ["color:blue", "color:green"]], "color:-black"], 4),
]


@pytest.mark.parametrize("most", [None, 0, 1, 2, 3, 4])
@pytest.mark.parametrize(("filters", "number"), FILTERS)
def test_a_plan_takes_its_number_of_optional_filters_and_no_more_whatever_the_mandatory_ones(
    new_shop: NewShop, filters: object, number: int, most: int | None
) -> None:
    shop = new_shop(EngineConfig(switches=Switches(max_optional_filters=most)))
    shop.fill([{"objectID": "1", "color": "red"}], {"attributesForFaceting": ["searchable(color)"]})
    mandatory = {"facetFilters": ["color:red", "color:-blue"], "filters": "color:red OR color:green"}
    asked = {"optionalFilters": filters, **mandatory}
    searches: tuple[Callable[[], JsonObject], ...] = (
        lambda: shop.search(**asked),
        lambda: shop.engine.search_facet("shop", "color", asked),
    )
    for search in searches:
        if most is None or number <= most:
            assert len(search().get("hits", [1])) == 1
        else:
            with pytest.raises(AlgoliaError, match=r"(?i)optional filters.*on this application") as refused:
                search()
            assert refused.value.status == 400


def switch(server: RunningEngine, body: object) -> requests.Response:
    return requests.post(f"{server.url}/_devstack/switches", json=body, timeout=5)


def test_switches_are_set_while_the_server_runs_and_replace_each_other(filled: RunningEngine) -> None:
    call = Caller(filled, "search-key")
    queries: list[JsonObject] = [{"indexName": "other"}, {"indexName": "other", "optionalFilters": "x:1"}]
    assert switch(filled, {"max_optional_filters": 0}).json()["max_optional_filters"] == 0
    refused = call("POST", "/1/indexes/*/queries", {"requests": queries})
    message = "Optional filters are not enabled on this application"
    assert (refused.status_code, refused.json()) == (400, {"message": message, "status": 400})
    assert call("POST", "/1/indexes/*/queries", {"requests": queries[:1]}).ok
    switch(filled, {}).raise_for_status()
    assert call("POST", "/1/indexes/*/queries", {"requests": queries}).ok


@pytest.mark.parametrize(
    "body",
    [
        *([], {"max_optional": 1}, {"max_optional_filters": "1"}, {"max_optional_filters": True}),
        *({"pinned": {"shop": ["1"]}}, {"pinned": {"shop": {"1": -1}}}),
    ],
    ids=str,
)
def test_unknown_switches_are_refused(server: RunningEngine, body: object) -> None:
    assert switch(server, body).status_code == 400


PRODUCTS: list[JsonObject] = [
    {"objectID": name, "look": name[0], "color": "blue" if name == "c1" else "red"}
    for name in ("a1", "a2", "b1", "c1")
]


@pytest.mark.parametrize(
    ("pins", "parameters", "expected"),
    [
        ({}, {}, ["a1", "a2", "b1", "c1"]),
        ({"b1": 0}, {}, ["b1*", "a1", "a2", "c1"]),
        ({"a1": 2, "c1": 0}, {}, ["c1*", "a2", "a1*", "b1"]),
        ({"c1": 1}, {"filters": "color:red"}, ["a1", "c1*", "a2", "b1"]),
        ({"a1": 99, "gone": 0}, {}, ["a2", "b1", "c1", "a1*"]),
        ({"b1": 0, "a2": 3}, {"hitsPerPage": 2, "page": 1}, ["c1", "a2*"]),
        ({"a2": 0}, {"distinct": True}, ["a2*", "a1", "b1", "c1"]),
    ],
)
def test_pinned_hits_stand_at_their_positions_and_say_so(
    new_shop: NewShop, pins: dict[str, int], parameters: dict[str, object], expected: list[str]
) -> None:
    shop = new_shop(EngineConfig(switches=Switches(pinned={"shop": pins, "other": {"c1": 0}})))
    shop.fill(PRODUCTS, {"attributesForFaceting": ["color"], "attributeForDistinct": "look"})
    answer = shop.search(**parameters, getRankingInfo=True)
    shown = [hit["objectID"] + "*" * hit["_rankingInfo"]["promoted"] for hit in answer["hits"]]
    assert (shown, answer["nbHits"]) == (expected, 4)


KEYS = json.dumps({"k": {"acl": ["admin"]}})
HEADERS = {"x-algolia-application-id": "A", "x-algolia-api-key": "k"}


def test_the_process_keeps_its_content_in_a_snapshot_and_ends_at_once(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    snapshot, url = tmp_path / "algolia.json", f"http://{LOOPBACK}:{port}/1/indexes/shop"
    named = {"port": port, "app-id": "A", "keys": KEYS, "snapshot": snapshot, "task-delay-ms": 60_000}
    options = [word for name, value in named.items() for word in (f"--{name}", str(value))]
    command = [sys.executable, "-m", "devstack.algolia", *options]
    for ending, expected in ((signal.SIGTERM, 404), (signal.SIGINT, 200)):
        process = subprocess.Popen([*command, "--switches", '{"max_optional_filters": 0}'])
        eventually(http_answers(port, "/1/isalive"), bool)
        assert requests.get(f"{url}/1", headers=HEADERS, timeout=5).status_code == expected
        requests.put(f"{url}/1", json={"name": "bag"}, headers=HEADERS, timeout=5).raise_for_status()
        search = requests.post(f"{url}/query", json={"optionalFilters": "x:y"}, headers=HEADERS, timeout=5)
        process.send_signal(ending)
        assert process.wait(timeout=2) == 0
    assert "Optional filters are not enabled" in search.text
    assert [path.name for path in tmp_path.iterdir()] == ["algolia.json"]
    [kept] = json.loads(snapshot.read_text())["indices"]["shop"]["records"]
    assert kept == {"name": "bag", "objectID": "1"}


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("--keys", "{}", "expected a JSON object such as"),
        ("--switches", "{", "Expecting"),
        ("--switches", '{"max_optional_filters": -1}', "max_optional_filters must be a number"),
    ],
)
def test_the_process_says_what_is_wrong_with_its_options(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], option: str, value: str, message: str
) -> None:
    options = {"--port": "0", "--app-id": "A", "--keys": KEYS, option: value}
    monkeypatch.setattr("sys.argv", ["devstack.algolia", *itertools.chain(*options.items())])
    with pytest.raises(SystemExit) as ended:
        main()
    assert (ended.value.code, message in capsys.readouterr().err) == (2, True)
