"""The demo as a stranger runs it."""

from __future__ import annotations

import itertools
import json
import re
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from devstack.demo import page
from devstack.demo.catalog import Product, check_names, load
from devstack.demo.shop import Order, orders
from devstack.demo.trial import ALTERATIONS, NEAR, NOT_FOUND, Trial, rank, summary
from devstack.endpoints import Endpoints
from devstack.environment import REPOSITORY, child_environment
from devstack.serving import serving
from shared.attribute_names import DEFAULT_NAMES, renamed
from shared.catalog.judging import RecordJudge
from shared.labeling.registry import DEFAULT_RECOGNIZER
from tests import pages
from tests.e2e.programs import running
from tests.pictures import jpeg

PATIENCE = 120


def demo(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "devstack.demo", *arguments],
        env=child_environment(variables),
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def line_with(process: subprocess.Popen[str], words: str) -> str:
    assert process.stdout is not None
    return next(line for line in process.stdout if words in line)


def address_of(process: subprocess.Popen[str]) -> str:
    return line_with(process, "Search with a picture at").split()[5]


@pytest.mark.parametrize("recognizer", [DEFAULT_RECOGNIZER, "embedded"])
def test_once_enriches_every_product_and_most_altered_copies_bring_theirs_first(recognizer: str) -> None:
    done = demo("--once", RECOGNIZER=recognizer)
    assert done.returncode == 0, done.stdout
    assert "54 of 54 products enriched" in done.stdout
    share = re.search(r"([\d.]+)% came first", done.stdout)
    assert share is not None
    assert float(share[1]) >= 60


RENAMED = {
    "imageURL": "picture",
    "labels": "l",
    "labelNames": "n",
    "visual": "v",
    "imageVersion": "w",
    "visualWords": "vw",
    "visualCode": "vc",
}


def test_every_attribute_may_have_another_name(few_products: Path) -> None:
    names = ",".join(f"{own}={other}" for own, other in RENAMED.items())
    done = demo("--once", "--catalog", str(few_products), ATTRIBUTE_NAMES=names)
    assert done.returncode == 0, done.stdout
    assert "5 of 5 products enriched" in done.stdout


@dataclass(frozen=True)
class Running:
    process: subprocess.Popen[str]
    address: str
    config: dict[str, Any]
    export: str
    commands: Sequence[str]
    logs: Path


@pytest.fixture(scope="module")
def shop() -> Iterator[Running]:
    with running("devstack.demo") as process:
        address = address_of(process)
        config = requests.get(f"{address}config.json", timeout=5).json()
        export = line_with(process, "export SEARCH_URL=")
        line_with(process, "Learn the commands")
        assert process.stdout is not None
        commands = list(itertools.takewhile(str.strip, process.stdout))
        logs = REPOSITORY / line_with(process, "Logs: ").split()[1]
        yield Running(process, address, config, export, commands, logs)
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
    done = subprocess.run(
        ["/bin/sh", "-c", line],
        env={"PATH": str(Path(sys.executable).parent)},
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
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


def test_a_folder_that_is_no_catalog_is_explained(tmp_path: Path) -> None:
    done = demo("--once", "--catalog", str(tmp_path))
    assert done.returncode == 1
    assert "a catalog folder holds" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def catalog(folder: Path, **attributes: Any) -> Path:  # noqa: ANN401 any attribute
    (folder / "pictures").mkdir()
    (folder / "pictures" / "a.jpg").write_bytes(jpeg())
    (folder / "products.json").write_text(json.dumps([{"objectID": "a", **attributes}]))
    return folder


@pytest.mark.parametrize("name", RecordJudge("").read)
def test_a_catalog_that_uses_our_names_is_told_which_and_what_to_write(tmp_path: Path, name: str) -> None:
    products = load(catalog(tmp_path, **{name: ["sale"]}))
    with pytest.raises(ValueError, match=rf"such as a \({name}\)") as error:
        check_names(products, DEFAULT_NAMES)
    other = str(error.value).partition("ATTRIBUTE_NAMES=")[2]
    check_names(products, renamed(other.split(",")))


def test_the_names_that_are_in_force_stay_among_those_to_write(tmp_path: Path) -> None:
    products = load(catalog(tmp_path, labels=["sale"], tags="ours"))
    with pytest.raises(ValueError, match=r"ATTRIBUTE_NAMES=imageURL=,labels=ourTags,visual=v$"):
        check_names(products, renamed(["labels=tags", "imageURL=", "visual=v"]))


def test_a_catalog_that_uses_our_names_ends_the_demo_at_once(tmp_path: Path) -> None:
    done = demo("--once", "--catalog", str(catalog(tmp_path, labels=["sale"])))
    assert done.returncode == 1
    assert "1 of 1 products use names of our attributes, such as a (labels)" in done.stdout
    assert "ATTRIBUTE_NAMES=labels=ourLabels" in done.stdout
    assert "Starting" not in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_wrong_names_are_explained(tmp_path: Path) -> None:
    done = demo("--once", "--catalog", str(catalog(tmp_path)), ATTRIBUTE_NAMES="label=x")
    assert done.returncode == 1
    assert "ATTRIBUTE_NAMES: 'label=x' names none of our attributes" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


TOLD = ("imageURL", "labels", "labelNames", "visual", "visualWords")
ENDPOINTS = Endpoints(
    search_url="http://127.0.0.1:1", storage_url="http://127.0.0.1:2", algolia_url="http://127.0.0.1:3"
)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with serving(page.create_app(ENDPOINTS, [Order("products", "Best")], {"a photo": b"jpeg"})) as port:
        yield f"http://127.0.0.1:{port}/"


def test_the_page_is_told_where_everything_is_and_a_key_that_only_searches(address: str) -> None:
    assert requests.get(f"{address}config.json", timeout=5).json() == {
        "searchUrl": "http://127.0.0.1:1",
        "algolia": {
            "url": "http://127.0.0.1:3",
            "appId": ENDPOINTS.app_id,
            "apiKey": ENDPOINTS.keys.search,
            "index": "products",
        },
        "sorts": [{"value": "products", "label": "Best"}],
        "samples": [{"url": "samples/0.jpg", "title": "a photo"}],
        "attributes": {name: name for name in TOLD},
    }


def test_the_page_is_told_the_names_of_attributes_but_not_of_one_that_is_left_alone() -> None:
    names = renamed(["imageURL=", "labels=tags"])
    with serving(page.create_app(ENDPOINTS, [], {}, names)) as port:
        told = requests.get(f"http://127.0.0.1:{port}/config.json", timeout=5).json()["attributes"]
    assert told == {name: name for name in TOLD[1:]} | {"labels": "tags"}


def test_the_page_allows_itself_and_the_three_services_it_needs_only(address: str) -> None:
    policy = requests.get(address, timeout=5).headers["Content-Security-Policy"]
    assert dict(directive.strip().split(" ", 1) for directive in policy.split(";")) == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' blob: http://127.0.0.1:2",
        "connect-src": "'self' http://127.0.0.1:1 http://127.0.0.1:3",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }


