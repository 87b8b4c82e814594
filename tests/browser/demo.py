"""The demo as it runs for tests in a browser, and for the picture of it in the README."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import requests

from devstack.demo import page
from devstack.demo.catalog import Product, load
from devstack.demo.shop import Shop
from devstack.endpoints import Endpoints, encoder_variables, likeness
from devstack.environment import SAMPLE
from devstack.processes import LOOPBACK, free_ports
from devstack.serving import serving
from devstack.stack import LocalStack, StackOptions
from tests.browser.tap import Tap

_PATIENCE = 60.0
STRICT = {"SIMILAR_CLOSENESS": "0.4"}
"""Anything is a little like something else: with the default, noise is like a monitor."""


@dataclass(frozen=True)
class Demo:
    """The demo as it runs: its page, what it sells, and what went to the search function.

    A page of a test's own may be served at the port `elsewhere`: the search function lets it in too.
    """

    address: str
    elsewhere: int
    endpoints: Endpoints
    products: list[Product]
    tap: Tap

    def photo_of(self, product: str) -> bytes:
        """The product's first picture."""
        return self._product(product).pictures[0].read_bytes()

    def name_of(self, product: str) -> str:
        """What the shop calls it."""
        return str(self._product(product).record["name"])

    def events(self) -> list[dict[str, Any]]:
        """What Insights was told."""
        url = f"{self.endpoints.algolia_url}/_devstack/events"
        told: list[dict[str, Any]] = requests.get(url, timeout=5).json()
        return told

    def _product(self, product: str) -> Product:
        return next(each for each in self.products if each.id == product)


@contextmanager
def running_demo(run_dir: Path, search_settings: Mapping[str, str]) -> Iterator[Demo]:
    """The whole stack, its products enriched, and the shop's page, while the block lasts."""
    products = load(SAMPLE)
    port, elsewhere = free_ports(2)
    origins = [f"http://{LOOPBACK}:{each}" for each in (port, elsewhere)]
    options = StackOptions(
        run_dir=run_dir,
        cors_origins=",".join(origins),
        both=encoder_variables(),
        env={"search": search_settings},
    )
    with LocalStack(options) as stack, ExitStack() as servers:
        facets = likeness(stack.search_env()).facets
        shop = _filled(Shop(products, SAMPLE / "pictures", stack.endpoints, facets))
        tap = Tap(stack.endpoints.search_url)
        tapped = servers.enter_context(serving(tap.app()))
        endpoints = replace(stack.endpoints, search_url=f"http://{LOOPBACK}:{tapped}")
        samples = {"A laptop": products[0].pictures[0].read_bytes()}
        servers.enter_context(serving(page.create_app(endpoints, shop.orders, samples), port))
        yield Demo(f"{origins[0]}/", elsewhere, endpoints, products, tap)


def _filled(shop: Shop) -> Shop:
    shop.index()
    shop.upload()
    assert list(shop.watch(_PATIENCE))[-1] == len(shop.products)
    return shop
