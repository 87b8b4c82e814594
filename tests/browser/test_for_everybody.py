"""The shop on small and large screens, in light and dark, by keyboard, and for assistive technology."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from playwright.sync_api import expect

from tests.browser.axe import violations
from tests.browser.conftest import DESKTOP, PHONE, Enter
from tests.browser.demo import Demo
from tests.browser.shopper import Shopper
from tests.browser.things import SEEN, TABLE
from tests.outside import eventually

DEVICES = {"phone": PHONE, "desktop": DESKTOP}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("dark", "light")

_WIDTHS = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
_LISTEN = """() => {
  window.said = [];
  const region = document.querySelector('.ais-ImageSearch [role=status]');
  new MutationObserver(() => said.push(region.textContent))
    .observe(region, {childList: true, characterData: true, subtree: true});
}"""
_SMALL = """() => ['button', 'select', 'summary', 'a[href]', 'label:has(input)', '[role=slider]']
  .flatMap((selector) => [...document.querySelectorAll(selector)])
  .filter((each) => each.checkVisibility() && !each.closest('.skip') && !each.matches('.card-name *'))
  .map((each) => [each.outerHTML.slice(0, 90), each.getBoundingClientRect()])
  .filter(([, {width, height}]) => Math.round(width) < 44 || Math.round(height) < 44)
  .map(([html, {width, height}]) => `${html}: ${width} x ${height}`)"""
ZOOMED: dict[str, Any] = {"viewport": {"width": 640, "height": 370}}
"""What a laptop's screen of 1280 by 740 has left at 200 %."""


@pytest.mark.parametrize("device", DEVICES)
def test_no_state_of_the_page_breaks_a_rule_of_accessibility_or_is_too_wide(
    enter: Enter, demo: Demo, device: str
) -> None:
    shopper = enter(**DEVICES[device])
    found: dict[str, list[str]] = {}

    def look(state: str) -> None:
        for scheme in SCHEMES:
            shopper.page.emulate_media(color_scheme=scheme)
            found[f"{state}, {scheme}"] = violations(shopper.page)
        width, room = shopper.page.evaluate(_WIDTHS)
        assert width <= room, state

    look("start")
    shopper.opener.click()
    look("dialog")
    shopper.page.keyboard.press("Escape")
    shopper.use(demo.photo_of("tent"))
    look("picture in use")
    shopper.button("Crop").click()
    look("part")
    shopper.page.keyboard.press("Escape")
    shopper.drop(b"just words", "words.txt", "text/plain")
    expect(shopper.alert).to_be_visible()
    look("failure")
    assert not {state: broken for state, broken in found.items() if broken}


