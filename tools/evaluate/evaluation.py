"""The evaluation: look at every picture, let every contender answer every query, and sum up."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

from shared.catalog.rarity import LabelCounts
from shared.catalog.strategies.merging import merged
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


def evaluate(dataset: Dataset, contenders: Sequence[Contender], see: See, progress: Progress) -> Report:
    """Measure every contender, the first being what the others are compared with, and the exact cosine.

    Raises `ValueError` where nothing can be measured, and what `see` raises but for `Permanent`.
    """
    pictures = dict.fromkeys(
        picture for item in (*dataset.gallery, *dataset.queries) for picture in item.pictures
    )
    with progress("Pictures seen:", len(pictures)) as told:
        seen = see_all(pictures, see, told)
    visible = _visible(dataset, seen)
    products = _products(visible.gallery, seen.looks)
    questions = list(_questions(visible, seen.looks))
    if not questions:
        raise ValueError("no product has a second picture that can be read")
    judge = Judge(visible)
    runs: list[Run] = []
    for finder in _finders(contenders, products):
        with progress(f"Queries put to {finder.name}:", len(questions)) as told:
            runs.append(run(finder, questions, judge, told))
    return summed_up(Material(visible, seen, questions, judge, runs), contenders)


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


def _finders(contenders: Sequence[Contender], products: Mapping[str, Appearance]) -> Iterator[Finder]:
    """One at a time, so that one index at a time is in memory."""
    counts = _counts(products)
    for contender in contenders:
        yield IndexFinder(contender, products, counts)
    if any(look.vector is not None for look in products.values()):
        yield CosineFinder(products)


def _counts(products: Mapping[str, Appearance]) -> LabelCounts:
    names = [{label.name.casefold() for label in look.labels} for look in products.values()]
    return LabelCounts(len(products), Counter(name for product in names for name in product))
