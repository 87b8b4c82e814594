from __future__ import annotations

from collections.abc import Sequence

import pytest

from shared.catalog.rarity import NOTHING_KNOWN, LabelCounts
from shared.catalog.strategies.grades import KEPT, SHARED_STEPS, GradedLabels
from shared.model import Appearance, Label


def _look(**scores: float) -> Appearance:
    return Appearance(labels=tuple(Label(name, score) for name, score in scores.items()))


@pytest.mark.parametrize(
    ("score", "values"),
    [
        (0.49, []),
        (0.5, ["Bag@50"]),
        (0.83, ["Bag@50", "Bag@65", "Bag@80"]),
        (1.0, ["Bag@50", "Bag@65", "Bag@80", "Bag@90"]),
    ],
)
def test_a_label_has_every_step_that_its_score_reaches(score: float, values: list[str]) -> None:
    assert GradedLabels().attributes(_look(Bag=score)) == {"labelGrades": values}


def test_steps_share_out_the_root_of_the_score() -> None:
    terms = GradedLabels(SHARED_STEPS).terms(_look(Bag=0.49), NOTHING_KNOWN)
    assert {(term.kind, term.name) for term in terms} == {("label", "Bag")}
    # 1,000 x 0.7 x the differences of sqrt(0.02), sqrt(0.1), sqrt(0.3)
    assert [(term.value, term.points) for term in terms] == [("Bag@30", 162), ("Bag@10", 122), ("Bag@2", 99)]


def test_rarity_is_that_of_the_label() -> None:
    (term,) = GradedLabels((0.25,)).terms(_look(Bag=1.0), LabelCounts(99, {"bag": 9}))
    assert term.points == 250


def test_of_two_products_the_one_with_the_more_similar_score_gets_more_points() -> None:
    graded = GradedLabels()
    terms = graded.terms(_look(Bag=0.95), NOTHING_KNOWN)

    def points(score: float) -> int:
        values = graded.attributes(_look(Bag=score))["labelGrades"]
        return sum(term.points for term in terms if term.value in values)

    assert points(0.92) > points(0.85) > points(0.7) > points(0.55) > 0


def test_a_record_grades_its_best_labels_only() -> None:
    look = Appearance(labels=tuple(Label(f"label {number}", 0.6) for number in range(100)))
    values = GradedLabels().attributes(look)["labelGrades"]
    assert values == [f"label {number}@50" for number in range(KEPT)]


@pytest.mark.parametrize("steps", [(), (0.0, 0.5), (0.5, 0.5), (0.8, 0.5), (0.5, 1.2), (0.501, 0.504)])
def test_steps_that_do_not_ascend_are_refused(steps: Sequence[float]) -> None:
    with pytest.raises(ValueError, match="ascending"):
        GradedLabels(steps)
