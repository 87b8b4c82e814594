from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tools.evaluate.advice import advice, summary
from tools.evaluate.cosine import COSINE
from tools.evaluate.metrics import METRICS, Estimate
from tools.evaluate.ranking import Cost
from tools.evaluate.report import Estimates, EvaluationReport, Facts, StrategyRow

NUMBERS: dict[str, Any] = {
    "products": 100,
    "queries": 300,
    "single": 20,
    "witnesses": 100,
    "milliseconds": 5.0,
}
NONE: dict[str, Any] = {"unanswerable": 0, "copies": 0, "refused": {}, "categories": {}}
SO: dict[str, Any] = {"leave_one_out": False, "several": False, "encodes": True, "calibrated": True}
FACTS = Facts("shop", "product", **NUMBERS, **NONE, **SO)


def every(middle: float, low: float | None = None, high: float | None = None) -> Estimates:
    """The same for each metric."""
    narrow = Estimate(middle, middle - 0.01, middle + 0.01)
    return dict.fromkeys(METRICS, narrow if low is None or high is None else Estimate(middle, low, high))


def row(name: str, metrics: Estimates, gain: Estimates, beyond: Estimates | None = None) -> StrategyRow:
    return StrategyRow(name, "", metrics, gain, beyond, {}, Cost(1, 1, 1, 1))


FOUND = {**every(0.76), "exact_in_100": Estimate(0.97, 0.96, 0.98)}
GUIDE = row("guide", every(0.26), every(0))
DEFAULT = row("default", FOUND, every(0.5, 0.404, 0.6), every(-0.05, -0.08, -0.02))
GOOD = EvaluationReport(FACTS, [GUIDE, DEFAULT, row(COSINE, every(0.81), every(0.55))], [])


def with_facts(**facts: Any) -> EvaluationReport:  # noqa: ANN401 any field
    return replace(GOOD, facts=replace(FACTS, **facts))


def with_default(**changes: Any) -> EvaluationReport:  # noqa: ANN401 any field
    return replace(GOOD, rows=[GUIDE, replace(DEFAULT, **changes), GOOD.rows[2]])


def test_the_verdict_is_of_a_hundred_photos_and_says_what_is_certain() -> None:
    told, better = summary(GOOD), "this is better, by 40 points or more"
    guide, exact = "The way of Algolia's guide, labels that all count the same,", "An exact vector search"
    worse = "this is worse, by 2 points or more"
    assert (told.number, told.claim) == (76, "of 100 photos bring the very product among the first ten")
    assert [*told.lines] == [
        "For other photos like these it is 75 to 77 of 100, with 95% certainty.",
        "The very first product is the right one for 76 of 100 photos.",
        f"{guide} brings 26: {better}, with 95% certainty.",
        f"{exact} beside Algolia, with the same network, brings 81: {worse}, with 95% certainty.",
    ]


@pytest.mark.parametrize(
    ("low", "said"),
    [
        (-0.01, "26: too close to tell apart with these photos."),
        (0.004, "26: this is better, perhaps by less than a point, with 95% certainty."),
        (0.012, "26: this is better, by 1 point or more, with 95% certainty."),
    ],
)
def test_what_is_not_certain_is_not_claimed(low: float, said: str) -> None:
    assert summary(with_default(gain=every(0.03, low, 0.05))).lines[2].endswith(said)


def test_where_several_are_right_the_verdict_is_of_products() -> None:
    told = summary(with_facts(several=True, by="category"))
    assert told.claim == "of 100 products on the first pages, ten each, are of the photo's kind"
    assert not any("could be" in line for line in told.lines)
    few = summary(with_facts(several=True, by="category", ceiling=0.23))
    assert "No more than 23 of 100 could be: photos have fewer than ten right products." in few.lines


@pytest.mark.parametrize(("products", "told"), [(10, True), (11, False)])
def test_that_ten_of_ten_products_are_shown_is_no_merit(products: int, *, told: bool) -> None:
    lines = summary(with_facts(products=products)).lines
    assert ("The catalog has 10 products: to be among the first ten says nothing." in lines) == told


def test_chance_copies_and_another_strategy_than_the_deployed_are_owned_to() -> None:
    assert "The catalog has 30 products: among ten picked blindly it is for 33 of 100 photos." in (
        summary(with_facts(products=30)).lines
    )
    copied = "3 of 300 photos are the very files that products have"
    assert f"It is too good: {copied}." in summary(with_facts(copies=3)).lines
    alone = summary(replace(GOOD, rows=[GUIDE, replace(DEFAULT, name="labels"), GOOD.rows[2]]))
    assert "This is labels alone: what is deployed was not measured." in alone.lines


def test_the_verdict_is_of_what_was_asked_for_and_of_what_it_is_compared_with_only_alone() -> None:
    better, worse = row("guide", every(0.9), every(0)), row("labels", every(0.2), every(-0.7))
    assert replace(GOOD, rows=[better, worse, GOOD.rows[2]]).main.name == "labels"
    assert replace(GOOD, rows=[better, GOOD.rows[2]]).main.name == "guide"


WIDE = {**FOUND, "hit_at_10": Estimate(0.76, 0.65, 0.85)}
LOST = {**FOUND, "exact_in_100": Estimate(0.7, 0.6, 0.8)}


@pytest.mark.parametrize(
    ("report", "titles"),
    [
        (GOOD, []),
        (with_facts(encodes=False), ["Use an encoder"]),
        (with_facts(single=51), ["Give products a second picture"]),
        (with_facts(by="category", several=True, single=100), []),
        (with_facts(calibrated=False), ["Calibrate what is called similar"]),
        (with_facts(leave_one_out=True), ["Measure with shoppers' photos"]),
        (with_facts(copies=3), ["Leave out copies"]),
        (with_facts(refused={"b.jpg": "damaged"}), ["Replace what nobody can read"]),
        (with_default(metrics=WIDE), ["Take more photos"]),
        (with_default(metrics=LOST), ["Let more of what is near be found"]),
    ],
)
def test_what_the_figures_say_is_advised(report: EvaluationReport, titles: list[str]) -> None:
    assert [each.title for each in advice(report)] == titles


def test_near_products_that_nobody_can_see_first_are_told_with_their_share() -> None:
    [told] = advice(with_default(metrics=LOST))
    assert "30% are not among" in told.why


def test_the_worst_categories_with_photos_enough_are_named() -> None:
    values = {"skirt": 0.3, "boot": 0.5, "hat": 0.4, "sock": 0.2, "coat": 0.7, "rare": 0.0}
    report = with_default(categories={name: every(value) for name, value in values.items()})
    photos = dict.fromkeys(values, 20) | {"rare": 4}
    [told] = advice(replace(report, facts=replace(FACTS, categories=photos)))
    assert "fewer are right here: sock (20), skirt (30), hat (40). " in told.why