def test_the_keyboard_is_enough_and_the_focus_is_never_lost(shopper: Shopper, demo: Demo) -> None:
    page = shopper.page
    shopper.opener.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Search by photo")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(shopper.opener).to_be_focused()
    shopper.paste(demo.photo_of("tent"))
    shopper.wait_for_picture()
    label = shopper.chips[0]
    shopper.button(f"Remove {label}").focus()
    page.keyboard.press("Space")
    expect(shopper.button(f"Use {label} again")).to_be_focused()
    page.keyboard.press("Space")
    expect(shopper.button(f"Remove {label}")).to_be_focused()
    shopper.button("Crop").focus()
    page.keyboard.press("Enter")
    expect(shopper.dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(shopper.button("Crop")).to_be_focused()
    page.keyboard.press("Enter")
    shopper.button("Search this part").press("Enter")
    expect(shopper.bar).to_be_focused()
    shopper.wait_for_picture()
    page.get_by_role("searchbox").fill("zzzz")
    shopper.button("Search without “zzzz”").press("Enter")
    expect(shopper.bar).to_be_focused()
    shopper.remove.press("Enter")
    assert page.evaluate("document.activeElement !== document.body")


def test_little_is_announced_while_a_photo_is_on_its_way(shopper: Shopper, demo: Demo) -> None:
    shopper.page.evaluate(_LISTEN)
    shopper.use(demo.photo_of("tent"))
    said = shopper.page.evaluate("said")
    assert said[0] == "Searching…"
    assert len(said) == 2, said


def test_a_part_of_the_photo_is_chosen_with_a_finger(enter: Enter, demo: Demo) -> None:
    shopper = enter(**PHONE)
    shopper.use(demo.photo_of("tent"))
    shopper.button("Crop").tap()
    edge = shopper.page.get_by_role("slider", name="Left edge")
    box = edge.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    touch = shopper.page.context.new_cdp_session(shopper.page)
    for kind, at in (("touchStart", x), ("touchMove", x + 40), ("touchMove", x + 80), ("touchEnd", None)):
        points = [] if at is None else [{"x": at, "y": y}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    assert int(edge.get_attribute("aria-valuenow") or 0) > 10
    # Chromium takes a tap right after a drag as a part of it.
    shopper.button("Search this part").click()
    eventually(lambda: len(demo.tap.photos), lambda count: count == 2)


def test_nothing_moves_for_those_who_asked_for_that(shopper: Shopper, demo: Demo) -> None:
    demo.tap.gate.clear()
    shopper.drop(demo.photo_of("tent"))
    expect(shopper.page.get_by_role("progressbar")).to_be_visible()
    moving = shopper.page.evaluate(
        """() => [...document.querySelectorAll('*')].filter((each) => {
          const {animationName, transitionDuration} = getComputedStyle(each);
          return animationName !== 'none' || transitionDuration.split(', ').some((time) => time !== '0s');
        }).map((each) => each.className)"""
    )
    assert moving == []


def test_every_target_is_large_enough_for_a_finger(enter: Enter, demo: Demo) -> None:
    shopper = enter(**PHONE)
    demo.tap.seen = SEEN
    small = {"start": shopper.page.evaluate(_SMALL)}
    shopper.use(demo.photo_of(TABLE))
    small["picture in use"] = shopper.page.evaluate(_SMALL)
    shopper.open_photo()
    small["photo"] = shopper.page.evaluate(_SMALL)
    shopper.page.keyboard.press("Escape")
    shopper.page.get_by_role("searchbox").fill("zzzz")
    expect(shopper.button("Search without “zzzz”")).to_be_visible()
    small["nothing found"] = shopper.page.evaluate(_SMALL)
    shopper.expected.append("Failed to load resource")
    demo.tap.refusal = (503, {})
    shopper.drop(demo.photo_of("tent"))
    expect(shopper.alert).to_be_visible()
    small["failure"] = shopper.page.evaluate(_SMALL)
    assert not {state: targets for state, targets in small.items() if targets}


def test_the_photos_buttons_are_in_view_at_200_percent(enter: Enter, demo: Demo) -> None:
    shopper = enter(**ZOOMED)
    shopper.use(demo.photo_of("tent"))
    shopper.open_photo()
    for name in ("Search this part", "Whole photo"):
        expect(shopper.button(name)).to_be_in_viewport(ratio=1)
    note = shopper.dialog.locator(".ais-ImageSearch-crop").get_by_text("We use your photo")
    note.scroll_into_view_if_needed()
    expect(shopper.button("Search this part")).to_be_in_viewport(ratio=1)


def test_a_page_from_right_to_left_is_mirrored_and_the_photo_is_not(enter: Enter, demo: Demo) -> None:
    shopper = enter(**PHONE)
    shopper.page.evaluate("document.documentElement.dir = 'rtl'")
    demo.tap.seen = SEEN
    shopper.use(demo.photo_of(TABLE))
    thumb, end = shopper.button("Crop").bounding_box(), shopper.remove.bounding_box()
    assert thumb
    assert end
    assert thumb["x"] > end["x"]
    shopper.open_photo()
    clock, bed = shopper.button("Alarm clock").bounding_box(), shopper.button("Bed").bounding_box()
    assert clock
    assert bed
    assert clock["x"] > bed["x"]


def test_forced_colors_leave_everything_to_be_seen(enter: Enter, demo: Demo) -> None:
    shopper = enter(forced_colors="active")
    demo.tap.seen = SEEN
    shopper.use(demo.photo_of(TABLE))
    chip = shopper.page.locator(".ais-ImageSearch-chip").first
    assert chip.evaluate("each => getComputedStyle(each, '::before').borderTopStyle") == "solid"
    shopper.open_photo()
    spot = shopper.page.locator(".ais-ImageSearch-spot").first
    dot = spot.evaluate("each => getComputedStyle(each, '::after').borderTopColor")
    assert dot == "rgb(255, 255, 255)"
