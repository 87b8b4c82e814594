"""How good held-out answers are: accuracy, recall, confusions, and how far scores can be believed; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import confusion_matrix, log_loss

from tools.shares import Share
from tools.teach.samples import Samples
from tools.teach.teaching import HeldOut


@dataclass(frozen=True, slots=True)
class Confusion:
    """So many `pictures` of the class `shown` were taken for the class `said`."""

    shown: str
    said: str
    pictures: int


@dataclass(frozen=True, slots=True)
class Quality:
    """Of held-out pictures: the share whose best score is the right class's, in all and by class.

    `baseline` is what always guessing the commonest class would get. `mean_score` is the mean of the best
    scores, which calibrated scores have in common with the accuracy; `log_loss` is in nats. The commonest
    confusions come first.
    """

    accuracy: Share
    baseline: Share
    commonest: str
    recalls: dict[str, Share]
    confusions: Sequence[Confusion]
    mean_score: float
    log_loss: float

    @property
    def mean_recall(self) -> float:
        """The accuracy if every class had as many pictures, in 0..1."""
        return sum(each.value for each in self.recalls.values()) / len(self.recalls)

    @property
    def beats_guessing(self) -> bool:
        """Whether the accuracy is above the baseline, chance aside."""
        return self.accuracy.low > self.baseline.value


def measured(samples: Samples, held_out: HeldOut) -> Quality:
    """Sum up what held-out pictures were taken for."""
    taken = held_out.scores.argmax(axis=1)
    table = confusion_matrix(samples.classes, taken, labels=range(len(samples.names)))
    totals, right = table.sum(axis=1), table.diagonal()
    commonest = int(totals.argmax())
    return Quality(
        accuracy=Share(int(right.sum()), len(taken)),
        baseline=Share(int(totals[commonest]), len(taken)),
        commonest=samples.names[commonest],
        recalls={
            name: Share(hits, total)
            for name, hits, total in zip(samples.names, right.tolist(), totals.tolist(), strict=True)
        },
        confusions=_confusions(samples.names, table),
        mean_score=float(held_out.scores.max(axis=1).mean()),
        log_loss=float(log_loss(samples.classes, held_out.scores)),
    )


def _confusions(names: Sequence[str], table: NDArray[np.intp]) -> list[Confusion]:
    found = [
        Confusion(names[shown], names[said], int(table[shown, said]))
        for shown, said in zip(*np.nonzero(table), strict=True)
        if shown != said
    ]
    return sorted(found, key=lambda each: (-each.pictures, each.shown, each.said))
