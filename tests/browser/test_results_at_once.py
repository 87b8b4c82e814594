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


def test_two_products_are_in_view_after_a_photo_and_chips_scroll_by_keyboard(
    phone: Shopper, demo: Demo
) -> None:
    phone.use(demo.photo_of(SHOE))
    eventually(lambda: phone.page.evaluate(_IN_VIEW), (1).__lt__)
    assert phone.page.evaluate("scrollY") == 0
    chips = phone.page.locator(".ais-ImageSearch-chip")
    assert chips.count() == 3
    chips.last.focus()
    expect(chips.last).to_be_in_viewport(ratio=1)
    strip = phone.page.locator(".ais-ImageSearch-chips")
    assert strip.evaluate("each => each.scrollWidth > each.clientWidth && each.scrollLeft > 0")


def test_the_bar_is_one_row_whatever_it_shows(phone: Shopper, demo: Demo) -> None:
    def height() -> float:
        box = phone.bar.bounding_box()
        return box["height"] if box else 0

    demo.tap.gate.clear()
    phone.drop(demo.photo_of(SHOE))
    expect(phone.button("Cancel")).to_be_visible()
    # Old products are dimmed meanwhile, as soon as the part of the widget that does it is there.
    products = phone.page.locator("#products")
    expect(products).not_to_have_css("opacity", "1")
    heights = [height()]
    demo.tap.gate.set()
    phone.wait_for_picture()
    expect(products).to_have_css("opacity", "1")
    heights.append(height())
    phone.button(f"Remove {phone.chips[0]}").click()
    heights.append(height())
    phone.button(f"Similar to {phone.names[0]}").click()
    expect(phone.button("Show all products")).to_be_visible()
    heights.append(height())
    assert min(heights) > 0
    assert max(heights) <= 72, heights


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


def test_the_bar_and_a_failure_are_in_view_wherever_the_shopper_is(phone: Shopper, demo: Demo) -> None:
    phone.expected.append("Failed to load resource")
    phone.use(demo.photo_of(SHOE))
    phone.page.evaluate("scrollTo(0, 1500)")
    expect(phone.bar).to_be_in_viewport(ratio=1)
    phone.button(f"Similar to {phone.names[6]}").click()
    expect(phone.button("Cancel").or_(phone.button("Show all products"))).to_be_in_viewport()
    demo.tap.refusal = (503, {})
    phone.page.evaluate("scrollTo(0, 1500)")
    phone.drop(demo.photo_of(SHOE))
    expect(phone.alert).to_be_in_viewport(ratio=1)


def test_a_heading_parts_what_is_less_similar_and_cards_name_the_photos_labels(
    shopper: Shopper, demo: Demo
) -> None:
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
    named = shopper.cards.locator(".verdict-labels").all_inner_texts()
    assert {label for text in named for label in text.split(", ") if label} == set(shopper.chips)
    shopper.order("Price: low to high")
    expect(heading).to_be_hidden()
