"""A picture that was used before: after a reload, from the last ones, and from somebody else's link."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, Enter
from tests.browser.demo import Demo
from tests.browser.shopper import Shopper, inside
from tests.outside import eventually

SHOE = "runx-running-shoe"
_OURS = "Object.entries(sessionStorage).filter(([key]) => key.startsWith('imageSearch '))"


@pytest.fixture
def shoe(shopper: Shopper, demo: Demo) -> Shopper:
    """Somebody who searches with the photo of a shoe."""
    shopper.use(demo.photo_of(SHOE))
    return shopper


def kept(shopper: Shopper) -> dict[str, Any]:
    """What the tab keeps; its thumbnail comes a little later than the rest."""
    text = f"JSON.parse({_OURS}[0]?.[1] ?? '{{}}')"
    stored: dict[str, Any] = eventually(
        lambda: shopper.page.evaluate(text), lambda seen: "preview" in (seen.get("pictures") or [{}])[0]
    )
    return stored


def test_a_reload_and_the_way_back_keep_chips_products_and_a_small_preview(shoe: Shopper, demo: Demo) -> None:
    chips, names = shoe.chips, shoe.names
    [picture] = kept(shoe)["pictures"]
    assert len(picture["preview"]) * 3 / 4 <= 5_000
    assert len(json.dumps(picture)) <= 16_000
    shoe.page.reload()
    shoe.wait_for_picture()
    assert shoe.chips == chips
    shown = shoe.bar.locator("img:visible")
    assert eventually(lambda: shown.evaluate("image => image.naturalWidth"), bool) > 50
    shoe.page.goto("about:blank")
    shoe.page.go_back()
    shoe.wait_for_picture()
    eventually(lambda: shoe.names, names.__eq__)
    shoe.page.goto(demo.address)
    shoe.wait_for_picture()
    eventually(lambda: shoe.names, names.__eq__)


def test_one_of_the_last_photos_is_chosen_again(shoe: Shopper, demo: Demo) -> None:
    names = shoe.names
    shoe.use(demo.photo_of("tent"))
    eventually(lambda: shoe.names[0], lambda name: name == demo.name_of("tent"))
    kept(shoe)
    asked = len(demo.tap.photos)
    shoe.page.reload()
    shoe.wait_for_picture()
    shoe.opener.click()
    again = shoe.page.get_by_role("group", name="Recent").get_by_role("button")
    expect(again).to_have_count(2)
    again.nth(1).click()
    eventually(lambda: shoe.names, lambda seen: seen == names)
    assert inside(shoe.chips, "Shoe")
    assert len(demo.tap.photos) == asked


def test_a_phone_shows_the_last_photos_before_the_picker(enter: Enter, demo: Demo) -> None:
    shopper = enter(**PHONE)
    shopper.use(demo.photo_of(SHOE))
    shopper.use(demo.photo_of("tent"))
    shopper.opener.tap()
    expect(shopper.page.get_by_role("group", name="Recent")).to_be_visible()


def test_a_link_shows_somebody_else_the_same_products(shoe: Shopper, enter: Enter) -> None:
    shoe.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    names = shoe.names
    shoe.open_photo()
    shoe.button("Copy link").click()
    expect(shoe.button("Link copied")).to_be_visible()
    link = str(shoe.page.evaluate("navigator.clipboard.readText()"))
    assert len(link) < 6_000
    other = enter("#" + link.partition("#")[2])
    other.wait_for_picture()
    eventually(lambda: other.names, lambda seen: seen == names)
    assert inside(other.chips, "Shoe")
    assert other.page.url.partition("#")[2] == ""
