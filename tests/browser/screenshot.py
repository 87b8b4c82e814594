"""`python -m tests.browser.screenshot`: make docs/pictures/shop.png anew."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from devstack.environment import REPOSITORY
from tests.browser.chromium import MISSING, Chromium, find
from tests.browser.demo import Demo, running_demo
from tests.browser.shopper import Shopper

PICTURE = REPOSITORY / "docs" / "pictures" / "shop.png"
_SIZE = (1200, 800)
_PRODUCT = "runx-running-shoe"


def _taken(found: Chromium, demo: Demo) -> None:
    """The page of a shopper who searches with the photo of a shoe."""
    with sync_playwright() as playwright:
        browser = found.launch(playwright)
        context = browser.new_context(viewport={"width": _SIZE[0], "height": _SIZE[1]})
        shopper = Shopper(context.new_page())
        shopper.visit(demo.address)
        shopper.use(demo.photo_of(_PRODUCT))
        shopper.page.wait_for_load_state("networkidle")
        shopper.page.screenshot(path=PICTURE)
        browser.close()


def main() -> int:
    """Start the demo, search with a picture, take the screenshot."""
    found = find()
    if found is None:
        sys.stderr.write(f"{MISSING}\n")
        return 1
    with tempfile.TemporaryDirectory() as folder, running_demo(Path(folder), {}) as demo:
        _taken(found, demo)
    sys.stdout.write(f"{PICTURE.relative_to(REPOSITORY)} is new\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
