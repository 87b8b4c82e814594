"""What a shopper does with a picture in use, beside everything else that the shop has."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

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


def prices(shopper: Shopper) -> list[float]:
    texts = shopper.cards.locator(".card-price").all_inner_texts()
    return [float(re.sub(r"[^\d.]", "", text)) for text in texts]


def next_search(page: Page, change: Any) -> dict[str, Any]:  # noqa: ANN401 a thunk
    """The parameters of the search that a change makes."""
    with page.expect_response(lambda response: "/queries" in response.url) as answered:
        change()
    asked: dict[str, Any] = page.evaluate("text => JSON.parse(text)", answered.value.request.post_data)
    first: dict[str, Any] = asked["requests"][0]
    return first


def test_a_removed_label_goes_from_the_search_and_comes_back(shoe: Shopper) -> None:
    before = shoe.names
    label = shoe.chips[0]
    asked = next_search(shoe.page, shoe.button(f"Remove {label}").click)
    assert not [each for each in asked["optionalFilters"] if f":{label}" in each or f":-{label}" in each]
    expect(shoe.button(f"Use {label} again")).to_be_focused()
    shoe.button(f"Use {label} again").click()
    eventually(lambda: shoe.names, lambda names: names == before)


def test_a_facet_narrows_what_the_picture_found(shoe: Shopper) -> None:
    shoe.choose_facet("Plants")
    eventually(lambda: shoe.names, lambda names: not inside(names, "Shoe"))
    expect(shoe.bar).to_be_visible()
    expect(shoe.page).to_have_url(re.compile("Plants"))
    assert "filter" not in shoe.page.url.lower()


def test_pages_and_the_way_back_keep_the_picture(shoe: Shopper) -> None:
    first = shoe.names
    shoe.page.get_by_role("link", name="Page 2").click()
    second = eventually(lambda: shoe.names, lambda names: names != first)
    assert not set(first) & set(second)
    expect(shoe.page).to_have_url(re.compile("page"))
    shoe.page.go_back()
    eventually(lambda: shoe.names, lambda names: names == first)
    expect(shoe.bar).to_be_visible()


def test_a_reload_keeps_the_picture_and_the_words(shoe: Shopper, demo: Demo) -> None:
    everything = len(shoe.names)
    shoe.page.get_by_role("searchbox").fill("shoe")
    expect(shoe.page).to_have_url(re.compile("query"))
    names = eventually(lambda: shoe.names, lambda names: 3 < len(names) < everything)
    shoe.page.reload()
    shoe.wait_for_picture()
    eventually(lambda: shoe.names, names.__eq__)
    expect(shoe.page.get_by_role("searchbox")).to_have_value("shoe")
    assert len(demo.tap.photos) == 1


def test_clearing_restores_the_shops_own_order(shopper: Shopper, demo: Demo) -> None:
    own = shopper.names
    shopper.use(demo.photo_of(SHOE))
    assert shopper.names != own
    shopper.button("Remove photo").click()
    eventually(lambda: shopper.names, lambda names: names == own)
    expect(shopper.bar).to_be_hidden()
    expect(shopper.page.locator(".ais-ImageSearch-message[tabindex]")).to_be_focused()


def test_words_and_a_picture_go_together(shoe: Shopper) -> None:
    shoe.page.get_by_role("searchbox").fill("chair")
    names = eventually(lambda: shoe.names, lambda names: bool(names) and not inside(names, "Shoe"))
    assert inside(names, "Chair")
    expect(shoe.bar).to_be_visible()
    shoe.page.get_by_role("searchbox").fill("zzzz")
    expect(shoe.page.get_by_text("No products match your search.").first).to_be_visible()


def test_where_nothing_is_found_words_and_filters_can_go(shoe: Shopper) -> None:
    shoe.choose_facet("Plants")
    eventually(lambda: inside(shoe.names, "Shoe"), lambda found: not found)
    expect(shoe.button("Clear filters")).to_be_hidden()
    shoe.page.get_by_role("searchbox").fill("zzzz")
    shoe.button("Search without “zzzz”").click()
    expect(shoe.page.get_by_role("searchbox")).to_have_value("")
    expect(shoe.cards.first).to_be_visible()
    shoe.page.get_by_role("searchbox").fill("sneaker")
    shoe.button("Clear filters").click()
    eventually(lambda: inside(shoe.names[:1], "Sneaker"), bool)
    expect(shoe.page.get_by_role("searchbox")).to_have_value("sneaker")
    expect(shoe.bar).to_be_visible()


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


def test_a_new_picture_is_shown_by_relevance(shoe: Shopper, demo: Demo) -> None:
    shoe.page.locator("#sort select").select_option(label="Price: low to high")
    eventually(lambda: prices(shoe), lambda seen: seen == sorted(seen))
    shoe.drop(demo.photo_of("tent"))
    eventually(lambda: shoe.names[:1], lambda names: names == [demo.name_of("tent")])
    expect(shoe.page.locator("#sort select")).to_have_value(demo.endpoints.index)


def test_a_second_photo_drops_the_first(shopper: Shopper, demo: Demo) -> None:
    dropped: list[str] = []
    shopper.page.on("requestfailed", lambda request: dropped.append(str(request.failure)))
    demo.tap.gate.clear()
    shopper.drop(demo.photo_of(SHOE))
    eventually(lambda: len(demo.tap.sent), lambda count: count == 1)
    shopper.drop(demo.photo_of("tent"))
    eventually(lambda: len(demo.tap.sent), lambda count: count == 2)
    demo.tap.gate.set()
    shopper.wait_for_picture()
    assert shopper.names[0] == demo.name_of("tent")
    assert dropped == ["net::ERR_ABORTED"]


def test_cancelling_keeps_the_picture_before(shoe: Shopper, demo: Demo) -> None:
    names = shoe.names
    demo.tap.gate.clear()
    shoe.drop(demo.photo_of("tent"))
    shoe.button("Cancel").click()
    expect(shoe.button("Remove photo")).to_be_visible()
    demo.tap.gate.set()
    assert shoe.names == names
    assert inside(shoe.chips, "Shoe")


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


@pytest.mark.parametrize("subtype", ["click", "conversion"])
def test_insights_hear_of_the_picture_search(shoe: Shopper, demo: Demo, subtype: str) -> None:
    name = shoe.names[1]
    if subtype == "click":
        shoe.cards.nth(1).locator("h3").get_by_role("button").click()
    else:
        shoe.button(f"Add to basket: {name}").click()
        expect(shoe.page.locator("#basket-count")).to_have_text("1")
    [*_, told] = eventually(lambda: [each for each in demo.events() if each["eventType"] == subtype], bool)
    assert re.fullmatch("[0-9a-f]{32}", told["queryID"])
    assert [demo.name_of(product) for product in told["objectIDs"]] == [name]
    if subtype == "click":
        assert told["positions"] == [2]


def test_a_photo_like_nothing_in_the_shop_is_told(shopper: Shopper) -> None:
    shopper.drop(noise())
    expect(shopper.button("Remove photo")).to_be_visible()
    expect(shopper.page.get_by_text("No close match. Here's what comes closest.")).to_be_visible()
