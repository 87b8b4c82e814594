"""The evaluation: look at every picture, let every contender answer every query, and sum up."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path

from shared.catalog.record import merged
from shared.model import Appearance
from tools.evaluate.contenders import Contender
from tools.evaluate.cosine import CosineFinder
from tools.evaluate.datasets import SEED, Dataset, Item, checked
from tools.evaluate.index import IndexFinder
from tools.evaluate.ranking import Finder, Question
from tools.evaluate.report import Report
from tools.evaluate.running import Judge, Run, run
from tools.evaluate.seeing import See, Seen, see_all
from tools.evaluate.summary import Material, summed_up
from tools.output import Told

Progress = Callable[[str, int], AbstractContextManager[Told]]

Looks = Mapping[Path, Appearance]


@dataclass(frozen=True, slots=True)
class Prepared:
    """What there is to find and to ask, once every picture was looked at.

    `dataset` is without what nobody could read; `products` stand in the order that decides between equals.
    """

    dataset: Dataset
    seen: Seen
    products: Mapping[str, Appearance]
    questions: Sequence[Question]


def prepared(dataset: Dataset, see: See, progress: Progress, others: Sequence[Path] = ()) -> Prepared:
    """Look at every picture, at `others` too.

    Raises `ValueError` where nothing can be asked, and what `see` raises but for `Permanent`.
    """
    pictures = [*dataset.pictures(), *others]
    with progress("Pictures seen:", len(pictures)) as told:
        seen = see_all(pictures, see, told)
    visible = _visible(dataset, seen)
    questions = list(_questions(visible, seen.looks))
    if not questions:
        raise ValueError("no product has a second picture that can be read")
    return Prepared(visible, seen, _products(visible.gallery, seen.looks), questions)


def evaluate(dataset: Dataset, contenders: Sequence[Contender], see: See, progress: Progress) -> Report:
    """Measure every contender, the first being what the others are compared with, and the exact cosine.

    Raises as `prepared` does.
    """
    ready = prepared(dataset, see, progress)
    judge, runs, questions = Judge(ready.dataset), list[Run](), ready.questions
    bound = _bound(ready.products)
    if bound:
        questions = [replace(question, nearest=bound.nearest(question)) for question in questions]
    for finder in _finders(contenders, ready.products, bound):
        with progress(f"Queries put to {finder.name}:", len(questions)) as told:
            runs.append(run(finder, questions, judge, told))
    return summed_up(Material(ready.dataset, ready.seen, questions, judge, runs), contenders)


def _visible(dataset: Dataset, seen: Seen) -> Dataset:
    """What is left of products and queries without the pictures nobody could read."""

    def readable(items: Sequence[Item]) -> list[Item]:
        left = [
            replace(item, pictures=tuple(picture for picture in item.pictures if picture in seen.looks))
            for item in items
        ]
        return [item for item in left if item.pictures]

    gallery, queries = readable(dataset.gallery), readable(dataset.queries)
    if not gallery or not queries:
        example = next(iter(seen.refused.items()), ("", ""))
        raise ValueError(f"none of the pictures can be read; the first: {example[0]}: {example[1]}")
    return checked(replace(dataset, gallery=gallery, queries=queries))


def _products(gallery: Sequence[Item], looks: Looks) -> dict[str, Appearance]:
    """How products look, shuffled: equals keep the index's order, which must favour no class."""
    items = sorted(gallery, key=lambda item: item.id)
    random.Random(SEED).shuffle(items)  # noqa: S311 no secret
    return {item.id: merged([looks[picture] for picture in item.pictures]) for item in items}


def _questions(dataset: Dataset, looks: Looks) -> Iterator[Question]:
    pictures = {item.id: item.pictures for item in dataset.gallery}
    for item in dataset.queries:
        [picture] = item.pictures
        question = Question(item, looks[picture])
        if not dataset.leave_one_out:
            yield question
        elif dataset.by == "category":
            yield replace(question, product=item.id)
        elif others := [looks[other] for other in pictures[item.id] if other != picture]:
            yield replace(question, product=item.id, remade=merged(others))


def _bound(products: Mapping[str, Appearance]) -> CosineFinder | None:
    known = any(look.vector is not None for look in products.values())
    return CosineFinder(products) if known else None


def _finders(
    contenders: Sequence[Contender], products: Mapping[str, Appearance], bound: CosineFinder | None
) -> Iterator[Finder]:
    """One at a time, so that one index at a time is in memory."""
    for contender in contenders:
        yield IndexFinder(contender.name, contender.likeness, products)
    if bound:
        yield bound
