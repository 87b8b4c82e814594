"""Photos that this browser can't make small: what the search function gets of them, and what nobody gets."""

from __future__ import annotations

import pytest
from PIL import Image
from playwright.sync_api import expect

from devstack.bench.search.photos import encoded as file_of
from tests.browser.conftest import Enter
from tests.browser.demo import Demo
from tests.browser.photos import opened, sideways
from tests.browser.shopper import Shopper
from tests.outside import eventually
from tests.pictures import ORIENTATION

_NOISE = """
const noisy = (x, y) => (x * 7919 + y * 104729) % 251;
const disturb = (canvas, own) => {
  const context = canvas.getContext('2d');
  const pixels = own.call(context, 0, 0, canvas.width, canvas.height);
  for (let at = 0; at < pixels.data.length; at += 1) CHANGE
  context.putImageData(pixels, 0, 0);
};
for (const [canvas, name, {prototype}] of [
  [HTMLCanvasElement, 'toBlob', CanvasRenderingContext2D],
  [OffscreenCanvas, 'convertToBlob', OffscreenCanvasRenderingContext2D],
]) {
  const encode = canvas.prototype[name];
  canvas.prototype[name] = function (...how) {
    disturb(this, prototype.getImageData);
    return encode.apply(this, how);
  };
}
"""
NOISE = _NOISE.replace("CHANGE", "if (at % 4 < 3) pixels.data[at] = noisy(at, 3);")
"""What Firefox's `resistFingerprinting` does: nothing of the picture is left."""
LAST_BITS = _NOISE.replace("CHANGE", "if (at % 4 < 3) pixels.data[at] ^= noisy(at, 3) & 1;")
"""What Brave does by default."""

KEEP_PROGRESS = """
window.shown = [];
const keep = (changes) => window.shown.push(...changes.map(({target}) => target.position));
new MutationObserver(keep).observe(document.body, {subtree: true, attributeFilter: ['value']});
"""

UNREADABLE = {
    "HEIC": (Shopper.choose, "HEIF", ("IMG_1.HEIC", "image/heic"), ("photo.heic", "image/heic")),
    "TIFF": (Shopper.drop, "TIFF", ("scan.tif", "image/tiff"), ("photo.tif", "image/tiff")),
    "unknown": (Shopper.paste, "HEIF", ("IMG_1.HEIC", ""), ("photo.heic", "image/heic")),
}
"""How a file gets in, its format, and name and type that it has, and that it is sent with."""


@pytest.fixture(scope="module")
def picture(demo: Demo) -> Image.Image:
    return opened(demo.photo_of("road-bike")).convert("RGB").resize((600, 600))


@pytest.mark.parametrize("case", UNREADABLE)
def test_what_the_browser_cannot_read_is_sent_as_it_is(
    shopper: Shopper, demo: Demo, picture: Image.Image, case: str
) -> None:
    way, kind, told, (name, media_type) = UNREADABLE[case]
    photo = file_of(picture, kind)
    way(shopper, photo, *told)
    shopper.wait_for_picture()
    assert shopper.names[0] == demo.name_of("road-bike")
    [sent] = demo.tap.sent
    assert sent.photo == photo
    assert f'filename="{name}"'.encode() in sent.body
    assert f"Content-Type: {media_type}".encode() in sent.body
    expect(shopper.bar.get_by_role("img", name="Your photo")).to_be_visible()
    expect(shopper.bar.locator("img:visible")).to_have_count(0)
    expect(shopper.button("Crop")).to_be_hidden()


def test_a_large_file_shows_how_far_it_is(shopper: Shopper, demo: Demo, picture: Image.Image) -> None:
    network = shopper.page.context.new_cdp_session(shopper.page)
    slow = {"offline": False, "latency": 10, "downloadThroughput": -1, "uploadThroughput": 400_000}
    network.send("Network.emulateNetworkConditions", slow)
    large = file_of(picture, "HEIF") + bytes(500_000)
    shopper.page.evaluate(KEEP_PROGRESS)
    shopper.drop(large, "IMG_1.HEIC", "image/heic")
    shopper.wait_for_picture()
    assert any(0 < (shown or 0) < 1 for shown in shopper.page.evaluate("window.shown"))
    assert "OPTIONS /" in demo.tap.asked


def test_what_the_function_cannot_read_either_is_no_picture(shopper: Shopper, demo: Demo) -> None:
    shopper.expected.append("status of 4(15|22)")
    for sent, content in enumerate((b"\xff\xd8\xff\xe0" + bytes(5_000), b"\0\0\0\x0cJXL \r\n\x87\n"), 1):
        shopper.drop(content)
        eventually(lambda: len(demo.tap.sent), sent.__eq__)
        expect(shopper.alert).to_have_text("We can't open this file. Choose a JPEG or PNG.")
        shopper.page.keyboard.press("Escape")
        expect(shopper.alert).to_be_hidden()


def entered(enter: Enter, script: str) -> Shopper:
    shopper = enter()
    shopper.page.evaluate(f"() => {{ {script} }}")
    return shopper


def test_where_a_browser_draws_noise_the_file_is_sent_without_its_metadata_and_cut_there(
    enter: Enter, demo: Demo
) -> None:
    shopper = entered(enter, NOISE)
    shopper.drop(sideways())
    expect(shopper.remove).to_be_visible()
    [sent] = demo.tap.photos
    assert b"Secret" not in sent
    image = opened(sent)
    assert (image.size, dict(image.getexif())) == (opened(sideways()).size, {ORIENTATION: 6})
    shopper.open_photo()
    shopper.page.get_by_role("slider", name="Left edge").press("PageDown")
    shopper.button("Search this part").click()
    expect(shopper.page.get_by_role("dialog")).to_be_hidden()
    expect(shopper.button("Cancel")).to_be_hidden()
    _, part = demo.tap.sent
    assert b'name="crop"\r\n\r\n0.' in part.body
    assert opened(part.photo).size == image.size


def test_noise_that_nobody_sees_is_none(enter: Enter, demo: Demo) -> None:
    shopper = entered(enter, LAST_BITS)
    shopper.drop(sideways())
    expect(shopper.remove).to_be_visible()
    [sent] = demo.tap.photos
    assert opened(sent).size == (960, 640)


_SHOWN = """src => new Promise((onload) => {
  const image = Object.assign(new Image(200), {src, onload, id: 'dragged'});
  document.querySelector('#hits').before(image);
})"""


def test_a_picture_is_dragged_with_the_mouse(shopper: Shopper, demo: Demo) -> None:
    shopper.page.evaluate(_SHOWN, "samples/0.jpg")
    shopper.page.locator("#dragged").drag_to(shopper.cards.first)
    shopper.wait_for_picture()
    assert shopper.names[0] == demo.products[0].record["name"]
    expect(shopper.bar.locator("img:visible")).to_have_count(1)
