"""The findings of a calibration, for people and for scripts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tools.calibrate.calibration import CLOSENESS, RATES, Calibration, StepFound
from tools.calibrate.thresholds import Photo, ThresholdRow
from tools.evaluate.datasets import Dataset
from tools.output import as_json, counted, note, say, table
from tools.shares import CONFIDENCE, Share, fewest

VERSION = 2
"""Of the JSON; its keys stay as long as this does."""


def values(found: Calibration) -> dict[str, str]:
    """The variables and what to set them to; a step is never below the one before it."""
    reached, told = -1.0, {}
    for step in found.steps:
        reached = max(reached, step.chosen.threshold)
        told[step.variable] = f"{reached:.4f}"
    return told


def show(found: Calibration) -> None:
    """Print where they come from, what they do to photos they were not found with, and last the settings."""
    for step in found.steps:
        _show_step(step, found)
    say(
        "false accepts: photos without a right product that match all the same. true accepts: others that do."
    )
    for variable, value in values(found).items():
        say(f"{variable}={value}")
    if blind := max(step.blind for step in found.steps):
        note(f"{counted(blind, 'photo')} left out: without a vector there is no closeness.")
    if found.left_out:
        note(f"{counted(found.left_out, 'other picture')} left out: unreadable, a copy, or the shop's own.")
    if found.missing:
        note(f"Nothing was found for VERY_SIMILAR_{found.measure}: {found.missing}")
    if len(found.steps) == 1 and not found.missing:
        note(f"SIMILAR_{found.measure} takes pictures of things the shop does not sell: give --others DIR.")


def _show_step(step: StepFound, found: Calibration) -> None:
    known, strange = step.medians
    measure = "closeness" if found.measure == CLOSENESS else "share of points"
    say(_about(step, found.dataset))
    say(f"Best hits, median {measure}: {known:.2f} of products in the index, {strange:.2f} of others")
    say()
    table(
        ("false accepts", measure, "in the check", "with 95 % below", "true accepts", "95 %"),
        [_cells(row, chosen=row == step.chosen) for row in step.rows],
    )
    for rate in (each for each in RATES if not step.halves.supports(each)):
        say(f"{_rate(rate)} takes {fewest(rate)} strangers in each half.")
    say()


def show_json(found: Calibration) -> None:
    """Print everything."""
    as_json(
        {
            "version": VERSION,
            "values": values(found),
            "dataset": found.dataset.name,
            "leftOut": found.left_out,
            "confidence": CONFIDENCE,
            "steps": [_step_as_json(step) for step in found.steps],
            "missing": found.missing,
        }
    )


def _step_as_json(step: StepFound) -> dict[str, Any]:
    return {
        "variable": step.variable,
        "strangers": step.strangers,
        "found": _counts(step.halves.finding),
        "checked": _counts(step.halves.checking),
        "blind": step.blind,
        "median": {"known": step.medians[0], "strangers": step.medians[1]},
        "rates": [_row_as_json(row) for row in step.rows],
    }


def _about(step: StepFound, dataset: Dataset) -> str:
    known, strange = (_counts(half)["strangers"] for half in (step.halves.finding, step.halves.checking))
    return (
        f"{step.variable}: {dataset.name}, {counted(len(dataset.gallery), 'product')}; strangers are"
        f" {step.strangers}: {known:,} to find the threshold, {strange:,} to check it"
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
