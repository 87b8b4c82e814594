"""What came of teaching; its JSON keeps its keys as long as `VERSION` stays."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from tools.output import counted, facts, note, say, table
from tools.shares import CONFIDENCE, Share
from tools.teach.measuring import Quality
from tools.teach.samples import Samples
from tools.teach.teaching import PENALTIES, HeldOut, Taught

VERSION = 1

_WORST = 8
"""Classes shown."""

_CONFUSIONS = 8
"""Pairs of classes shown."""


@dataclass(frozen=True, slots=True)
class Report:
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


def show(report: Report) -> None:
    """Print how good held-out answers were, the worst classes and the commonest confusions."""
    quality, samples = report.quality, report.samples
    facts(_title(report), _rows(report))
    worst = sorted(quality.recalls.items(), key=lambda each: (each[1].value, each[0]))[:_WORST]
    table(
        ("class, worst first", "pictures", "recognised"),
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


def name_left_out(samples: Samples) -> None:
    """Print each picture that was left out, and why."""
    if samples.left_out:
        note(f"{counted(len(samples.left_out), 'picture')} left out:")
    for path, reason in samples.left_out.items():
        note(f"  {path}: {reason}")


def _title(report: Report) -> str:
    pictures = counted(len(report.samples.classes), "picture")
    return f"{pictures} of {len(report.samples.names)} classes, each asked of a head that never saw it"


def _rows(report: Report) -> list[tuple[str, str]]:
    quality, taught = report.quality, report.taught
    return [
        ("recognised", _per_cent(quality.accuracy)),
        ("mean over classes", f"{100 * quality.mean_recall:.1f}"),
        (f"always guessing {quality.commonest}", _per_cent(quality.baseline)),
        (
            "mean score of the guess",
            f"{100 * quality.mean_score:.1f}, logarithmic loss {quality.log_loss:.3f}",
        ),
        ("tested in", f"{report.held_out.folds} parts; penalty and temperature chosen without the part"),
        ("head written", f"penalty {taught.penalty:g}, temperature {taught.temperature:.2f}"),
    ]


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
