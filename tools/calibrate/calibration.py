"""The calibration: the index is asked with every photo, and the steps chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from shared.catalog.likeness import Likeness
from shared.model import Appearance
from tools.calibrate.thresholds import Halves, Photo, SureStep, ThresholdRow, halved
from tools.evaluate.datasets import MAX_PICTURES, Dataset, Item
from tools.evaluate.finders import IndexFinder
from tools.evaluate.preparing import Prepared, prepared
from tools.evaluate.ranking import Nearness, Question, RankingJudge
from tools.evaluate.seeing import See
from tools.evaluate.verdicts import JUDGED
from tools.output import ShowProgress
from tools.shares import fewest

RATES = (0.01, 0.02, 0.05, 0.1)
"""Told besides the one that was chosen."""

CLOSENESS, SHARE = "CLOSENESS", "SHARE"

Read = Callable[[Nearness], float | None]
"""The number of a best hit that decides; None where nothing does."""

_READ: Mapping[str, Read] = {CLOSENESS: lambda near: near.closeness, SHARE: lambda near: near.share}


@dataclass(frozen=True, slots=True)
class Task:
    """Pictures to calibrate with; `others` show what the shop lacks, and `rate` of them may match.

    Of hits that are very similar, `wrong` may not be right.
    """

    dataset: Dataset
    others: Sequence[Path]
    rate: float
    wrong: float

    def pictures(self) -> list[Path]:
        """Every picture once."""
        return list(dict.fromkeys([*self.dataset.pictures(), *self.others]))


@dataclass(frozen=True, slots=True)
class Lower:
    """The step of what is similar: `rows` has the chosen rate and those of `RATES` with photos enough.

    `medians` are those of photos the shop has the product of, and of strangers.
    """

    chosen: ThresholdRow
    rows: Sequence[ThresholdRow]
    halves: Halves
    medians: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Calibration:
    """The steps found, None for what the pictures do not tell.

    `measure` is what decides; `lowest` the nearness of the worst best hit of a photo the shop has the product
    of. `left_out` counts `others` that are of no use, `blind` searches in which nothing told a closeness.
    """

    dataset: Dataset
    measure: str
    lower: Lower | None
    upper: SureStep | None
    lowest: float
    left_out: int
    blind: int


def calibrated(task: Task, likeness: Likeness, see: See, progress: ShowProgress) -> Calibration:
    """Choose from which nearness a product is similar, and very similar.

    Strangers reach the one no more often than they may, and wrong hits the other. Raises `ValueError` where
    the pictures do not tell, and what `see` raises but for `Permanent`.
    """
    if (total := len(task.pictures())) > MAX_PICTURES:
        raise ValueError(f"there are {total:,} pictures, more than {MAX_PICTURES:,}; take fewer")
    ready = prepared(task.dataset, see, progress, task.others)
    strangers = _strangers(ready, task.others)
    measure = CLOSENESS if likeness.reranks else SHARE
    photos = _searched(ready, likeness, strangers, _READ[measure], progress)
    known = [photo for photo in photos if not photo.stranger]
    if not known:
        raise ValueError("no picture has a vector: the encoder refused all of them")
    lower = _lower(photos, task.rate) if strangers else None
    upper = halved(known).sure_step(task.wrong)
    if not (lower or upper):
        raise ValueError(
            f"from no {measure.lower()} on, {100 * (1 - task.wrong):.3g} % of {fewest(task.wrong)} hits"
            " or more are right; take more photos, or allow more with --wrong"
        )
    return Calibration(
        dataset=ready.dataset,
        measure=measure,
        lower=lower,
        upper=upper,
        lowest=min(photo.nearness for photo in known),
        left_out=len(task.others) - len(strangers),
        blind=len(ready.questions) + len(strangers) - len(photos),
    )


def _searched(
    ready: Prepared,
    likeness: Likeness,
    strangers: Mapping[Path, Appearance],
    read: Read,
    progress: ShowProgress,
) -> list[Photo]:
    """Put every photo to the shop's index; photos without anything that decides are left out."""
    finder, judge = IndexFinder("the shop's index", likeness, ready.products), RankingJudge(ready.dataset)
    others = [Question(Item("", (path,), ""), look) for path, look in strangers.items()]
    photos = []
    with progress("Photos searched with:", len(ready.questions) + len(others)) as told:
        for number, question in enumerate([*ready.questions, *others], 1):
            stranger = number > len(ready.questions)
            hits = [
                (product, near) for product, each in finder.hits(question) if (near := read(each)) is not None
            ]
            if hits:
                first = (
                    ()
                    if stranger
                    else [(near, judge.right(question, product)) for product, near in hits[:JUDGED]]
                )
                product = str(question.item.pictures[0]) if stranger else question.item.id
                photos.append(Photo(product, max(near for _, near in hits), stranger, first))
            told(number)
    return photos


def _lower(photos: Sequence[Photo], rate: float) -> Lower:
    halves = halved(photos)
    rows = _rows(halves, rate)
    known, strange = (
        [each.nearness for each in photos if each.stranger == is_one] for is_one in (False, True)
    )
    return Lower(rows[rate], [*rows.values()], halves, (median(known), median(strange)))


def _rows(halves: Halves, rate: float) -> dict[float, ThresholdRow]:
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
    looks = ready.seen.looks
    strangers = {path: looks[path].by_use["photo"] for content, path in once.items() if content not in own}
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
