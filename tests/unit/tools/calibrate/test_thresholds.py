from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.calibrate.thresholds import Halves, Photo, halved, surest, threshold

NEARNESS = st.floats(-1, 1)
RATES = st.floats(0.001, 0.5)


@given(st.lists(NEARNESS, min_size=1, max_size=80), RATES)
def test_no_more_strangers_than_allowed_reach_the_threshold(strange: list[float], rate: float) -> None:
    assert sum(each >= threshold(strange, rate) for each in strange) <= rate * len(strange) + 1e-6


@given(st.lists(NEARNESS, min_size=1, max_size=80), RATES)
def test_a_smaller_threshold_would_let_in_too_many(strange: list[float], rate: float) -> None:
    smaller = round(threshold(strange, rate) - 0.0001, 4)
    assert sum(each >= smaller for each in strange) > rate * len(strange) - 1e-6


@pytest.mark.parametrize(
    ("strange", "rate", "expected"),
    [
        ([0.1, 0.2, 0.3, 0.4], 0.25, 0.3001),
        ([0.1, 0.2, 0.3, 0.4], 0.24, 0.4001),
        ([0.4312] * 10, 0.1, 0.4313),
        ([-0.5], 0.01, -0.4999),
        ([0.12345] * 3, 0.01, 0.1235),
        ([1.0] * 3, 0.01, 1.0001),
    ],
)
def test_thresholds_are_those_worked_out_by_hand(strange: list[float], rate: float, expected: float) -> None:
    assert threshold(strange, rate) == expected


@given(st.lists(st.tuples(NEARNESS, st.booleans()), max_size=120))
def test_of_the_hits_from_the_step_on_no_more_are_wrong_than_may_be(hits: list[tuple[float, bool]]) -> None:
    found = surest(hits, 0.1)
    if found is not None:
        rights = [right for nearness, right in hits if nearness >= found]
        assert len(rights) >= 29
        assert rights.count(False) <= 0.1 * len(rights)


def test_the_step_is_the_lowest_that_is_right_so_often() -> None:
    hits = [(0.9, True)] * 40 + [(0.8, True)] * 5 + [(0.8, False)] * 5 + [(0.7, False)]
    assert surest(hits, 0.1) == 0.8
    assert surest(hits, 0.09) == 0.9
    assert surest(hits, 0.05) is None
    assert surest([(0.9, True)] * 28, 0.1) is None


def test_the_other_half_tells_how_many_of_its_hits_and_photos_are_so_near() -> None:
    finding = [Photo("a", 0.9, stranger=False, hits=[(0.9, True)] * 30)]
    checking = [
        Photo("b", 0.95, stranger=False, hits=[(0.95, True), (0.9, False), (0.8, False)]),
        Photo("c", 0.5, stranger=False, hits=[(0.5, True)]),
    ]
    step = Halves(finding, checking).sure_step(0.1)
    assert step is not None
    assert step.wrong is not None
    assert (step.threshold, step.hits, step.wrong.value) == (0.9, 2, 0.5)
    assert (step.photos.count, step.photos.of) == (1, 2)
    nothing = Halves(finding, checking[1:]).sure_step(0.1)
    assert nothing is not None
    assert nothing.wrong is None


def test_the_interval_of_wrong_hits_takes_the_photos_of_a_product_together() -> None:
    finding = [Photo("a", 0.9, stranger=False, hits=[(0.9, True)] * 30)]
    hits = [[(0.9, number % 3 > 0), (0.9, True)] for number in range(20)]

    def wrong(photos: Sequence[Photo]) -> tuple[float, ...]:
        step = Halves(finding, photos).sure_step(0.1)
        assert step is not None
        assert step.wrong is not None
        return (step.wrong.low, step.wrong.value, step.wrong.high)

    alone = [Photo(f"p{number:02}", 0.9, stranger=False, hits=each) for number, each in enumerate(hits)]
    thrice = [photo for photo in alone for _ in range(3)]
    apart = [Photo(f"q{number}", 0.9, stranger=False, hits=each.hits) for number, each in enumerate(thrice)]
    assert wrong(thrice) == pytest.approx(wrong(alone))
    assert wrong(apart)[2] < wrong(alone)[2]


def strangers(*nearness: float) -> list[Photo]:
    return [Photo(f"s{number}", near, stranger=True) for number, near in enumerate(nearness)]


def known(*nearness: float) -> list[Photo]:
    return [Photo(f"k{number}", near, stranger=False) for number, near in enumerate(nearness)]


def test_the_rates_told_are_those_of_photos_the_threshold_has_not_seen() -> None:
    finding = [*strangers(0.1, 0.2, 0.3, 0.4), *known(0.9, 0.9)]
    checking = [*strangers(0.35, 0.5, 0.3, 0.1), *known(0.9, 0.3001, 0.2)]
    row = Halves(finding, checking).row(0.25)
    assert row.threshold == 0.3001
    assert (row.false_accepts.count, row.false_accepts.of) == (2, 4)
    assert (row.true_accepts.count, row.true_accepts.of) == (2, 3)


@pytest.mark.parametrize(
    ("finding", "checking", "others", "rates"),
    [(29, 29, 1, [0.1, 0.2]), (28, 29, 1, [0.2]), (29, 28, 1, [0.2]), (29, 29, 0, [])],
)
def test_a_rate_takes_photos_enough_in_both_halves(
    finding: int, checking: int, others: int, rates: list[float]
) -> None:
    halves = Halves(strangers(*[0.1] * finding), [*strangers(*[0.1] * checking), *known(*[0.9] * others)])
    assert [rate for rate in (0.05, 0.1, 0.2) if halves.supports(rate)] == rates


def ids(photos: Sequence[Photo]) -> set[str]:
    return {photo.product for photo in photos}


PHOTOS = st.lists(
    st.builds(Photo, st.integers(0, 30).map(str), NEARNESS, stranger=st.booleans()), min_size=1, max_size=120
)


@given(PHOTOS)
def test_photos_of_one_product_stay_together(photos: list[Photo]) -> None:
    halves = halved(photos)
    assert not ids(halves.finding) & ids(halves.checking)
    assert len(halves.finding) + len(halves.checking) == len(photos)


@given(PHOTOS, st.randoms())
def test_the_order_of_files_does_not_matter(photos: list[Photo], chance: random.Random) -> None:
    mixed = chance.sample(photos, len(photos))
    assert ids(halved(mixed).finding) == ids(halved(photos).finding)


@pytest.mark.parametrize("count", [7, 60])
def test_each_half_gets_as_many_strangers_and_as_many_others(count: int) -> None:
    halves = halved([*strangers(*[0.1] * count), *known(*[0.9] * 41)])
    for stranger in (True, False):
        sizes = [
            sum(each.stranger == stranger for each in half) for half in (halves.finding, halves.checking)
        ]
        assert abs(sizes[0] - sizes[1]) <= 1


def test_halves_do_not_follow_the_names() -> None:
    first = sorted(int(photo.product[1:]) for photo in halved(strangers(*[0.1] * 100)).finding)
    assert first[:50] != list(range(50))
    assert 15 <= sum(number < 50 for number in first) <= 35
