"""What a shopper reads when a picture cannot be used, and what is left then."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.demo import Demo
from tests.browser.shopper import Shopper
from tests.pictures import huge_png


def test_a_refusal_is_told_until_trying_again_works(shopper: Shopper, demo: Demo) -> None:
    shopper.expected += ["Failed to load", "imageSearch: the search function answered: as the test wants it"]
    own, tent = shopper.names, demo.photo_of("tent")
    demo.tap.refusal = (500, {})
    shopper.drop(tent)
    expect(shopper.alert).to_contain_text("Photo search isn't available right now.")
    demo.tap.refusal = (429, {"Retry-After": "7"})
    shopper.drop(tent)
    expect(shopper.alert).to_contain_text("Too many photo searches right now. Try again in 7 seconds.")
    assert shopper.names == own
    demo.tap.refusal = None
    shopper.button("Try again").click()
    shopper.wait_for_picture()
    expect(shopper.alert).to_be_hidden()
    assert shopper.names[0] == demo.name_of("tent")


def test_what_cannot_be_used_is_never_sent(shopper: Shopper, demo: Demo) -> None:
    shopper.expected.append("net::ERR_INTERNET_DISCONNECTED")
    shopper.drop(b"\xff\xd8\xff\xe0 no jpeg")
    expect(shopper.alert).to_have_text("We can't open this file. Choose a JPEG or PNG.")
    expect(shopper.button("Try again")).to_be_hidden()
    shopper.page.keyboard.press("Escape")
    expect(shopper.alert).to_be_hidden()
    shopper.page.context.set_offline(True)
    shopper.drop(demo.photo_of("tent"))
    expect(shopper.alert).to_contain_text("You're offline.")
    shopper.page.context.set_offline(False)
    shopper.drop(huge_png(16_000, 10_000), "huge.png", "image/png")
    expect(shopper.alert).to_contain_text("This photo is too large.")
    shopper.page.keyboard.press("Escape")
    expect(shopper.alert).to_be_hidden()
    assert demo.tap.sent == []
