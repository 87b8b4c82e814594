"""The findings of a calibration, for people and for scripts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tools.calibrate.calibration import CLOSENESS, RATES, Calibration
from tools.calibrate.thresholds import Photo, ThresholdRow
from tools.output import as_json, counted, note, say, table
from tools.shares import CONFIDENCE, Share, fewest

VERSION = 1
"""Of the JSON; its keys stay as long as this does."""


def value(found: Calibration) -> str:
    """The value to set the variable to."""
    return f"{found.chosen.threshold:.4f}"


def show(found: Calibration) -> None:
    """Print where it comes from, what it does to photos it was not found with, and last the setting."""
    known, strange = found.medians
    measure = "closeness" if found.variable == CLOSENESS else "share of points"
    say(_about(found))
    say(f"Best hits, median {measure}: {known:.2f} of products in the index, {strange:.2f} of others")
    say()
    table(
        ("false accepts", measure, "in the check", "with 95 % below", "true accepts", "95 %"),
        [_cells(row, chosen=row == found.chosen) for row in found.rows],
    )
    say(
        "false accepts: photos without a right product that match all the same. true accepts: others that do."
    )
    for rate in (each for each in RATES if not found.halves.supports(each)):
        say(f"{_rate(rate)} takes {fewest(rate)} strangers in each half.")
    say(f"{found.variable}={value(found)}")
    if found.blind:
        note(f"{counted(found.blind, 'photo')} left out: without a vector there is no closeness.")
    if found.left_out:
        note(f"{counted(found.left_out, 'other picture')} left out: unreadable, a copy, or the shop's own.")


def show_json(found: Calibration) -> None:
    """Print everything."""
    as_json(
        {
            "version": VERSION,
            "variable": found.variable,
            "value": found.chosen.threshold,
            "dataset": found.dataset.name,
            "strangers": "others" if found.has_others else f"{found.dataset.by} left out",
            "found": _counts(found.halves.finding),
            "checked": _counts(found.halves.checking),
            "leftOut": found.left_out,
            "blind": found.blind,
            "median": {"known": found.medians[0], "strangers": found.medians[1]},
            "confidence": CONFIDENCE,
            "rates": [_row_as_json(row) for row in found.rows],
        }
    )


def _about(found: Calibration) -> str:
    known, strange = (_counts(half)["strangers"] for half in (found.halves.finding, found.halves.checking))
    how = "other pictures" if found.has_others else f"photos whose {found.dataset.by} the index then lacks"
    return (
        f"{found.dataset.name}: {counted(len(found.dataset.gallery), 'product')}; strangers are {how}:"
        f" {known:,} to find the threshold, {strange:,} to check it"
    )


def _cells(row: ThresholdRow, *, chosen: bool) -> tuple[str, ...]:
    false, true = row.false_accepts, row.true_accepts
    return (
        f"{_rate(row.rate)}{', chosen' if chosen else ''}",
        f"{row.threshold:.4f}",
        *(f"{100 * share:.1f} %" for share in (false.value, false.below, true.value)),
        f"{100 * true.low:.0f}-{100 * true.high:.0f}",
    )


def _rate(rate: float) -> str:
    return f"{100 * rate:.3g} %"


def _counts(photos: Sequence[Photo]) -> dict[str, int]:
    strangers = sum(photo.stranger for photo in photos)
    return {"known": len(photos) - strangers, "strangers": strangers}


def _row_as_json(row: ThresholdRow) -> dict[str, Any]:
    false, true = row.false_accepts, row.true_accepts
    return {
        "falseAccepts": row.rate,
        "threshold": row.threshold,
        "checkedFalseAccepts": {**_share(false), "below": round(false.below, 5)},
        "checkedTrueAccepts": {**_share(true), "low": round(true.low, 5), "high": round(true.high, 5)},
    }


def _share(share: Share) -> dict[str, Any]:
    return {"count": share.count, "of": share.of, "value": round(share.value, 5)}
