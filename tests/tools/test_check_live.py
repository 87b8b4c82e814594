"""`visual-search check live`, as a user calls it."""

from __future__ import annotations

import signal
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from devstack.algolia.choices import OpenChoices
from devstack.algolia.engine import EngineConfig
from devstack.algolia.switches import Switches
from devstack.serving import Fault
from tests.algolia import APP, INDEX, SEARCH, Algolia, local_algolia
from tests.outside import eventually
from tests.tools.conftest import Tools
from tests.worlds.worlds import KEY, RIGHTS
from tools.live.probes import PROBES

FEWER = Switches(max_optional_filters=64)
DIFFERENT = EngineConfig(choices=OpenChoices(filter_only="refused"), switches=FEWER)


@pytest.fixture
def algolia() -> Iterator[Algolia]:
    with local_algolia(DIFFERENT, {KEY: {"acl": RIGHTS}}) as running:
        running.seed([{"objectID": "1", "labels": [{"description": "Shoe", "score": 1}]}])
        yield running


@pytest.fixture
def tools(algolia: Algolia) -> Tools:
    at = {"ALGOLIA_APP_ID": APP, "ALGOLIA_API_KEY": KEY, "ALGOLIA_INDEX": INDEX}
    return Tools({**at, "ALGOLIA_HOSTS": algolia.engine.url, "ENCODER": "none"})


def indices(algolia: Algolia) -> list[str]:
    return [entry["name"] for entry in algolia.engine.services.engine.list_indices()]


def test_everything_is_told_and_recommended(tools: Tools, algolia: Algolia, tmp_path: Path) -> None:
    profile = tmp_path / "visual-search.toml"
    profile.touch()
    result = tools("check", "live", "--write", answer="y\n", VISUAL_SEARCH_PROFILE=str(profile))
    assert result.exit_code == 0
    assert "fewer than 300 requests" in result.stderr
    assert "at most USD 0.23" in result.stderr
    shown = " ".join(result.stdout.split())
    for told in ("64 count", "search = { max_filters = 64 }", "visual-search index apply --countable"):
        assert told in shown
    assert tomllib.loads(profile.read_text()) == {"MAX_FILTERS": "64"}
    assert indices(algolia) == [INDEX]


def test_nothing_is_asked_before_the_user_agrees_and_the_rights_that_a_key_lacks_are_told(
    tools: Tools, algolia: Algolia
) -> None:
    assert tools("check", "live", answer="n\n").exit_code == 130
    assert algolia.engine.services.engine.dump()["lastTask"] == 2
    result = tools("check", "live", "--yes", ALGOLIA_API_KEY=SEARCH)
    assert result.exit_code == 2
    assert "listIndexes" in result.stderr


def test_scripts_get_one_document_and_what_a_killed_check_left_is_removed(
    tools: Tools, algolia: Algolia
) -> None:
    old, new = (f"visual-search-check-{int(time.time()) - age:010d}-0123abcd" for age in (4_000, 60))
    for name in (old, new, "visual-search-check-of-mine"):
        algolia.send("POST", f"/1/indexes/{name}", {"objectID": "1"})
    algolia.send("PUT", f"/1/indexes/{old}/settings", {"replicas": [f"{old}_standard"]})
    told = tools.json("check", "live", "--yes")
    assert told["removed"] == [old, f"{old}_standard"]
    assert indices(algolia) == [INDEX, new, "visual-search-check-of-mine"], "one runs, one is somebody's"
    assert [each["name"] for each in told["probes"]] == [probe.name for probe in PROBES]
    assert (told["recommended"], told["countable"]) == ({"MAX_FILTERS": "64"}, True)
    assert sum(told["requests"].values()) < 300


def test_a_failure_in_the_middle_leaves_nothing(tools: Tools, algolia: Algolia) -> None:
    algolia.fail(Fault(path="/batch", status=429))
    assert tools("check", "live", "--yes").exit_code == 75
    assert indices(algolia) == [INDEX]


def test_an_index_that_cannot_be_removed_is_named_beside_the_table(tools: Tools, algolia: Algolia) -> None:
    algolia.fail(Fault(path="_standard", status=403, times=10))
    result = tools("check", "live", "--yes", MAX_FILTERS="28")
    [left] = [name for name in indices(algolia) if name != INDEX]
    assert (result.exit_code, "max_filters = 64" in result.stdout) == (1, True)
    assert f"{left} is left, delete it" in result.stdout
    assert left in result.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_check_that_is_stopped_removes_its_index(
    tools: Tools, algolia: Algolia, number: signal.Signals
) -> None:
    algolia.fail(Fault(path="/query", latency_ms=200, times=1_000))
    with tools.process("check", "live", "--yes") as process:
        eventually(lambda: len(indices(algolia)), lambda count: count > 1, patience=30)
        process.send_signal(number)
        assert process.wait(30) == 130
    assert indices(algolia) == [INDEX]
