"""Every way in which a photo gets into the page, and what leaves it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, Enter
from tests.browser.demo import Demo
from tests.browser.photos import opened, sideways, twelve_megapixels
from tests.browser.shopper import Shopper
from tests.outside import eventually
from tests.pictures import encoded, scene

WAYS = [(Shopper.choose, "laptop"), (Shopper.drop, "road-bike"), (Shopper.paste, "tennis-ball")]
MOST_BYTES = 150_000


@pytest.mark.parametrize(("way", "product"), WAYS)
def test_a_photo_of_a_product_brings_it_first_without_a_question_before_it(
    shopper: Shopper, demo: Demo, way: Callable[[Shopper, bytes], None], product: str
) -> None:
    way(shopper, demo.photo_of(product))
    shopper.wait_for_picture()
    assert shopper.names[0] == demo.name_of(product)
    assert shopper.chips
    shopper.opener.click()
    assert demo.tap.asked in ([], ["GET /healthz"])
    assert len(demo.tap.sent) == 1


def test_the_first_tap_on_a_phone_opens_its_picker(enter: Enter, demo: Demo) -> None:
    shopper = enter(**PHONE)
    shopper.pick(demo.photo_of("football"))
    shopper.wait_for_picture()
    assert shopper.names[0] == demo.name_of("football")
    expect(shopper.page.get_by_role("dialog")).to_be_hidden()


def test_a_sample_photo_is_a_click_away(shopper: Shopper, demo: Demo) -> None:
    shopper.page.locator("#samples-list").get_by_role("button").first.click()
    shopper.wait_for_picture()
    assert shopper.names[0] == demo.products[0].record["name"]


def test_what_is_sent_is_upright_and_anonymous(shopper: Shopper, demo: Demo) -> None:
    photo = sideways()
    assert b"Secret" in photo
    shopper.drop(photo)
    expect(shopper.button("Remove photo")).to_be_visible()
    [sent] = demo.tap.photos
    assert b"Secret" not in sent
    assert b"Exif" not in sent
    image = opened(sent)
    assert (image.format, image.size, dict(image.getexif())) == ("JPEG", (960, 640), {})
    corners = [image.getpixel(at) for at in ((100, 100), (800, 100), (100, 500), (800, 500))]
    wanted = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)]
    for seen, color in zip(corners, wanted, strict=True):
        assert isinstance(seen, tuple)
        assert all(abs(one - other) < 12 for one, other in zip(seen, color, strict=True))


def test_twelve_megapixels_go_over_a_slow_connection_as_150_kilobytes_at_most(
    shopper: Shopper, demo: Demo
) -> None:
    photo = twelve_megapixels()
    assert len(photo) > 3_000_000
    network = shopper.page.context.new_cdp_session(shopper.page)
    slow = {"offline": False, "latency": 200, "downloadThroughput": 200_000, "uploadThroughput": 100_000}
    network.send("Network.emulateNetworkConditions", slow)
    shopper.drop(photo)
    expect(shopper.page.get_by_role("progressbar")).to_be_visible()
    expect(shopper.button("Remove photo")).to_be_visible(timeout=20_000)
    [sent] = demo.tap.sent
    assert len(sent.body) <= MOST_BYTES
    assert max(opened(sent.photo).size) >= 512


def test_pictures_of_any_kind_become_photos_on_white(shopper: Shopper, demo: Demo) -> None:
    for mode in ("RGBA", "LA", "P", "1"):
        demo.tap.reset()
        image = scene((300, 200)).convert(mode)
        if "A" in mode:
            image.putalpha(0)
        shopper.drop(encoded(image, "PNG"), "picture.png", "image/png")
        [sent] = eventually(lambda: demo.tap.photos, bool)
        assert opened(sent).mode == "RGB"
        if "A" in mode:
            assert opened(sent).getpixel((5, 5)) == (255, 255, 255)
    expect(shopper.button("Remove photo")).to_be_visible()
