"""Every state in which a shopper may see the widget, by name, each with the way to it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from playwright.sync_api import expect

from tests.browser.demo import Demo
from tests.browser.photos import noise
from tests.browser.shopper import Shopper
from tests.browser.things import SEEN, TABLE

SHOE = "runx-running-shoe"


def _idle(_: Shopper, __: Demo) -> None:
    """As the shop opens."""


def _dialog(shopper: Shopper, _: Demo) -> None:
    shopper.opener.click()


def _recent(shopper: Shopper, demo: Demo) -> None:
    for product in (SHOE, "tent", "road-bike"):
        shopper.use(demo.photo_of(product))
    shopper.opener.click()


def _dragging(shopper: Shopper, demo: Demo) -> None:
    shopper.drag(demo.photo_of(SHOE))


def _sending(shopper: Shopper, demo: Demo) -> None:
    demo.tap.gate.clear()
    shopper.page.context.new_cdp_session(shopper.page).send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 50_000},
    )
    # Of a small photo nobody watches the way.
    shopper.drop(b"\0\0\0\x18ftypheic" + bytes(400_000), "IMG_1.HEIC", "image/heic")
    expect(shopper.bar.get_by_role("progressbar")).to_have_attribute("value", re.compile(r"^0\.\d"))


def _looking(shopper: Shopper, demo: Demo) -> None:
    demo.tap.gate.clear()
    shopper.drop(demo.photo_of(SHOE))
    expect(shopper.bar.get_by_text("Searching")).to_be_visible()


def _in_use(shopper: Shopper, demo: Demo) -> None:
    shopper.use(demo.photo_of(SHOE))


def _removed(shopper: Shopper, demo: Demo) -> None:
    _in_use(shopper, demo)
    shopper.button(f"Remove {shopper.chips[0]}").click()


def _spots(shopper: Shopper, demo: Demo) -> None:
    demo.tap.seen = SEEN
    shopper.use(demo.photo_of(TABLE))
    shopper.open_photo()


def _no_spots(shopper: Shopper, demo: Demo) -> None:
    _in_use(shopper, demo)
    shopper.open_photo()


def _failed_first(shopper: Shopper, demo: Demo) -> None:
    demo.tap.refusal = (503, {"Retry-After": "7"})
    shopper.drop(demo.photo_of("tent"))
    expect(shopper.alert).to_be_visible()


def _failed_second(shopper: Shopper, demo: Demo) -> None:
    _in_use(shopper, demo)
    _failed_first(shopper, demo)


def _no_close_match(shopper: Shopper, _: Demo) -> None:
    shopper.drop(noise())
    expect(shopper.remove).to_be_visible()
    expect(shopper.status).to_contain_text("No close match")


def _no_hits(shopper: Shopper, demo: Demo) -> None:
    _in_use(shopper, demo)
    shopper.choose_facet("Plants")
    shopper.page.get_by_role("searchbox").fill("zzzz")
    expect(shopper.button("Clear filters")).to_be_visible()


def _sorted(shopper: Shopper, demo: Demo) -> None:
    _in_use(shopper, demo)
    shopper.order("Price: low to high")


def _similar(shopper: Shopper, _: Demo) -> None:
    shopper.button(f"Similar to {shopper.names[0]}").click()
    shopper.wait_for_picture()


def _limited(shopper: Shopper, demo: Demo) -> None:
    shopper.page.route("**/queries*", _refuse_filters)
    shopper.drop(demo.photo_of(SHOE))
    expect(shopper.alert).to_be_visible()


def _refuse_filters(route: Any) -> None:  # noqa: ANN401 Playwright's own
    if "optionalFilters" in (route.request.post_data or ""):
        route.fulfill(status=400, json={"message": "no filters", "status": 400})
    else:
        route.continue_()


def _scrolled(shopper: Shopper, demo: Demo) -> None:
    _in_use(shopper, demo)
    shopper.page.evaluate("scrollBy(0, 500)")


STATES: Mapping[str, Callable[[Shopper, Demo], None]] = {
    "idle": _idle,
    "dialog": _dialog,
    "dragging": _dragging,
    "recent": _recent,
    "sending": _sending,
    "looking": _looking,
    "in-use": _in_use,
    "removed-label": _removed,
    "photo-with-spots": _spots,
    "photo-without-spots": _no_spots,
    "failed-first": _failed_first,
    "failed-second": _failed_second,
    "no-close-match": _no_close_match,
    "no-hits": _no_hits,
    "sorted": _sorted,
    "similar": _similar,
    "limited": _limited,
    "scrolled": _scrolled,
}
