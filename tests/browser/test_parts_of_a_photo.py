"""The dialog of a photo in use: things in it to tap, a frame to begin with, and other photos."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import PHONE, Enter
from tests.browser.demo import Demo
from tests.browser.photos import opened
from tests.browser.shopper import Shopper
from tests.browser.states import SHOE
from tests.browser.things import DISTINCT, SEEN, SEEN_BY, TABLE
from tests.outside import eventually


@pytest.fixture
def table(enter: Enter, demo: Demo) -> Shopper:
    """Somebody with a phone, whose photo shows several things."""
    shopper = enter(**PHONE)
    demo.tap.seen = SEEN
    shopper.use(demo.photo_of(TABLE))
    return shopper


def _spots(shopper: Shopper) -> Locator:
    return shopper.page.locator(".ais-ImageSearch-spot")


@pytest.mark.parametrize("service", SEEN_BY)
def test_things_are_there_to_tap_whoever_saw_them(enter: Enter, demo: Demo, service: str) -> None:
    shopper = enter(**PHONE)
    demo.tap.seen = SEEN_BY[service]
    shopper.use(demo.photo_of(TABLE))
    shopper.open_photo()
    assert [spot.get_attribute("aria-label") for spot in _spots(shopper).all()] == DISTINCT


def test_a_tap_on_a_thing_searches_for_it_and_leaves_the_others_where_they_were(
    table: Shopper, demo: Demo
) -> None:
    whole = opened(demo.tap.photos[-1]).size
    table.open_photo()
    places = [spot.bounding_box() for spot in _spots(table).all()]
    table.button("Alarm clock").tap()
    expect(table.dialog).to_be_hidden()
    eventually(lambda: len(demo.tap.photos), (2).__eq__)
    table.wait_for_picture()
    part = opened(demo.tap.photos[-1]).size
    [box] = [each["box"] for each in SEEN if each["description"] == "Alarm clock"]
    wanted = whole[0] * box["width"] / (whole[1] * box["height"])
    assert part[0] / part[1] == pytest.approx(wanted, rel=0.05)
    table.open_photo()
    eventually(lambda: [spot.bounding_box() for spot in _spots(table).all()], places.__eq__)
    assert table.edges == [67, 21, 86, 41]
    table.button("Whole photo").click()
    table.wait_for_picture()
    table.open_photo()
    assert table.edges == [0, 0, 100, 100]


def test_no_thing_is_out_of_reach_behind_another_also_when_the_window_turns(table: Shopper) -> None:
    table.open_photo()
    for spot in _spots(table).all():
        reached = spot.evaluate(
            """each => {
              const {left, top, width, height} = each.getBoundingClientRect();
              const at = [[0.5, 0.5], [0.2, 0.5], [0.8, 0.5], [0.5, 0.2], [0.5, 0.8]]
                .map(([x, y]) => document.elementFromPoint(left + x * width, top + y * height));
              return at.every((found) => found === each);
            }"""
        )
        assert reached, spot
    table.page.set_viewport_size({"width": 740, "height": 360})
    photo = table.dialog.get_by_role("img", name="Your photo")

    def inside() -> bool:
        stage = photo.bounding_box()
        boxes = [spot.bounding_box() for spot in _spots(table).all()]
        assert stage
        return all(
            box is not None
            and stage["x"] - 1 <= box["x"] <= stage["x"] + stage["width"] - 43
            and stage["y"] - 1 <= box["y"] <= stage["y"] + stage["height"] - 43
            for box in boxes
        )

    eventually(inside, bool)


def test_without_things_the_frame_begins_around_what_stands_out(shopper: Shopper, demo: Demo) -> None:
    shopper.use(demo.photo_of(SHOE))
    shopper.open_photo()
    left, top, right, bottom = eventually(lambda: shopper.edges, lambda edges: edges != [10, 10, 90, 90])
    # The shoe without its laces.
    assert 25 <= left <= 35
    assert 18 <= top <= 30
    assert 70 <= right <= 82
    assert 60 <= bottom <= 75
