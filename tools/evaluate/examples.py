"""The examples of a report: searches that are as good and as bad as all of them."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np

from tools.evaluate.datasets import SEED
from tools.evaluate.metrics import column
from tools.evaluate.preparing import Prepared
from tools.evaluate.ranking import RankedHit, RankingJudge, Run
from tools.evaluate.report import Example, Shown

EXAMPLES = 12


def examples(ready: Prepared, judge: RankingJudge, run: Run, headline: str) -> list[Example]:
    """Show queries at equal distances between the best answer and the worst, equals in random order."""
    total = len(ready.questions)
    chance = list(range(total))
    random.Random(SEED).shuffle(chance)  # noqa: S311 no secret
    worth = [column(run.values, metric) for metric in (headline, "average_precision")]
    order = np.lexsort([np.array(chance), -worth[1], -worth[0]]).tolist()
    count = min(EXAMPLES, total)
    chosen = [order[int((number + 0.5) * total / count)] for number in range(count)]
    return [_example(ready, judge, run, number) for number in chosen]


def _example(ready: Prepared, judge: RankingJudge, run: Run, number: int) -> Example:
    dataset, question = ready.dataset, ready.questions[number]
    pictures = {item.id: item.pictures for item in dataset.gallery}
    [photo] = question.item.pictures

    def other(product: str) -> Path | None:
        return next((picture for picture in pictures[product] if picture != photo), None)

    def shown(found: RankedHit) -> Shown:
        right = judge.right(question, found.id)
        return Shown(found.id, other(found.id) or photo, right, found.shared)

    reciprocal = column(run.values, "reciprocal_rank")[number]
    return Example(
        picture=photo,
        wanted=dataset.wanted(question.item),
        sought=other(question.item.id) if dataset.by == "product" else None,
        place=round(1 / reciprocal) if reciprocal else None,
        right=round(10 * column(run.values, "precision_at_10")[number]),
        hits=[shown(found) for found in run.first[number]],
    )
