"""The products in a photo's order, seen at once, however small the screen."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, Enter
from tests.browser.demo import Demo
from tests.browser.shopper import Shopper
from tests.outside import eventually

SHOE = "runx-running-shoe"
_IN_VIEW = """() => [...document.querySelectorAll('#hits article')]
  .map((card) => card.getBoundingClientRect())
  .filter(({top, bottom}) => top >= 0 && bottom <= innerHeight).length"""


@pytest.fixture
def phone(enter: Enter) -> Shopper:
    """Somebody with a small phone."""
    return enter(**PHONE)


def _scrolled(shopper: Shopper) -> int:
    """How far the page is scrolled, in CSS pixels."""
    return int(shopper.page.evaluate("scrollY"))


def test_two_products_are_in_view_after_a_photo(phone: Shopper, demo: Demo) -> None:
    phone.use(demo.photo_of(SHOE))
    eventually(lambda: phone.page.evaluate(_IN_VIEW), (1).__lt__)
    assert _scrolled(phone) == 0


def test_the_bar_is_one_row_whatever_it_shows(phone: Shopper, demo: Demo) -> None:
    def height() -> float:
        box = phone.bar.bounding_box()
        return box["height"] if box else 0

    demo.tap.gate.clear()
    phone.drop(demo.photo_of(SHOE))
    expect(phone.button("Cancel")).to_be_visible()
    heights = [height()]
    demo.tap.gate.set()
    phone.wait_for_picture()
    heights.append(height())
    phone.button(f"Remove {phone.chips[0]}").click()
    heights.append(height())
    phone.button(f"Similar to {phone.names[0]}").click()
    expect(phone.button("Show all products")).to_be_visible()
    heights.append(height())
    assert min(heights) > 0
    assert max(heights) <= 72, heights


def test_chips_scroll_sideways_by_keyboard_too(phone: Shopper, demo: Demo) -> None:
    phone.use(demo.photo_of(SHOE))
    chips = phone.page.locator(".ais-ImageSearch-chip")
    assert chips.count() == 3
    chips.last.focus()
    expect(chips.last).to_be_in_viewport(ratio=1)
    strip = phone.page.locator(".ais-ImageSearch-chips")
    assert strip.evaluate("each => each.scrollWidth > each.clientWidth && each.scrollLeft > 0")


def test_old_products_are_dimmed_until_the_new_order_is_there(phone: Shopper, demo: Demo) -> None:
    products = phone.page.locator("#products")
    demo.tap.gate.clear()
    phone.drop(demo.photo_of(SHOE))
    expect(products).to_have_attribute("aria-busy", "true")
    assert float(products.evaluate("each => getComputedStyle(each).opacity")) < 1
    demo.tap.gate.set()
    phone.wait_for_picture()
    expect(products).not_to_have_attribute("aria-busy", "true")
    expect(products).to_have_css("opacity", "1")


def test_the_page_scrolls_to_its_products_from_further_down(phone: Shopper, demo: Demo) -> None:
    # The scroll's event comes with the next frame: later, it would be the shopper's who moves on.
    phone.page.evaluate("scrollTo(0, 1800)")
    phone.page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    phone.use(demo.photo_of(SHOE))
    expect(phone.cards.first).to_be_in_viewport(ratio=1)
    expect(phone.bar).to_be_in_viewport(ratio=1)
    bar, card = phone.bar.bounding_box(), phone.cards.first.bounding_box()
    assert bar
    assert card
    assert bar["y"] + bar["height"] <= card["y"]


def test_a_shopper_who_has_scrolled_on_is_left_there(phone: Shopper, demo: Demo) -> None:
    demo.tap.gate.clear()
    phone.drop(demo.photo_of(SHOE))
    expect(phone.button("Cancel")).to_be_visible()
    phone.page.evaluate("scrollTo(0, 1200)")
    phone.page.get_by_role("searchbox").evaluate("each => each.focus({preventScroll: true})")
    demo.tap.gate.set()
    phone.wait_for_picture()
    phone.page.wait_for_timeout(300)
    assert _scrolled(phone) == 1200
    expect(phone.page.get_by_role("searchbox")).to_be_focused()


def test_the_bar_stays_in_view(phone: Shopper, demo: Demo) -> None:
    phone.use(demo.photo_of(SHOE))
    phone.page.evaluate("scrollTo(0, 1500)")
    expect(phone.bar).to_be_in_viewport(ratio=1)
    phone.button(f"Similar to {phone.names[6]}").click()
    expect(phone.button("Cancel").or_(phone.button("Show all products"))).to_be_in_viewport()


def test_a_failure_is_in_view_wherever_the_shopper_is(phone: Shopper, demo: Demo) -> None:
    phone.expected.append("Failed to load resource")
    demo.tap.refusal = (503, {})
    phone.page.evaluate("scrollTo(0, 1500)")
    phone.drop(demo.photo_of(SHOE))
    expect(phone.alert).to_be_in_viewport(ratio=1)


def test_a_heading_parts_what_is_less_similar(shopper: Shopper, demo: Demo) -> None:
    shopper.use(demo.photo_of(SHOE))
    verdicts = shopper.cards.locator(".verdict > :first-child").all_inner_texts()
    first = verdicts.index("Less similar")
    assert set(verdicts[first:]) == {"Less similar"}
    assert set(verdicts[:first]) <= {"Very similar", "Similar"}
    heading = shopper.page.get_by_role("heading", name="Less similar")
    box, before, after = (
        each.bounding_box() for each in (heading, shopper.cards.nth(first - 1), shopper.cards.nth(first))
    )
    assert box
    assert before
    assert after
    assert before["y"] + before["height"] <= box["y"]
    assert box["y"] + box["height"] <= after["y"]
    shopper.order("Price: low to high")
    expect(heading).to_be_hidden()


def test_cards_name_no_other_labels_than_the_photo_has(shopper: Shopper, demo: Demo) -> None:
    shopper.use(demo.photo_of(SHOE))
    named = shopper.cards.locator(".verdict-labels").all_inner_texts()
    assert {label for text in named for label in text.split(", ") if label} == set(shopper.chips)
