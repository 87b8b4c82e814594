"""The findings of a calibration, for people and for scripts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from tools.calibrate.calibration import CLOSENESS, RATES, Calibration, Lower
from tools.calibrate.thresholds import Photo, SureStep, ThresholdRow
from tools.evaluate.metrics import Estimate
from tools.output import counted, note, say, table
from tools.shares import CONFIDENCE, Share, fewest

VERSION = 2
"""Of the JSON; its keys stay as long as this does."""


def values(found: Calibration) -> dict[str, str]:
    """The variables and what to set them to; the upper step is never below the lower one."""
    told, lowest = dict[str, str](), -1.0
    if found.lower:
        lowest = found.lower.chosen.threshold
        told[f"SIMILAR_{found.measure}"] = f"{lowest:.4f}"
    if found.upper:
        told[f"VERY_SIMILAR_{found.measure}"] = f"{max(lowest, found.upper.threshold):.4f}"
    return told


def show(found: Calibration) -> None:
    """Print where they come from, what they do to photos they were not found with, and last the settings."""
    measure = "closeness" if found.measure == CLOSENESS else "share of points"
    say(f"{found.dataset.name}: {counted(len(found.dataset.gallery), 'product')}")
    say(f"Best hits of products in the index: {measure} from {found.lowest:.4f} on")
    if found.lower:
        _show_lower(found.lower, measure)
    if found.upper:
        _show_upper(found.upper, measure)
    lines = ", ".join(f"{name.lower()} = {value}" for name, value in values(found).items())
    say("For the search function, in shop.tfvars:")
    say(f"  search = {{ {lines} }}")
    if found.blind:
        note(f"{counted(found.blind, 'photo')} left out: without a vector there is no closeness.")
    if found.left_out:
        note(f"{counted(found.left_out, 'other picture')} left out: unreadable, a copy, or the shop's own.")
    if not found.lower:
        note(f"SIMILAR_{found.measure} takes pictures of things the shop does not sell: give --others DIR.")
    if not found.upper:
        note(
            f"VERY_SIMILAR_{found.measure} stays: hits are not right often enough, however near; see --wrong."
        )


def _show_lower(lower: Lower, measure: str) -> None:
    known, strange = lower.medians
    finding, checking = (_counts(half)["strangers"] for half in (lower.halves.finding, lower.halves.checking))
    say()
    say(f"Similar. Strangers: {finding:,} to find the threshold, {checking:,} to check it")
    say(f"Best hits, median {measure}: {known:.2f} of products in the index, {strange:.2f} of strangers")
    table(
        ("false accepts", measure, "in the check", "with 95 % below", "true accepts", "95 %"),
        [_cells(row, chosen=row == lower.chosen) for row in lower.rows],
    )
    say("false accepts: strangers that match all the same. true accepts: photos of products that do.")
    for rate in (each for each in RATES if not lower.halves.supports(each)):
        say(f"{_rate(rate)} takes {fewest(rate)} strangers in each half.")


def _show_upper(upper: SureStep, measure: str) -> None:
    say()
    say(
        f"Very similar from {measure} {upper.threshold:.4f} on: of hits at most {_rate(upper.rate)} are wrong"
    )
    say(f"In the check {_range(upper.photos)} of {upper.photos.of:,} photos have one")
    if upper.wrong:
        say(f"and {_range(upper.wrong)} of their {upper.hits:,} hits are wrong")
    say()


def _range(share: Share | Estimate) -> str:
    return f"{100 * share.value:.1f} % ({100 * share.low:.0f}-{100 * share.high:.0f})"


def document(found: Calibration) -> dict[str, Any]:
    """Everything, for scripts."""
    lower, upper = found.lower, found.upper
    return {
        "version": VERSION,
        "values": values(found),
        "dataset": found.dataset.name,
        "lowest": found.lowest,
        "leftOut": found.left_out,
        "blind": found.blind,
        "confidence": CONFIDENCE,
        "similar": None if lower is None else _lower_as_json(lower),
        "verySimilar": None if upper is None else asdict(upper),
    }


def _lower_as_json(lower: Lower) -> dict[str, Any]:
    return {
        "found": _counts(lower.halves.finding),
        "checked": _counts(lower.halves.checking),
        "median": {"known": lower.medians[0], "strangers": lower.medians[1]},
        "rates": [_row_as_json(row) for row in lower.rows],
    }


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
