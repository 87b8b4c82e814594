from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tools.evaluate.advice import advice, summary
from tools.evaluate.cosine import COSINE
from tools.evaluate.metrics import METRICS, Estimate
from tools.evaluate.ranking import Cost
from tools.evaluate.report import Estimates, EvaluationReport, Facts, StrategyRow

FACTS = Facts(
    name="shop",
    by="product",
    leave_one_out=False,
    several=False,
    products=100,
    queries=300,
    single=20,
    unanswerable=0,
    copies=0,
    milliseconds=5.0,
    refused={},
    categories={},
    encodes=True,
    calibrated=True,
    witnesses=100,
)


def every(middle: float, low: float | None = None, high: float | None = None) -> Estimates:
    """The same for each metric."""
    narrow = Estimate(middle, middle - 0.01, middle + 0.01)
    return dict.fromkeys(METRICS, narrow if low is None or high is None else Estimate(middle, low, high))


def row(name: str, metrics: Estimates, gain: Estimates, beyond: Estimates | None = None) -> StrategyRow:
    return StrategyRow(name, "", metrics, gain, beyond, {}, Cost(1, 1, 1, 1))


FOUND = {**every(0.76), "exact_in_100": Estimate(0.97, 0.96, 0.98)}
DEFAULT = row("default", FOUND, every(0.5, 0.404, 0.6), every(-0.05, -0.08, -0.02))
GOOD = EvaluationReport(
    FACTS, [row("guide", every(0.26), every(0)), DEFAULT, row(COSINE, every(0.81), every(0.55))], []
)


def with_default(report: EvaluationReport, default: StrategyRow) -> EvaluationReport:
    return replace(report, rows=[report.rows[0], default, report.rows[2]])


def titles(report: EvaluationReport) -> list[str]:
    return [each.title for each in advice(report)]


def test_the_verdict_is_of_a_hundred_photos_and_says_what_is_certain() -> None:
    told, better = summary(GOOD), "this is better, by 40 points or more"
    guide, exact = "The way of Algolia's guide, labels that all count the same,", "An exact vector search"
    worse = "this is worse, by 2 points or more"
    assert (told.number, told.claim) == (76, "of 100 photos bring the very product among the first ten")
    assert [*told.lines] == [
        "The very first product is the right one for 76 of 100 photos.",
        "For other photos like these it is 75 to 77 of 100, with 95% certainty.",
        f"{guide} brings 26: {better}, with 95% certainty.",
        f"{exact} beside Algolia, with the same network, brings 81: {worse}, with 95% certainty.",
    ]


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (-0.01, 0.05, "26: too close to tell apart with these photos."),
        (0.004, 0.05, "26: this is better, perhaps by less than a point, with 95% certainty."),
        (0.012, 0.05, "26: this is better, by 1 point or more, with 95% certainty."),
    ],
)
def test_what_is_not_certain_is_not_claimed(low: float, high: float, said: str) -> None:
    report = with_default(GOOD, replace(DEFAULT, gain=every(0.03, low, high)))
    assert summary(report).lines[2].endswith(said)


def test_where_several_are_right_the_verdict_is_of_products() -> None:
    report = replace(GOOD, facts=replace(FACTS, several=True, by="category"))
    told = summary(report)
    assert told.claim == "of 100 products on the first pages, ten each, are of the photo's kind"
    assert not any("could be" in line for line in told.lines)
    few = summary(replace(report, facts=replace(report.facts, ceiling=0.23)))
    assert "No more than 23 of 100 could be: photos have fewer than ten right products." in few.lines


def test_where_all_is_well_there_is_nothing_to_do() -> None:
    assert titles(GOOD) == []


@pytest.mark.parametrize(
    ("changed", "title"),
    [
        ({"encodes": False}, "Use an encoder"),
        ({"single": 51}, "Give products a second picture"),
        ({"calibrated": False}, "Calibrate what is called similar"),
        ({"leave_one_out": True}, "Measure with shoppers' photos"),
        ({"copies": 3}, "Leave out copies"),
        ({"refused": {str(Path("b.jpg")): "damaged"}}, "Replace what nobody can read"),
    ],
)
def test_what_the_figures_say_is_advised(changed: dict[str, object], title: str) -> None:
    assert titles(replace(GOOD, facts=replace(FACTS, **changed))) == [title]  # type: ignore[arg-type] # by name


def test_single_pictures_of_a_category_set_are_as_they_should_be() -> None:
    assert titles(replace(GOOD, facts=replace(FACTS, by="category", several=True, single=100))) == []


def test_a_wide_interval_takes_more_photos() -> None:
    wide = {**FOUND, "hit_at_10": Estimate(0.76, 0.65, 0.85)}
    assert titles(with_default(GOOD, replace(DEFAULT, metrics=wide))) == ["Take more photos"]


def test_near_products_that_nobody_can_see_first_are_told() -> None:
    lost = {**DEFAULT.metrics, "exact_in_100": Estimate(0.7, 0.6, 0.8)}
    [told] = advice(with_default(GOOD, replace(DEFAULT, metrics=lost)))
    assert (told.title, "30% are not among" in told.why) == ("Let more of what is near be found", True)


def test_the_worst_categories_with_photos_enough_are_named() -> None:
    values = {"skirt": 0.3, "boot": 0.5, "hat": 0.4, "sock": 0.2, "coat": 0.7, "rare": 0.0}
    default = replace(DEFAULT, categories={name: every(value) for name, value in values.items()})
    photos = dict.fromkeys(values, 20) | {"rare": 4}
    report = replace(with_default(GOOD, default), facts=replace(FACTS, categories=photos))
    [told] = advice(report)
    assert "fewer are right here: sock (20), skirt (30), hat (40). " in told.why
