"""`python -m tests.browser.screenshot`: every state of the widget, on all screens, as pictures to look at.

They go to `build/screenshots`. With `--readme` it makes docs/pictures/shop.png anew instead.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
from playwright.sync_api import Browser, sync_playwright

from devstack.environment import REPOSITORY
from tests.browser.chromium import MISSING, find
from tests.browser.demo import STRICT, Demo, running_demo
from tests.browser.photos import on_a_table, opened
from tests.browser.shopper import Shopper
from tests.browser.states import STATES

FOLDER = REPOSITORY / "build" / "screenshots"
PICTURE = REPOSITORY / "docs" / "pictures" / "shop.png"
PHOTOGRAPHED = "freerun-running-shoe"
SCREENS: dict[str, dict[str, Any]] = {
    "phone": {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True},
    "tablet": {"viewport": {"width": 820, "height": 1180}, "has_touch": True},
    "desktop": {"viewport": {"width": 1440, "height": 900}},
}
SCHEMES = ("light", "dark")
_README = {"viewport": {"width": 1200, "height": 800}}


@contextmanager
def _shopper(browser: Browser, demo: Demo, device: dict[str, Any]) -> Iterator[Shopper]:
    demo.tap.reset()
    context = browser.new_context(**{**device, "reduced_motion": "reduce"})
    shopper = Shopper(context.new_page())
    shopper.visit(demo.address)
    yield shopper
    shopper.page.wait_for_timeout(300)
    demo.tap.reset()
    context.close()


def _readme(browser: Browser, demo: Demo) -> Path:
    """The page of a shopper who searches with a photo of a shoe that the shop doesn't sell."""
    names = demo.endpoints
    login = {"X-Algolia-Application-Id": names.app_id, "X-Algolia-API-Key": names.keys.admin}
    record = f"{names.algolia_url}/1/indexes/{names.index}/{PHOTOGRAPHED}"
    requests.delete(record, headers=login, timeout=5).raise_for_status()
    with _shopper(browser, demo, _README) as shopper:
        shopper.use(on_a_table(demo.photo_of(PHOTOGRAPHED)))
        shopper.page.wait_for_load_state("networkidle")
        shown = opened(shopper.page.screenshot())
    # Little more than half of the bytes, for a shade here and there.
    shown.convert("RGB").quantize(256).save(PICTURE, optimize=True)
    return PICTURE


def _states(browser: Browser, demo: Demo, wanted: str) -> Iterator[Path]:
    for screen, device in SCREENS.items():
        for scheme in SCHEMES:
            for state, reach in STATES.items():
                name = f"{state}-{screen}-{scheme}"
                if wanted not in name:
                    continue
                with _shopper(browser, demo, {**device, "color_scheme": scheme}) as shopper:
                    reach(shopper, demo)
                    # Pictures that are still to come would leave holes.
                    shopper.page.wait_for_timeout(400)
                    shopper.page.screenshot(path=FOLDER / f"{name}.png")
                yield FOLDER / f"{name}.png"


def main(arguments: Sequence[str] | None = None) -> int:
    """Start the demo, bring it into each state, take the pictures."""
    parser = argparse.ArgumentParser(prog="python -m tests.browser.screenshot", description=__doc__)
    parser.add_argument("--readme", action="store_true", help="make the README's picture")
    parser.add_argument("--only", default="", metavar="WORDS", help="those whose name contains this")
    options = parser.parse_args(arguments)
    found = find()
    if found is None:
        sys.stderr.write(f"{MISSING}\n")
        return 1
    with (
        tempfile.TemporaryDirectory() as folder,
        running_demo(Path(folder), {} if options.readme else STRICT) as demo,
        sync_playwright() as playwright,
    ):
        browser = found.launch(playwright)
        made = [_readme(browser, demo)] if options.readme else _states(browser, demo, options.only)
        for path in made:
            sys.stdout.write(f"{path.relative_to(REPOSITORY)} is new\n")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
