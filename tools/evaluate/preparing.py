"""Everything made ready to search: pictures looked at, products joined of theirs, and the questions."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from shared.catalog.record import merged
from shared.model import Appearance
from tools.evaluate.datasets import SEED, Dataset, Item, checked
from tools.evaluate.ranking import Question
from tools.evaluate.seeing import Looks, See, Seen, Whole, mean_direction, see_each
from tools.output import ShowProgress


@dataclass(frozen=True, slots=True)
class Prepared:
    """The products to find and the questions to ask, once every picture was looked at.

    `dataset` is without what nobody could read; `products` stand in the order that decides between equals;
    `wholes` hold all that the network tells of each.
    """

    dataset: Dataset
    seen: Seen[Looks]
    products: Mapping[str, Appearance]
    wholes: Mapping[str, Whole | None]
    questions: Sequence[Question]


def prepared(dataset: Dataset, see: See, progress: ShowProgress, others: Sequence[Path] = ()) -> Prepared:
    """Look at every picture, and at `others` as photos.

    Raises `ValueError` where nothing can be asked, and what `see` raises but for `Permanent`.
    """
    uses = dataset.uses()
    for path in others:
        uses.setdefault(path, set()).add("photo")
    with progress("Pictures seen:", len(uses)) as told:
        seen = see_each({path: partial(see, uses=each) for path, each in uses.items()}, told)
    visible = _visible(dataset, seen)
    questions = list(_questions(visible, seen.looks))
    if not questions:
        raise ValueError("no product has a second picture that can be read")
    items = sorted(visible.gallery, key=lambda item: item.id)
    # Equals keep the index's order, which must favor no class.
    random.Random(SEED).shuffle(items)  # noqa: S311 no secret
    pictures = {item.id: [seen.looks[path] for path in item.pictures] for item in items}
    products = {product: _product(looks) for product, looks in pictures.items()}
    wholes = {product: _whole(looks) for product, looks in pictures.items()}
    return Prepared(visible, seen, products, wholes, questions)


def _visible(dataset: Dataset, seen: Seen[Looks]) -> Dataset:
    """The products and queries that are left without the pictures nobody could read."""

    def readable(items: Sequence[Item]) -> list[Item]:
        left = ((item, tuple(filter(seen.looks.__contains__, item.pictures))) for item in items)
        return [replace(item, pictures=pictures) for item, pictures in left if pictures]

    gallery, queries = readable(dataset.gallery), readable(dataset.queries)
    if not gallery or not queries:
        example = next(iter(seen.refused.items()), ("", ""))
        raise ValueError(f"none of the pictures can be read; the first: {example[0]}: {example[1]}")
    return checked(replace(dataset, gallery=gallery, queries=queries))


def _questions(dataset: Dataset, looks: Mapping[Path, Looks]) -> Iterator[Question]:
    pictures = {item.id: item.pictures for item in dataset.gallery}
    for item in dataset.queries:
        [picture] = item.pictures
        question = Question(item, looks[picture].by_use["photo"], whole=looks[picture].whole)
        if not dataset.leave_one_out:
            yield question
        elif dataset.by == "category":
            yield replace(question, product=item.id)
        elif others := [looks[other] for other in pictures[item.id] if other != picture]:
            remade, whole = _product(others), _whole(others)
            yield replace(question, product=item.id, remade=remade, remade_whole=whole)


def _product(pictures: Sequence[Looks]) -> Appearance:
    return merged([looks.by_use["product"] for looks in pictures])


def _whole(pictures: Sequence[Looks]) -> Whole | None:
    return mean_direction([looks.whole for looks in pictures if looks.whole is not None])
