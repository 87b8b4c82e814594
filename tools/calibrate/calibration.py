"""The calibration: look at the pictures, ask the index, and choose the threshold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from shared.catalog.likeness import Likeness
from shared.model import Appearance
from tools.calibrate.asking import Read, asked
from tools.calibrate.thresholds import Halves, Photo, Row, halved
from tools.evaluate.datasets import MAX_PICTURES, Dataset
from tools.evaluate.evaluation import Prepared, Progress, prepared
from tools.evaluate.seeing import See
from tools.shares import fewest

RATES = (0.01, 0.02, 0.05, 0.1)
"""Told besides the one that was chosen."""

CLOSENESS, SHARE = "MATCH_MIN_CLOSENESS", "MATCH_MIN_SHARE"

_READ: Mapping[str, Read] = {CLOSENESS: lambda near: near.closeness, SHARE: lambda near: near.share}


@dataclass(frozen=True, slots=True)
class Task:
    """What to calibrate with; `others` show what the shop does not sell, `rate` of strangers may match."""

    dataset: Dataset
    others: Sequence[Path]
    rate: float

    def pictures(self) -> list[Path]:
        """Every picture once."""
        return list(dict.fromkeys([*self.dataset.pictures(), *self.others]))


@dataclass(frozen=True, slots=True)
class Calibration:
    """What to set, and how it was found.

    `rows` has the chosen rate and those of `RATES` that there are photos enough for; `medians` are those of
    photos the shop has the product of, and of strangers. `left_out` counts `others` that are of no use,
    `blind` searches in which nothing told a closeness.
    """

    dataset: Dataset
    variable: str
    chosen: Row
    rows: Sequence[Row]
    halves: Halves
    medians: tuple[float, float]
    has_others: bool
    left_out: int
    blind: int


def calibrated(task: Task, likeness: Likeness, see: See, progress: Progress) -> Calibration:
    """Choose the threshold that strangers reach no more often than they may.

    Raises `ValueError` where the pictures do not tell, and what `see` raises but for `Permanent`.
    """
    if (total := len(task.pictures())) > MAX_PICTURES:
        raise ValueError(f"there are {total:,} pictures, more than {MAX_PICTURES:,}; take fewer")
    ready = prepared(task.dataset, see, progress, task.others)
    strangers = _strangers(ready, task.others)
    variable = CLOSENESS if likeness.reranks else SHARE
    photos = asked(ready, likeness, strangers, _READ[variable], progress)
    if not photos:
        raise ValueError("no picture has a vector: the encoder refused all of them")
    halves = halved(photos)
    rows = _rows(halves, task.rate)
    return Calibration(
        dataset=ready.dataset,
        variable=variable,
        chosen=rows[task.rate],
        rows=[*rows.values()],
        halves=halves,
        medians=(_median(photos, stranger=False), _median(photos, stranger=True)),
        has_others=bool(strangers),
        left_out=len(task.others) - len(strangers),
        blind=len(ready.questions) + len(strangers or ready.questions) - len(photos),
    )


def _rows(halves: Halves, rate: float) -> dict[float, Row]:
    _check_numbers(halves, rate)
    rows = {each: halves.row(each) for each in sorted({rate, *RATES}) if halves.supports(each)}
    if rows[rate].threshold > 1:
        raise ValueError(
            "strangers are as near as can be: what the shop is said not to have looks just like what it has"
        )
    return {each: row for each, row in rows.items() if row.threshold <= 1}


def _strangers(ready: Prepared, others: Sequence[Path]) -> dict[Path, Appearance]:
    """Others that can be read, each content once; the shop's own pictures are none."""
    contents = ready.seen.contents
    own = {contents[path] for path in ready.dataset.pictures()}
    once = {contents[path]: path for path in others if path in ready.seen.looks}
    strangers = {path: ready.seen.looks[path] for content, path in once.items() if content not in own}
    if others and not strangers:
        raise ValueError("none of the other pictures can be read, or all of them are the shop's own")
    return strangers


def _check_numbers(halves: Halves, rate: float) -> None:
    if halves.supports(rate):
        return
    needed = fewest(rate)
    if halves.strangers >= needed:
        raise ValueError("no photo is left whose product the index has; take more photos")
    raise ValueError(
        f"{halves.strangers} strangers in each half do not tell of {100 * rate:.3g} % false accepts; that"
        f" takes {needed}, so take {2 * needed} photos in all, or allow more with --false-accepts"
    )


def _median(photos: Sequence[Photo], *, stranger: bool) -> float:
    return median(photo.nearness for photo in photos if photo.stranger == stranger)
