"""The report of teaching: the quality of held-out answers, for people and for scripts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import confusion_matrix, log_loss

from tools.output import counted, facts, note, say, table
from tools.shares import CONFIDENCE, Share
from tools.teach.samples import Samples
from tools.teach.teaching import PENALTIES, HeldOut, Taught, head_of

VERSION = 1

_WORST = 8
"""Classes shown."""

_CONFUSIONS = 8
"""Pairs of classes shown."""


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
        """True where the accuracy is above the baseline, chance aside."""
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


@dataclass(frozen=True, slots=True)
class TeachingReport:
    """All there is to tell: `taught` is the head that was written, `held_out` comes from others like it."""

    encoder_id: str
    samples: Samples
    held_out: HeldOut
    quality: Quality
    taught: Taught

    def as_json(self) -> dict[str, Any]:
        """Everything, for scripts."""
        quality, samples = self.quality, self.samples
        return {
            "version": VERSION,
            "encoder": self.encoder_id,
            "pictures": len(samples.classes),
            "copies": samples.copies,
            "leftOut": {str(path): reason for path, reason in samples.left_out.items()},
            "heldOut": {
                "folds": self.held_out.folds,
                "confidence": CONFIDENCE,
                "accuracy": _share_as_json(quality.accuracy),
                "meanRecall": round(quality.mean_recall, 5),
                "baseline": {"class": quality.commonest, **_share_as_json(quality.baseline)},
                "meanScore": round(quality.mean_score, 5),
                "logLoss": round(quality.log_loss, 5),
                "classes": {name: _share_as_json(each) for name, each in quality.recalls.items()},
                "confusions": [asdict(each) for each in quality.confusions],
            },
            "head": {
                "penalty": self.taught.penalty,
                "penalties": list(PENALTIES),
                "temperature": round(self.taught.temperature, 5),
            },
        }

    def head_as_json(self) -> str:
        """The text of the head's file."""
        return head_of(self.taught, self.samples.names, self.encoder_id).as_json()

    def show(self) -> None:
        """Print how good held-out answers were, the worst classes and the commonest confusions."""
        quality, samples = self.quality, self.samples
        pictures, classes = counted(len(samples.classes), "picture"), len(samples.names)
        facts(f"{pictures} of {classes} classes, each asked of a head that never saw it", self._rows())
        worst = sorted(quality.recalls.items(), key=lambda each: (each[1].value, each[0]))[:_WORST]
        table(
            ("class, worst first", "pictures", "recognized"),
            [(name, str(each.of), _per_cent(each)) for name, each in worst],
        )
        if confusions := quality.confusions[:_CONFUSIONS]:
            table(
                ("shows", "taken for", "pictures"),
                [(each.shown, each.said, str(each.pictures)) for each in confusions],
            )
        say(f"Per cent, with {100 * CONFIDENCE:.0f} % intervals over pictures.")
        if not quality.beats_guessing:
            note("This is no better than guessing: give more pictures, or classes that look different.")
        if samples.copies:
            note(f"{counted(samples.copies, 'copy' if samples.copies == 1 else 'copie')} counted once.")

    def _rows(self) -> list[tuple[str, str]]:
        quality, taught = self.quality, self.taught
        return [
            ("recognized", _per_cent(quality.accuracy)),
            ("mean over classes", f"{100 * quality.mean_recall:.1f}"),
            (f"always guessing {quality.commonest}", _per_cent(quality.baseline)),
            (
                "mean score of the guess",
                f"{100 * quality.mean_score:.1f}, logarithmic loss {quality.log_loss:.3f}",
            ),
            ("tested in", f"{self.held_out.folds} parts; penalty and temperature chosen without the part"),
            ("head written", f"penalty {taught.penalty:g}, temperature {taught.temperature:.2f}"),
        ]


def name_left_out(pictures: Mapping[Path, str]) -> None:
    """Print each picture that was left out, and why."""
    if pictures:
        note(f"{counted(len(pictures), 'picture')} left out:")
    for path, reason in pictures.items():
        note(f"  {path}: {reason}")


def _per_cent(part: Share) -> str:
    return f"{100 * part.value:.1f} ({100 * part.low:.0f}-{100 * part.high:.0f})"


def _share_as_json(part: Share) -> dict[str, Any]:
    return {
        "value": round(part.value, 5),
        "low": round(part.low, 5),
        "high": round(part.high, 5),
        "right": part.count,
        "pictures": part.of,
    }
