"""The demo as a stranger runs it."""

from __future__ import annotations

import io
import itertools
import json
import re
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from devstack.demo.__main__ import main
from devstack.environment import REPOSITORY, child_environment
from tests import pages
from tests.e2e.programs import catalog, running, sampled
from tests.programs import ran


def line_with(process: subprocess.Popen[str], words: str) -> str:
    assert process.stdout is not None
    return next(line for line in process.stdout if words in line)


def address_of(process: subprocess.Popen[str]) -> str:
    return line_with(process, "Search with a picture at").split()[5]


RENAMED = {
    "imageURL": "picture",
    "labels": "l",
    "labelNames": "n",
    "visual": "v",
    "imageVersion": "w",
    "visualWords": "vw",
    "visualCode": "vc",
}


def test_once_enriches_every_product_and_most_altered_copies_bring_theirs_first_whatever_the_names(
    tmp_path: Path,
) -> None:
    names = ",".join(f"{own}={other}" for own, other in RENAMED.items())
    words = ("--once", "--catalog", str(sampled(tmp_path, slice(0, None, 2))))
    done = ran(
        sys.executable, "-m", "devstack.demo", *words, env=child_environment({"ATTRIBUTE_NAMES": names})
    )
    assert done.returncode == 0, done.stdout
    assert "27 of 27 products enriched" in done.stdout
    share = re.search(r"([\d.]+)% came first", done.stdout)
    assert share is not None
    assert float(share[1]) >= 60


ORIGIN = "https://shop.example"


@dataclass(frozen=True)
class Running:
    process: subprocess.Popen[str]
    address: str
    config: dict[str, Any]
    export: str
    let_in: str
    commands: Sequence[str]
    logs: Path


@pytest.fixture(scope="module")
def shop() -> Iterator[Running]:
    with running("devstack.demo", "--origin", f"{ORIGIN}/") as process:
        address = address_of(process)
        config = requests.get(f"{address}config.json", timeout=5).json()
        export = line_with(process, "export SEARCH_URL=")
        let_in = line_with(process, "Your page may search from")
        line_with(process, "Learn the commands")
        assert process.stdout is not None
        commands = list(itertools.takewhile(str.strip, process.stdout))
        logs = REPOSITORY / line_with(process, "Logs: ").split()[1]
        yield Running(process, address, config, export, let_in, commands, logs)
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0


def test_the_readmes_calls_work_against_the_demo(shop: Running) -> None:
    [calls] = [each.statements for each in pages.blocks("README.md", "console") if "$PHOTO" in each.code]
    assert len(calls) == 3
    for call in calls:
        script = f"{shop.export}\n{call.replace('curl', 'curl --fail --silent --show-error', 1)}"
        done = subprocess.run(["bash", "-c", script], capture_output=True, timeout=30, check=True)
        assert json.loads(done.stdout)["visualMatch"], call


LEARNT = ["pictures explain", "index check", "pictures backfill --dry-run", "parked list"]


@pytest.mark.parametrize("number", range(len(LEARNT)), ids=LEARNT)
def test_a_command_that_it_prints_works_as_it_stands_there(shop: Running, number: int) -> None:
    assert len(shop.commands) == len(LEARNT)
    line = shop.commands[number]
    assert line.startswith(f"  visual-search {LEARNT[number]} ")
    done = ran("/bin/sh", "-c", line, env={"PATH": str(Path(sys.executable).parent)})
    assert (done.returncode, bool(done.stdout)) == (0, True), done.stderr


def test_its_logs_and_its_profile_stay_where_it_says(shop: Running) -> None:
    names = {path.name for path in shop.logs.iterdir()}
    assert {"enrich.log", "search.log", "algolia.log", "visual-search.toml"} <= names
    assert stat.S_IMODE((shop.logs / "visual-search.toml").stat().st_mode) == 0o600


