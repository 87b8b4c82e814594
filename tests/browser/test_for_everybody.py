"""The shop on small and large screens, in light and dark, by keyboard, and for assistive technology."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.axe import violations
from tests.browser.conftest import DESKTOP, PHONE, Enter
from tests.browser.demo import Demo
from tests.browser.shopper import Shopper
from tests.outside import eventually

DEVICES = {"phone": PHONE, "desktop": DESKTOP}
SCHEMES = ["light", "dark"]


@pytest.fixture(params=[(device, scheme) for device in DEVICES for scheme in SCHEMES], ids="-".join)
def device(request: pytest.FixtureRequest) -> dict[str, Any]:
    name, scheme = request.param
    return {**DEVICES[name], "color_scheme": scheme}


def test_no_state_of_the_page_breaks_a_rule_of_accessibility(
    enter: Enter, demo: Demo, device: dict[str, Any]
) -> None:
    shopper = enter(**device)
    found = {"start": violations(shopper.page)}
    shopper.opener.click()
    found["dialog"] = violations(shopper.page)
    shopper.page.keyboard.press("Escape")
    shopper.use(demo.photo_of("tent"))
    found["picture in use"] = violations(shopper.page)
    shopper.button("Choose a part").click()
    found["part"] = violations(shopper.page)
    shopper.page.keyboard.press("Escape")
    shopper.drop(b"just words", "words.txt", "text/plain")
    expect(shopper.alert).to_be_visible()
    found["failure"] = violations(shopper.page)
    assert not {state: broken for state, broken in found.items() if broken}


def test_nothing_has_to_be_scrolled_sideways(enter: Enter, demo: Demo, device: dict[str, Any]) -> None:
    shopper = enter(**device)
    for _ in range(2):
        width, room = shopper.page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        assert width <= room
        shopper.use(demo.photo_of("tent"))


def test_the_keyboard_is_enough(shopper: Shopper, demo: Demo) -> None:
    page = shopper.page
    shopper.opener.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Search with a picture")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(shopper.opener).to_be_focused()
    shopper.paste(demo.photo_of("tent"))
    shopper.wait_for_picture()
    label = shopper.chips[0]
    shopper.button(f"Remove {label}").focus()
    page.keyboard.press("Space")
    again = shopper.button(f"Use {label} again")
    expect(again).to_be_focused()
    page.keyboard.press("Space")
    expect(shopper.button(f"Remove {label}")).to_be_focused()


def test_what_happens_is_announced(shopper: Shopper, demo: Demo) -> None:
    status = shopper.page.locator(".ais-ImageSearch").get_by_role("status")
    expect(status).to_have_text("")
    demo.tap.gate.clear()
    shopper.drop(demo.photo_of("tent"))
    expect(status).to_contain_text("your photo")
    demo.tap.gate.set()
    expect(status).to_contain_text("Sorted by your picture:")
    shopper.button("Stop using the picture").click()
    expect(status).to_have_text("The picture is no longer used.")


def test_a_part_of_the_photo_is_chosen_with_a_finger(enter: Enter, demo: Demo) -> None:
    shopper = enter(**PHONE)
    shopper.use(demo.photo_of("tent"))
    shopper.button("Choose a part").tap()
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
    shopper.button("Search for this part").click()
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
