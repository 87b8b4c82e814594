"""What the demo is made of: its catalog, its page, its orders, and how it counts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from devstack.demo import page
from devstack.demo.catalog import Product, check_names, load
from devstack.demo.shop import Order, orders
from devstack.demo.trial import ALTERATIONS, NEAR, NOT_FOUND, Trial, rank, summary
from devstack.endpoints import Endpoints
from devstack.serving import serving
from shared.attribute_names import DEFAULT_NAMES, renamed
from shared.catalog.judging import RecordJudge
from tests.e2e.programs import catalog


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
