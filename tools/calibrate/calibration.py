"""The calibration: the index is asked with every photo, and the threshold chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from shared.catalog.likeness import Likeness
from shared.model import Appearance
from tools.calibrate.thresholds import Halves, Photo, ThresholdRow, halved
from tools.evaluate.datasets import MAX_PICTURES, Dataset, Item
from tools.evaluate.evaluation import Prepared, prepared
from tools.evaluate.finders import IndexFinder
from tools.evaluate.ranking import Nearness, Question
from tools.evaluate.seeing import See
from tools.output import ShowProgress
from tools.shares import fewest

RATES = (0.01, 0.02, 0.05, 0.1)
"""Told besides the one that was chosen."""

CLOSENESS, SHARE = "MATCH_MIN_CLOSENESS", "MATCH_MIN_SHARE"

Read = Callable[[Nearness], float | None]
"""The number of a best hit that decides; None where nothing does."""

_READ: Mapping[str, Read] = {CLOSENESS: lambda near: near.closeness, SHARE: lambda near: near.share}


def asked(
    ready: Prepared, likeness: Likeness, others: Mapping[Path, Appearance], read: Read, progress: ShowProgress
) -> list[Photo]:
    """Put every photo to the shop's index; photos without anything that decides are left out.

    Strangers are `others` or, without them, the photos themselves while the index lacks all that is right for
    them. Raises `ValueError` where the index would be empty then.
    """
    finder = IndexFinder("the shop's index", likeness, ready.products)
    strangers = _stranger_hits(finder, others) if others else _left_out_hits(finder, ready)
    found = []
    with progress("Photos searched with:", len(ready.questions) + len(others or ready.questions)) as told:
        known = ((question.item.id, finder.nearest(question)) for question in ready.questions)
        for photos, stranger in ((known, False), (strangers, True)):
            for product, nearness in photos:
                found.append((product, read(nearness), stranger))
                told(len(found))
    return [Photo(product, near, stranger) for product, near, stranger in found if near is not None]


def _stranger_hits(finder: IndexFinder, others: Mapping[Path, Appearance]) -> Iterator[tuple[str, Nearness]]:
    for path, look in others.items():
        yield str(path), finder.nearest(Question(Item("", (path,), ""), look))


def _left_out_hits(finder: IndexFinder, ready: Prepared) -> Iterator[tuple[str, Nearness]]:
    groups: dict[str, list[Question]] = {}
    for question in ready.questions:
        groups.setdefault(ready.dataset.wanted(question.item), []).append(question)
    for wanted, questions in groups.items():
        sold = [item.id for item in ready.dataset.gallery if ready.dataset.wanted(item) == wanted]
        if len(sold) == len(ready.products):
            raise ValueError(
                f"without {wanted} there is nothing left to find; give pictures of things the shop does not"
                " sell with --others DIR"
            )
        with finder.without(sold):
            for question in questions:
                yield question.item.id, finder.nearest(Question(question.item, question.look))


@dataclass(frozen=True, slots=True)
class Task:
    """Pictures to calibrate with; `others` show what the shop lacks, and `rate` of strangers may match."""

    dataset: Dataset
    others: Sequence[Path]
    rate: float

    def pictures(self) -> list[Path]:
        """Every picture once."""
        return list(dict.fromkeys([*self.dataset.pictures(), *self.others]))


@dataclass(frozen=True, slots=True)
class Calibration:
    """The setting, and how it was found.

    `rows` has the chosen rate and those of `RATES` that there are photos enough for; `medians` are those of
    photos the shop has the product of, and of strangers. `left_out` counts `others` that are of no use,
    `blind` searches in which nothing told a closeness.
    """

    dataset: Dataset
    variable: str
    chosen: ThresholdRow
    rows: Sequence[ThresholdRow]
    halves: Halves
    medians: tuple[float, float]
    has_others: bool
    left_out: int
    blind: int


def calibrated(task: Task, likeness: Likeness, see: See, progress: ShowProgress) -> Calibration:
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
        medians=(
            median(photo.nearness for photo in photos if not photo.stranger),
            median(photo.nearness for photo in photos if photo.stranger),
        ),
        has_others=bool(strangers),
        left_out=len(task.others) - len(strangers),
        blind=len(ready.questions) + len(strangers or ready.questions) - len(photos),
    )


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
