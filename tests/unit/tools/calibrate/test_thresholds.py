from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.calibrate.thresholds import Halves, Photo, SureStep, halved, surest, threshold

NEARNESS = st.floats(-1, 1)
RATES = st.floats(0.001, 0.5)
Hits = list[tuple[float, bool]]


@settings(max_examples=50)
@given(st.lists(NEARNESS, min_size=1, max_size=80), RATES)
def test_a_threshold_lets_in_as_many_as_allowed_and_a_smaller_one_more(
    strange: list[float], rate: float
) -> None:
    least = threshold(strange, rate)
    assert sum(each >= least for each in strange) <= rate * len(strange) + 1e-6
    assert sum(each >= round(least - 0.0001, 4) for each in strange) > rate * len(strange) - 1e-6


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


def test_the_step_is_the_lowest_that_is_right_so_often() -> None:
    hits = [(0.9, True)] * 40 + [(0.8, True)] * 5 + [(0.8, False)] * 5 + [(0.7, False)]
    assert [surest(hits, rate) for rate in (0.1, 0.09, 0.05)] == [0.8, 0.9, None]
    assert surest([(0.9, True)] * 28, 0.1) is None
    assert surest([(0.90006, True)] * 29, 0.1) == 0.9


def known(*nearness: float) -> list[Photo]:
    return [Photo(f"k{number}", near, stranger=False) for number, near in enumerate(nearness)]


def strangers(*nearness: float) -> list[Photo]:
    return [Photo(f"s{number}", near, stranger=True) for number, near in enumerate(nearness)]


def checked(*photos: tuple[str, Hits]) -> SureStep:
    """The step of 30 hits that are right, as these photos of products tell of it."""
    finding = [Photo("a", 0.9, stranger=False, hits=[(0.9, True)] * 30)]
    checking = [Photo(product, hits[0][0], stranger=False, hits=hits) for product, hits in photos]
    step = Halves(finding, checking).sure_step(0.1)
    assert step is not None
    return step


def test_the_other_half_tells_how_many_of_its_hits_and_photos_are_so_near() -> None:
    far = ("c", [(0.5, True)])
    step = checked(("b", [(0.95, True), (0.9, False), (0.8, False)]), far)
    assert step.wrong is not None
    assert (step.threshold, step.hits, step.wrong.value) == (0.9, 2, 0.5)
    assert (step.photos.count, step.photos.of) == (1, 2)
    assert checked(far).wrong is None


def test_the_interval_of_wrong_hits_takes_the_photos_of_a_product_together() -> None:
    def wrong(times: int, *, apart: bool = False) -> tuple[float, ...]:
        hits = [[(0.9, number % 3 > 0), (0.9, True)] for number in range(20) for _ in range(times)]
        step = checked(
            *((f"p{number if apart else number // times:02}", each) for number, each in enumerate(hits))
        )
        assert step.wrong is not None
        return (step.wrong.low, step.wrong.value, step.wrong.high)

    assert wrong(3) == pytest.approx(wrong(1))
    assert wrong(3, apart=True)[2] < wrong(1)[2]


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
def test_a_rate_takes_photos_enough(finding: int, checking: int, others: int, rates: list[float]) -> None:
    halves = Halves(strangers(*[0.1] * finding), [*strangers(*[0.1] * checking), *known(*[0.9] * others)])
    assert [rate for rate in (0.05, 0.1, 0.2) if halves.supports(rate)] == rates


def ids(photos: Sequence[Photo]) -> set[str]:
    return {photo.product for photo in photos}


PHOTO = st.builds(Photo, st.integers(0, 30).map(str), NEARNESS, stranger=st.booleans())


@settings(max_examples=50)
@given(st.lists(PHOTO, min_size=1, max_size=120), st.randoms())
def test_photos_of_a_product_stay_together_in_any_order(photos: list[Photo], chance: random.Random) -> None:
    halves = halved(photos)
    assert not ids(halves.finding) & ids(halves.checking)
    assert len(halves.finding) + len(halves.checking) == len(photos)
    assert ids(halved(chance.sample(photos, len(photos))).finding) == ids(halves.finding)


def test_each_half_gets_as_many_strangers_and_as_many_others_whatever_their_names() -> None:
    halves = halved([*strangers(*[0.1] * 100), *known(*[0.9] * 41)])
    for stranger, count in ((True, 100), (False, 41)):
        finding = [each for each in halves.finding if each.stranger == stranger]
        assert abs(2 * len(finding) - count) <= 1
    first = sorted(int(each.product[1:]) for each in halves.finding if each.stranger)
    assert first[:50] != list(range(50))
    assert 15 <= sum(number < 50 for number in first) <= 35
