"""The calibration: the index is asked with every photo, and the steps chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
from tools.output import ShowProgress, Told
from tools.shares import fewest

RATES = (0.01, 0.02, 0.05, 0.1)
"""Told besides the one that was chosen."""

CLOSENESS, SHARE = "CLOSENESS", "SHARE"

Read = Callable[[Nearness], float | None]
"""The number of a best hit that decides; None where nothing does."""

_READ: Mapping[str, Read] = {CLOSENESS: lambda near: near.closeness, SHARE: lambda near: near.share}

Hits = Sequence[tuple[str, Nearness]]
"""The nearness of the best hit by product or, for a stranger, by picture."""


def _other_hits(finder: IndexFinder, others: Mapping[Path, Appearance]) -> Iterator[tuple[str, Nearness]]:
    for path, look in others.items():
        yield str(path), finder.nearest(Question(Item("", (path,), ""), look))


def _left_out_hits(finder: IndexFinder, ready: Prepared) -> Iterator[tuple[str, Nearness]]:
    """The photos as strangers: the index lacks all that is right for them meanwhile.

    Raises `ValueError` where it would be empty then.
    """
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
class StepFound:
    """The setting of one step, and how it was found.

    `strangers` says who they were. `rows` has the chosen rate and those of `RATES` that there are photos
    enough for; `medians` are those of photos the shop has the product of, and of strangers. `blind` counts
    searches in which nothing told a closeness.
    """

    variable: str
    strangers: str
    chosen: ThresholdRow
    rows: Sequence[ThresholdRow]
    halves: Halves
    medians: tuple[float, float]
    blind: int


@dataclass(frozen=True, slots=True)
class Calibration:
    """The steps found, the lower first; `left_out` counts `others` that are of no use.

    `measure` is what decides, and `missing` says why there is no upper step, empty where there is one.
    """

    dataset: Dataset
    measure: str
    steps: Sequence[StepFound]
    left_out: int
    missing: str = ""


def calibrated(task: Task, likeness: Likeness, see: See, progress: ShowProgress) -> Calibration:
    """Choose the steps that strangers reach no more often than they may.

    Things that the shop does not sell are not similar to anything; and what it sells no other of is not very
    similar to the rest. Raises `ValueError` where the pictures do not tell, and what `see` raises but for
    `Permanent`.
    """
    if (total := len(task.pictures())) > MAX_PICTURES:
        raise ValueError(f"there are {total:,} pictures, more than {MAX_PICTURES:,}; take fewer")
    ready = prepared(task.dataset, see, progress, task.others)
    others = _others(ready, task.others)
    measure = CLOSENESS if likeness.reranks else SHARE
    finder = IndexFinder("the shop's index", likeness, ready.products)
    with progress("Photos searched with:", 2 * len(ready.questions) + len(others)) as told:
        known = _counted(((question.item.id, finder.nearest(question)) for question in ready.questions), told)
        kinds = {f"SIMILAR_{measure}": ("other pictures", _other_hits(finder, others))} if others else {}
        by = ready.dataset.by
        kinds[f"VERY_SIMILAR_{measure}"] = (f"{by} left out", _left_out_hits(finder, ready))
        steps, missing = list[StepFound](), ""
        for variable, (strangers, hits) in kinds.items():
            try:
                steps.append(_step(variable, strangers, known, _counted(hits, told, len(known)), task.rate))
            except ValueError as error:
                if not steps:
                    raise
                missing = str(error)
    return Calibration(ready.dataset, measure, steps, len(task.others) - len(others), missing)


def _counted(hits: Iterable[tuple[str, Nearness]], told: Told, before: int = 0) -> Hits:
    found = []
    for hit in hits:
        found.append(hit)
        told(before + len(found))
    return found


def _step(variable: str, strangers: str, known: Hits, strange: Hits, rate: float) -> StepFound:
    read = _READ[variable.rpartition("_")[2]]
    asked = [(hit, stranger) for hits, stranger in ((known, False), (strange, True)) for hit in hits]
    photos = [
        Photo(product, near, stranger)
        for (product, nearness), stranger in asked
        if (near := read(nearness)) is not None
    ]
    if not photos:
        raise ValueError("no picture has a vector: the encoder refused all of them")
    halves = halved(photos)
    rows = _rows(halves, rate)
    return StepFound(
        variable=variable,
        strangers=strangers,
        chosen=rows[rate],
        rows=[*rows.values()],
        halves=halves,
        medians=(
            median(photo.nearness for photo in photos if not photo.stranger),
            median(photo.nearness for photo in photos if photo.stranger),
        ),
        blind=len(asked) - len(photos),
    )


def _rows(halves: Halves, rate: float) -> dict[float, ThresholdRow]:
    _check_numbers(halves, rate)
    rows = {each: halves.row(each) for each in sorted({rate, *RATES}) if halves.supports(each)}
    if rows[rate].threshold > 1:
        raise ValueError(
            "strangers are as near as can be: what the shop is said not to have looks just like what it has"
        )
    return {each: row for each, row in rows.items() if row.threshold <= 1}


def _others(ready: Prepared, others: Sequence[Path]) -> dict[Path, Appearance]:
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