@pytest.mark.parametrize("folder", ["", "next"])
def test_the_examples_learn_from_it_where_everything_is(shop: Running, folder: str) -> None:
    settings = (REPOSITORY / "storefront" / "examples" / folder / ".env").read_text()
    values = " ".join(re.findall(r"^\w+=(.+)", settings, re.MULTILINE))
    script = f"{shop.export}\nset -u\necho {values}"
    told = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=5, check=True)
    algolia = shop.config["algolia"]
    expected = [algolia[name] for name in ("url", "appId", "apiKey", "index")]
    assert told.stdout.split() == [shop.config["searchUrl"], *expected]


def test_a_sample_photo_finds_something_alike(shop: Running) -> None:
    photo = requests.get(shop.address + shop.config["samples"][0]["url"], timeout=5).content
    found = requests.post(shop.config["searchUrl"], files={"image": photo}, timeout=20).json()
    assert found["visualMatch"]


def test_a_page_of_ones_own_is_let_in_by_what_it_was_told(shop: Running) -> None:
    assert shop.let_in == f"Your page may search from {ORIGIN}.\n"
    asked = {"Origin": ORIGIN, "Access-Control-Request-Method": "POST"}
    answer = requests.options(shop.config["searchUrl"], headers=asked, timeout=5)
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN


def test_the_pages_key_sees_every_product_in_every_order(shop: Running) -> None:
    _, low_first, high_first = [products_in(order["value"], shop) for order in shop.config["sorts"]]
    prices = [product["price"] for product in low_first]
    assert len(prices) == 54
    assert prices == sorted(prices)
    assert [product["price"] for product in high_first] == prices[::-1]


def test_the_pages_key_changes_nothing(shop: Running) -> None:
    url = f"{shop.config['algolia']['url']}/1/indexes/{shop.config['algolia']['index']}"
    assert requests.post(url, json={"name": "new"}, headers=headers(shop), timeout=5).status_code == 403


def products_in(index: str, shop: Running) -> list[dict[str, Any]]:
    url = f"{shop.config['algolia']['url']}/1/indexes/{index}/query"
    answer = requests.post(url, json={"hitsPerPage": 100}, headers=headers(shop), timeout=5).json()
    hits: list[dict[str, Any]] = answer["hits"]
    return hits


def headers(shop: Running) -> dict[str, str]:
    algolia = shop.config["algolia"]
    return {"X-Algolia-Application-Id": algolia["appId"], "X-Algolia-API-Key": algolia["apiKey"]}


def test_ctrl_c_ends_the_page_and_everything_behind_it(shop: Running) -> None:
    # Behind all other tests of this demo.
    shop.process.send_signal(signal.SIGINT)
    assert line_with(shop.process, "nothing of it is left running")
    assert shop.process.wait(20) == 0
    for url in (shop.address, shop.config["searchUrl"], shop.config["algolia"]["url"]):
        with pytest.raises(requests.ConnectionError):
            requests.get(url, timeout=5)


NO_NAME = "ATTRIBUTE_NAMES: 'label=x' names none of our attributes"
IN_USE = "1 of 1 products use names of our attributes, such as a (labels)"


@pytest.mark.parametrize(
    ("given", "names", "told"),
    [
        (None, "", ["a catalog folder holds"]),
        ({}, "label=x", [NO_NAME]),
        ({"labels": ["sale"]}, "", [IN_USE, "ATTRIBUTE_NAMES=labels=ourLabels"]),
    ],
)
def test_what_it_cannot_show_ends_it_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: dict[str, Any] | None, names: str, told: list[str]
) -> None:
    folder = tmp_path if given is None else catalog(tmp_path, **given)
    monkeypatch.setenv("ATTRIBUTE_NAMES", names)
    with redirect_stdout(io.StringIO()) as written:
        assert main(["--once", "--catalog", str(folder)]) == 1
    assert all(words in written.getvalue() for words in told)
    assert "Starting" not in written.getvalue()
