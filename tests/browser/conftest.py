from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.chromium import MISSING, find
from tests.browser.demo import STRICT, Demo, running_demo
from tests.browser.shopper import Shopper

PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
DESKTOP: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with running_demo(tmp_path_factory.mktemp("demo"), STRICT) as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = find()
    if found is None:
        pytest.fail(MISSING)
    # A busy machine is no failure.
    expect.set_options(timeout=15_000)
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
