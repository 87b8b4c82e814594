"""A photo is sent upright, however its file lies and whichever way the browser can decode it."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Sequence
from functools import cache

import pytest
from PIL import Image
from playwright.sync_api import Browser, Route

from devstack.environment import REPOSITORY
from tests.browser.photos import TURNS, lying, opened
from tests.pictures import quarters

_DIST = REPOSITORY / "storefront" / "dist"
_ADDRESS = "https://package.example/"
_PREPARE = """async ([content, type, crops]) => {
  const bytes = Uint8Array.from(atob(content), (character) => character.charCodeAt(0));
  const file = new File([bytes], 'photo', {type});
  const shown = new Image();
  shown.src = URL.createObjectURL(file);
  await shown.decode();
  const canvas = Object.assign(document.createElement('canvas'), {width: SIDE, height: SIDE});
  canvas.getContext('2d').drawImage(shown, 0, 0, SIDE, SIDE);
  const {createEngine} = await import('/parts.js');
  const read = (photo) => new Promise((resolve) => {
    const reader = Object.assign(new FileReader(), {onload: () => resolve(reader.result)});
    reader.readAsDataURL(photo);
  });
  const engine = createEngine({url: 'https://search.example'});
  const photos = await Promise.all(crops.map((crop) => engine.prepare(file, crop ?? undefined)));
  const sent = await Promise.all(photos.map(({photo}) => read(photo)));
  return [canvas.toDataURL('image/png'), ...sent].map((address) => address.split(',')[1]);
}""".replace("SIDE", "100")

_NO_DECODER = "delete globalThis.ImageDecoder;"
WAYS = {
    "at a fraction of its size": "",
    "by a decoder that doesn't turn it": """
      const {decode} = ImageDecoder.prototype;
      ImageDecoder.prototype.decode = async function () {
        const {image} = await decode.call(this);
        return {image: new VideoFrame(image, {rotation: (360 - image.rotation) % 360})};
      };""",
    "to another size": _NO_DECODER,
    "as a whole": f"""{_NO_DECODER}
      const own = createImageBitmap;
      globalThis.createImageBitmap = async (image, options) => {{
        if (options) throw new TypeError('from-image is no value');
        return own(image);
      }};
      delete globalThis.OffscreenCanvas;""",
}
RIGHT_HALF = {"x": 0.5, "y": 0, "width": 0.5, "height": 1}
SIZE = (2000, 1400)

Prepare = Callable[[bytes, str], list[Image.Image]]
photo = cache(lying)


@pytest.fixture(params=WAYS)
def prepare(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Prepare]:
    """Make what the browser shows of a picture, and what is sent of it and of its right half."""
    page = browser.new_page()
    page.route(f"{_ADDRESS}**", _serve)
    page.add_init_script(WAYS[request.param])
    page.goto(_ADDRESS)

    def prepare(photo: bytes, media_type: str) -> list[Image.Image]:
        made = page.evaluate(_PREPARE, [base64.b64encode(photo).decode(), media_type, [None, RIGHT_HALF]])
        return [opened(base64.b64decode(each)).convert("RGB") for each in made]

    yield prepare
    page.close()


def _serve(route: Route) -> None:
    name = route.request.url.removeprefix(_ADDRESS)
    if name:
        route.fulfill(path=_DIST / name, content_type="text/javascript")
    else:
        route.fulfill(body="<!doctype html>", content_type="text/html")


def corners(image: Image.Image) -> list[tuple[int, ...]]:
    """The colors of the corners, each channel as much or nothing."""
    width, height = image.size
    places = [(x, y) for y in (height // 5, height * 4 // 5) for x in (width // 5, width * 4 // 5)]
    pixels = [image.getpixel(place) for place in places]
    return [tuple(round(channel / 255) for channel in pixel) for pixel in pixels if isinstance(pixel, tuple)]


# Other files say in another place which of the turns it is, and that is all.
@pytest.mark.parametrize(("kind", "turns"), [("JPEG", tuple(TURNS)), ("PNG", (1, 5, 6)), ("WEBP", (1, 5, 6))])
def test_what_is_sent_lies_as_it_is_shown_and_sides_keep_their_shares(
    prepare: Prepare, kind: str, turns: Sequence[int]
) -> None:
    for orientation in turns:
        shown, sent, part = prepare(photo(orientation, kind, SIZE), f"image/{kind.lower()}")
        assert corners(sent) == corners(shown), orientation
        assert corners(part) == corners(shown.crop((50, 0, 100, 100))), orientation
        if kind == "JPEG":
            assert corners(shown) == corners(quarters(SIZE))
            assert 960 <= sent.width <= 1024
            assert sent.width / sent.height == pytest.approx(SIZE[0] / SIZE[1], rel=0.01)
