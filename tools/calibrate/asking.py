"""How near the best hit comes: to a photo of what the shop sells, and to one of what it does not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from shared.catalog.likeness import Likeness
from shared.model import Appearance
from tools.calibrate.thresholds import Photo
from tools.evaluate.datasets import Item
from tools.evaluate.evaluation import Prepared, Progress
from tools.evaluate.index import IndexFinder
from tools.evaluate.ranking import Nearness, Question

Read = Callable[[Nearness], float | None]
"""What of a best hit decides; None where nothing does."""


def asked(
    ready: Prepared, likeness: Likeness, others: Mapping[Path, Appearance], read: Read, progress: Progress
) -> list[Photo]:
    """Put every photo to the shop's index; photos without anything that decides are left out.

    Strangers are `others` or, without them, the photos themselves while the index lacks all that is right for
    them. Raises `ValueError` where the index would be empty then.
    """
    finder = IndexFinder("the shop's index", likeness, ready.products)
    strangers = _others(finder, others) if others else _left_out(finder, ready)
    found = []
    with progress("Photos searched with:", len(ready.questions) + len(others or ready.questions)) as told:
        for photos, stranger in ((_known(finder, ready), False), (strangers, True)):
            for product, nearness in photos:
                found.append((product, read(nearness), stranger))
                told(len(found))
    return [Photo(product, near, stranger) for product, near, stranger in found if near is not None]


def _known(finder: IndexFinder, ready: Prepared) -> Iterator[tuple[str, Nearness]]:
    for question in ready.questions:
        yield question.item.id, finder.nearest(question)


def _others(finder: IndexFinder, others: Mapping[Path, Appearance]) -> Iterator[tuple[str, Nearness]]:
    for path, look in others.items():
        yield str(path), finder.nearest(Question(Item("", (path,), ""), look))


def _left_out(finder: IndexFinder, ready: Prepared) -> Iterator[tuple[str, Nearness]]:
    for wanted, questions in _by_wanted(ready).items():
        sold = [item.id for item in ready.dataset.gallery if ready.dataset.wanted(item) == wanted]
        if len(sold) == len(ready.products):
            raise ValueError(
                f"without {wanted} there is nothing left to find; give pictures of things the shop does not"
                " sell with --others DIR"
            )
        with finder.without(sold):
            for question in questions:
                yield question.item.id, finder.nearest(Question(question.item, question.look))


def _by_wanted(ready: Prepared) -> Mapping[str, Sequence[Question]]:
    groups: dict[str, list[Question]] = {}
    for question in ready.questions:
        groups.setdefault(ready.dataset.wanted(question.item), []).append(question)
    return groups
