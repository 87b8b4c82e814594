"""The way of a photo through the shop in Firefox, where one is installed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.browser.demo import Demo
from tests.browser.firefox import running
from tests.browser.shopper import inside
from tests.outside import eventually

NAMES = ("firefox", "firefox-esr", "/Applications/Firefox.app/Contents/MacOS/firefox")
INSTALLED = next(filter(None, map(shutil.which, NAMES)), None)
PRODUCT = "runx-running-shoe"
CARDS = "#hits article"
VERDICTS = ("Very similar", "Similar", "Less similar")
PREVIEW = "document.querySelector('.ais-ImageSearch-bar img').naturalWidth"


@pytest.mark.skipif(not INSTALLED, reason="no Firefox is installed")
def test_a_chosen_photo_orders_the_shop_until_it_is_cleared(demo: Demo, tmp_path: Path) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(demo.photo_of(PRODUCT))
    with running(str(INSTALLED), tmp_path) as firefox:
        firefox.call("Navigate", url=demo.address)

        def names() -> list[str]:
            return firefox.texts(f"{CARDS} h3")

        own = eventually(names, bool)
        firefox.click("Search by photo")
        firefox.choose_file(".ais-ImageSearch input[type=file]", photo)
        verdicts = eventually(lambda: firefox.texts(f"{CARDS} .verdict > :first-child"), bool)
        places = [VERDICTS.index(verdict) for verdict in verdicts]
        assert len(places) == len(own)
        assert places == sorted(places)
        assert places[0] < places[-1]
        found = names()
        assert found[0] == demo.name_of(PRODUCT)
        eventually(lambda: firefox.evaluate(PREVIEW), bool)
        [label, *_] = firefox.texts(".ais-ImageSearch-chip")
        firefox.click(f"Remove {label}")
        eventually(lambda: firefox.texts(".ais-ImageSearch-chip--removed"), [label].__eq__)
        assert inside(names()[:3], "Shoe")
        firefox.click(f"Use {label} again")
        eventually(names, found.__eq__)
        firefox.click("Remove photo")
        eventually(names, own.__eq__)
        assert firefox.texts(".ais-ImageSearch-chip") == []
