"""What a shopper does with a picture in use, beside everything else that the shop has."""

from __future__ import annotations

import json
import re
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.demo import Demo
from tests.browser.photos import noise, opened
from tests.browser.shopper import Shopper, inside
from tests.outside import eventually

SHOE = "runx-running-shoe"


@pytest.fixture
def shoe(shopper: Shopper, demo: Demo) -> Shopper:
    """Somebody who searches with the photo of a shoe."""
    shopper.use(demo.photo_of(SHOE))
    assert inside(shopper.names[:3], "Shoe")
    return shopper


def events(demo: Demo, kind: str) -> list[dict[str, Any]]:
    return [each for each in demo.events() if each["eventType"] == kind]


def prices(shopper: Shopper) -> list[float]:
    texts = shopper.cards.locator(".card-price").all_inner_texts()
    return [float(re.sub(r"[^\d.]", "", text)) for text in texts]


def test_labels_facets_and_words_narrow_what_a_picture_found_until_it_goes(
    shopper: Shopper, demo: Demo
) -> None:
    own = shopper.names
    shopper.use(demo.photo_of(SHOE))
    found, label = shopper.names, shopper.chips[0]
    assert found != own
    with shopper.page.expect_response(lambda response: "/queries" in response.url) as answered:
        shopper.button(f"Remove {label}").click()
    [first, *_] = json.loads(answered.value.request.post_data or "")["requests"]
    assert not [each for each in first["optionalFilters"] if f":{label}" in each or f":-{label}" in each]
    expect(shopper.button(f"Use {label} again")).to_be_focused()
    shopper.button(f"Use {label} again").click()
    eventually(lambda: shopper.names, found.__eq__)
    shopper.choose_facet("Plants")
    eventually(lambda: inside(shopper.names, "Shoe"), lambda shoes: not shoes)
    expect(shopper.page).to_have_url(re.compile("Plants"))
    assert "filter" not in shopper.page.url.lower()
    expect(shopper.button("Clear filters")).to_be_hidden()
    words = shopper.page.get_by_role("searchbox")
    words.fill("zzzz")
    shopper.button("Search without “zzzz”").click()
    expect(words).to_have_value("")
    expect(shopper.cards.first).to_be_visible()
    words.fill("sneaker")
    shopper.button("Clear filters").click()
    eventually(lambda: inside(shopper.names[:1], "Sneaker"), bool)
    expect(words).to_have_value("sneaker")
    expect(shopper.bar).to_be_visible()
    words.fill("")
    shopper.button("Remove photo").click()
    eventually(lambda: shopper.names, own.__eq__)
    expect(shopper.bar).to_be_hidden()
    expect(shopper.page.locator(".ais-ImageSearch-message[tabindex]")).to_be_focused()


def test_a_reload_pages_and_the_way_back_keep_the_picture_and_the_words(shoe: Shopper, demo: Demo) -> None:
    first, words = shoe.names, shoe.page.get_by_role("searchbox")
    words.fill("shoe")
    expect(shoe.page).to_have_url(re.compile("query"))
    names = eventually(lambda: shoe.names, lambda names: 3 < len(names) < len(first))
    shoe.page.reload()
    shoe.wait_for_picture()
    eventually(lambda: shoe.names, names.__eq__)
    expect(words).to_have_value("shoe")
    words.fill("")
    eventually(lambda: shoe.names, first.__eq__)
    expect(shoe.page).not_to_have_url(re.compile("query"))
    shoe.page.get_by_role("link", name="Page 2").click()
    second = eventually(lambda: shoe.names, lambda names: names != first)
    assert not set(first) & set(second)
    expect(shoe.page).to_have_url(re.compile("page"))
    shoe.page.go_back()  # last: InstantSearch writes no words into the address for 0.4 s after it
    eventually(lambda: shoe.names, first.__eq__)
    expect(shoe.bar).to_be_visible()
    assert len(demo.tap.photos) == 1


def test_similar_shows_other_products_like_one(shopper: Shopper, demo: Demo) -> None:
    name = demo.name_of(SHOE)
    shopper.page.get_by_role("searchbox").fill(name)
    shopper.button(f"Similar to {name}").click()
    shopper.wait_for_picture()
    names = eventually(lambda: shopper.names, lambda names: len(names) > 3)
    expect(shopper.page.get_by_role("searchbox")).to_have_value("")
    assert name not in names
    assert inside(names[:3], "Shoe")
    preview = shopper.bar.get_by_role("img", name=name)
    assert SHOE in str(preview.locator("img").get_attribute("src"))
    expect(shopper.bar.get_by_text(f"Similar to {name}")).to_be_visible()
    assert demo.tap.photos == []


def test_cheapest_first_shows_only_what_looks_alike(shoe: Shopper) -> None:
    everything = shoe.page.locator("#stats").inner_text()
    shoe.page.locator("#sort select").select_option(label="Price: low to high")
    eventually(lambda: prices(shoe), lambda seen: seen == sorted(seen) and len(seen) > 1)
    alike = [name for name in shoe.names if re.search("Shoe|Sneaker", name)]
    assert len(alike) >= 0.7 * len(shoe.names), shoe.names
    assert shoe.page.locator("#stats").inner_text() != everything


def test_a_part_of_the_photo_is_chosen_with_the_keyboard(shoe: Shopper, demo: Demo) -> None:
    whole = demo.tap.photos[-1]
    shoe.button("Crop").click()
    edge = shoe.page.get_by_role("slider", name="Left edge")
    expect(edge).not_to_have_attribute("aria-valuenow", "10")
    edge.press("Home")
    for _ in range(5):
        edge.press("Shift+ArrowRight")
    expect(edge).to_have_attribute("aria-valuenow", "50")
    left, top, right, bottom = shoe.edges
    shoe.button("Search this part").click()
    eventually(lambda: len(demo.tap.photos), lambda count: count == 2)
    shoe.wait_for_picture()
    width, height = opened(whole).size
    part = opened(demo.tap.photos[-1]).size
    wanted = width * (right - left) / (height * (bottom - top))
    assert part[0] / part[1] == pytest.approx(wanted, rel=0.04)


def test_insights_hear_of_the_picture_search(shoe: Shopper, demo: Demo) -> None:
    name = shoe.names[1]
    shoe.button(f"Add to basket: {name}").click()
    expect(shoe.page.locator("#basket-count")).to_have_text("1")
    shoe.cards.nth(1).locator("h3").get_by_role("button").click()
    for subtype, positions in (("conversion", None), ("click", [2])):
        [*_, told] = eventually(partial(events, demo, subtype), bool)
        assert re.fullmatch("[0-9a-f]{32}", told["queryID"])
        assert [demo.name_of(product) for product in told["objectIDs"]] == [name]
        assert told.get("positions") == positions


def test_a_photo_like_nothing_in_the_shop_is_told(shopper: Shopper) -> None:
    shopper.drop(noise())
    expect(shopper.page.get_by_text("No close match. Here's what comes closest.")).to_be_visible()
