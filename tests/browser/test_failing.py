"""What a shopper reads when a picture cannot be used, and what is left then."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.demo import Demo
from tests.browser.shopper import Shopper
from tests.pictures import huge_png

FAILED_LOAD = "Failed to load resource"


@pytest.mark.parametrize(
    ("status", "headers", "words"),
    [
        (429, {"Retry-After": "7"}, "Too many photo searches right now. Try again in 7 seconds."),
        (503, {"Retry-After": "2"}, "Photo search is busy right now. Try again in 2 seconds."),
        (415, {}, "We can't open this file."),
        (413, {}, "This photo is too large."),
    ],
)
def test_a_refusal_has_words_of_its_own(
    shopper: Shopper, demo: Demo, status: int, headers: dict[str, str], words: str
) -> None:
    shopper.expected.append(FAILED_LOAD)
    own = shopper.names
    demo.tap.refusal = (status, headers)
    shopper.drop(demo.photo_of("tent"))
    expect(shopper.alert).to_contain_text(words)
    assert shopper.names == own


def test_trying_again_works_once_the_trouble_is_over(shopper: Shopper, demo: Demo) -> None:
    shopper.expected.append(FAILED_LOAD)
    demo.tap.refusal = (503, {})
    shopper.drop(demo.photo_of("tent"))
    expect(shopper.alert).to_contain_text("busy")
    demo.tap.refusal = None
    shopper.button("Try again").click()
    shopper.wait_for_picture()
    expect(shopper.alert).to_be_hidden()
    assert shopper.names[0] == demo.name_of("tent")


def test_a_fault_of_the_deployment_is_told_to_the_developer(shopper: Shopper, demo: Demo) -> None:
    shopper.expected += [FAILED_LOAD, "imageSearch: the search function answered: as the test wants it"]
    demo.tap.refusal = (500, {})
    shopper.drop(demo.photo_of("tent"))
    expect(shopper.alert).to_contain_text("Photo search isn't available right now.")


def test_offline_nothing_is_sent(shopper: Shopper, demo: Demo) -> None:
    shopper.expected.append("net::ERR_INTERNET_DISCONNECTED")
    shopper.page.context.set_offline(True)
    shopper.drop(demo.photo_of("tent"))
    expect(shopper.alert).to_contain_text("You're offline.")
    assert demo.tap.sent == []


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (b"just words", "words.txt", "text/plain"),
        (b"\xff\xd8\xff\xe0 no jpeg", "photo.jpg", "image/jpeg"),
        (b"", "empty.png", "image/png"),
    ],
)
def test_what_is_no_picture_is_never_sent(
    shopper: Shopper, demo: Demo, content: bytes, name: str, kind: str
) -> None:
    shopper.drop(content, name, kind)
    expect(shopper.alert).to_contain_text("We can't open this file.")
    expect(shopper.button("Try again")).to_be_hidden()
    assert demo.tap.sent == []


def test_too_many_pixels_are_not_even_decoded(shopper: Shopper, demo: Demo) -> None:
    shopper.drop(huge_png(20_000, 10_000), "huge.png", "image/png")
    expect(shopper.alert).to_contain_text("This photo is too large.")
    assert demo.tap.sent == []


def test_a_failure_shows_its_photo_and_leaves_the_one_before_in_use(shopper: Shopper, demo: Demo) -> None:
    shopper.expected.append(FAILED_LOAD)
    shopper.use(demo.photo_of("tent"))
    names, chips = shopper.names, shopper.chips
    used = shopper.bar.locator("img:visible").get_attribute("src")
    demo.tap.refusal = (503, {})
    shopper.drop(demo.photo_of("football"))
    expect(shopper.alert).to_be_visible()
    failed = shopper.page.locator(".ais-ImageSearch-alert img")
    expect(failed).to_be_visible()
    assert failed.get_attribute("src") != used == shopper.bar.locator("img:visible").get_attribute("src")
    assert (shopper.names, shopper.chips) == (names, chips)


def test_escape_closes_the_message(shopper: Shopper) -> None:
    shopper.drop(b"just words", "words.txt", "text/plain")
    expect(shopper.alert).to_be_visible()
    shopper.page.keyboard.press("Escape")
    expect(shopper.alert).to_be_hidden()