def test_everything_that_the_page_names_is_served_and_no_script_or_style_is_inline(address: str) -> None:
    html = requests.get(address, timeout=5).text
    assets = re.findall(r'(?:src|href)="\./([^"]+)"', html)
    assert {Path(asset).suffix for asset in assets} == {".js", ".css", ".svg"}
    for asset in assets:
        answer = requests.get(address + asset, timeout=5)
        assert answer.ok, asset
        assert "immutable" in answer.headers["Cache-Control"], asset
    assert not re.search(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son\w+=", html)


def test_samples_are_served_by_number(address: str) -> None:
    assert requests.get(f"{address}samples/0.jpg", timeout=5).content == b"jpeg"
    assert requests.get(f"{address}samples/1.jpg", timeout=5).status_code == 404


def test_a_shop_that_was_not_built_is_explained(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="run `make setup`"):
        page.create_app(ENDPOINTS, [], {}, folder=tmp_path)


def test_a_shop_without_prices_is_sorted_by_relevance_only() -> None:
    plain = Product({"objectID": "a", "price": None}, (Path("a.jpg"),))
    priced = Product({"objectID": "b", "price": 3}, (Path("b.jpg"),))
    assert [order.index for order in orders("shop", [plain])] == ["shop"]
    sorts = orders("shop", [plain, priced])
    assert [order.index for order in sorts] == ["shop", "shop_price_asc", "shop_price_desc"]
    assert [order.ranking[0] for order in sorts] == ["typo", "asc(price)", "desc(price)"]


def test_ranks_count_hits_that_share_something_with_the_photo_or_were_compared_with_it() -> None:
    looks = {"a": {"points": 9}, "b": {"points": 0}, "c": {"points": 0, "closeness": 0.2}}
    found = {"hits": [{"objectID": name, "_visual": visual} for name, visual in looks.items()]}
    assert [rank(found, product) for product in ("a", "b", "c", "d")] == [1, NOT_FOUND, 2, NOT_FOUND]


def test_a_summary_counts_copies_not_products() -> None:
    ranks = dict(zip(ALTERATIONS, (1, 2, NEAR + 1, NOT_FOUND), strict=True))
    found = summary([Trial("a", dict.fromkeys(ALTERATIONS, 1)), Trial("b", ranks)])
    assert [*found.first.values()] == [2, 1, 1, 1]
    assert [*found.near.values()] == [2, 2, 1, 1]
    assert found.share == pytest.approx(5 / 8)
