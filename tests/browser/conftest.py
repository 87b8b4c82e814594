from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, sync_playwright

from devstack.demo import page
from devstack.demo.catalogue import Product, load
from devstack.demo.shop import Shop
from devstack.endpoints import Endpoints
from devstack.environment import SAMPLE
from devstack.eyes import default_eyes, likeness
from devstack.processes import LOOPBACK, free_ports
from devstack.serving import serving
from devstack.stack import LocalStack, StackOptions
from tests.browser.chromium import MISSING, find
from tests.browser.shopper import Shopper
from tests.browser.tap import Tap

PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
DESKTOP: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
_PATIENCE = 60.0


@dataclass(frozen=True)
class Demo:
    """The demo as it runs: its page, what it sells, and what went to the search function."""

    address: str
    endpoints: Endpoints
    products: list[Product]
    tap: Tap

    def photo_of(self, product: str) -> bytes:
        """The product's first picture."""
        return next(each for each in self.products if each.id == product).pictures[0].read_bytes()

    def name_of(self, product: str) -> str:
        """What the shop calls it."""
        return str(next(each for each in self.products if each.id == product).record["name"])

    def events(self) -> list[dict[str, Any]]:
        """What Insights was told."""
        told: list[dict[str, Any]] = requests.get(
            f"{self.endpoints.algolia_url}/_devstack/events", timeout=5
        ).json()
        return told


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    products = load(SAMPLE)
    (port,) = free_ports(1)
    address = f"http://{LOOPBACK}:{port}/"
    options = StackOptions(
        run_dir=tmp_path_factory.mktemp("demo"),
        cors_origins=address.rstrip("/"),
        both=default_eyes(len(products)),
        # Anything is a little like something else: with the default, noise is like a monitor.
        env={"search": {"MATCH_MIN_CLOSENESS": "0.4"}},
    )
    with LocalStack(options) as stack, ExitStack() as servers:
        shop = Shop(products, SAMPLE / "pictures", stack.endpoints, likeness(stack.search_env()).facets)
        shop.index()
        shop.upload()
        assert list(shop.watch(_PATIENCE))[-1] == len(products)
        tap = Tap(stack.endpoints.search_url)
        tapped = servers.enter_context(serving(tap.app()))
        endpoints = replace(stack.endpoints, search_url=f"http://{LOOPBACK}:{tapped}")
        app = page.create_app(endpoints, shop.orders, {"A laptop": products[0].pictures[0].read_bytes()})
        servers.enter_context(serving(app, port))
        yield Demo(address, endpoints, products, tap)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = find()
    if found is None:
        pytest.fail(MISSING)
    with sync_playwright() as playwright:
        running = found.launch(playwright)
        yield running
        running.close()


Enter = Callable[..., Shopper]


@pytest.fixture
def enter(browser: Browser, demo: Demo, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Enter]:
    """Lets a shopper in, on a device of one's choice; complains of every error that was not expected."""
    demo.tap.reset()
    shoppers: list[Shopper] = []

    def enter(path: str = "", **device: Any) -> Shopper:  # noqa: ANN401 Playwright's own options
        context = browser.new_context(**{**DESKTOP, "reduced_motion": "reduce", **device})
        context.set_default_timeout(10_000)
        shopper = Shopper(context.new_page())
        shoppers.append(shopper)
        shopper.visit(demo.address + path)
        return shopper

    yield enter
    demo.tap.reset()
    for number, shopper in enumerate(shoppers):
        shot = tmp_path / f"{request.node.name[:40].replace('/', '-')}-{number}.png"
        shopper.page.screenshot(path=shot)
        shopper.page.context.close()
        assert not shopper.complaints, f"{shopper.complaints}; see {shot}"


@pytest.fixture
def shopper(enter: Enter) -> Shopper:
    """Somebody at a desk."""
    return enter()
