"""The least nearness of similar and very similar: found on one half of the photos, checked on the other."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

import numpy as np

from tools.evaluate.metrics import Estimate, clusters_of, ratio
from tools.shares import Share, fewest

SEED = 20_260_104

_SCALE = 10_000
"""Four decimals are finer than photos can tell."""


@dataclass(frozen=True, slots=True)
class Photo:
    """The nearness of a photo's best hit; a `stranger` has nothing in the index that is right for it.

    Photos of one `product` are no independent witnesses. `hits` are the first, each with whether it is right.
    """

    product: str
    nearness: float
    stranger: bool
    hits: Sequence[tuple[float, bool]] = ()


@dataclass(frozen=True, slots=True)
class ThresholdRow:
    """The outcome of allowing a `rate` of false accepts: the threshold, and the other half's word on it."""

    rate: float
    threshold: float
    false_accepts: Share
    true_accepts: Share


@dataclass(frozen=True, slots=True)
class SureStep:
    """The nearness from which on at most a `rate` of hits is wrong, and the other half's word on it.

    `wrong` are of its `hits` so near, None of none, with an interval over products; `photos` have one.
    """

    rate: float
    threshold: float
    hits: int
    wrong: Estimate | None
    photos: Share


@dataclass(frozen=True, slots=True)
class Halves:
    """Photos to find a threshold with, and photos to check it with."""

    finding: Sequence[Photo]
    checking: Sequence[Photo]

    @property
    def strangers(self) -> int:
        """The number of strangers in the half that has fewer."""
        return min(len(_nearness(half, stranger=True)) for half in (self.finding, self.checking))

    def supports(self, rate: float) -> bool:
        """True where each half has photos enough to tell of such a rate."""
        return self.strangers >= fewest(rate) and bool(_nearness(self.checking, stranger=False))

    def row(self, rate: float) -> ThresholdRow:
        """Find and check a threshold for a rate that is supported."""
        found = threshold(_nearness(self.finding, stranger=True), rate)
        return ThresholdRow(
            rate=rate,
            threshold=found,
            false_accepts=_accepted(_nearness(self.checking, stranger=True), found),
            true_accepts=_accepted(_nearness(self.checking, stranger=False), found),
        )

    def sure_step(self, rate: float) -> SureStep | None:
        """Find and check the step; None where too few hits of one half are right so often."""
        found = surest([hit for photo in self.finding for hit in photo.hits], rate)
        if found is None:
            return None
        near = [[right for nearness, right in photo.hits if nearness >= found] for photo in self.checking]
        counts = np.array([[rights.count(False), len(rights)] for rights in near], dtype=np.float64)
        hits, photos = sum(map(len, near)), Share(sum(map(bool, near)), len(near))
        products = clusters_of([photo.product for photo in self.checking])
        return SureStep(rate, found, hits, ratio(counts, products) if hits else None, photos)


def surest(hits: Iterable[tuple[float, bool]], rate: float) -> float | None:
    """Return the smallest number of four decimals from which on at most `rate` of the hits are wrong.

    None where there are too few hits to tell, see `fewest`.
    """
    steps = sorted(((math.floor(nearness * _SCALE), right) for nearness, right in hits), reverse=True)
    count, wrong, found = 0, 0, None
    for step, together in groupby(steps, key=itemgetter(0)):
        rights = [right for _, right in together]
        count, wrong = count + len(rights), wrong + rights.count(False)
        if count >= fewest(rate) and wrong <= rate * count:
            found = step / _SCALE
    return found


def halved(photos: Iterable[Photo]) -> Halves:
    """Deal out photos at random but always the same way, those of one product together."""
    groups: dict[str, list[Photo]] = {}
    for photo in photos:
        groups.setdefault(photo.product, []).append(photo)
    names = sorted(groups)
    random.Random(SEED).shuffle(names)  # noqa: S311 no secret
    halves: tuple[list[Photo], list[Photo]] = [], []
    dealt = {True: [0, 0], False: [0, 0]}
    for name in sorted(names, key=lambda name: -len(groups[name])):
        counts = dealt[any(photo.stranger for photo in groups[name])]
        fewer = int(counts[1] < counts[0])
        halves[fewer].extend(groups[name])
        counts[fewer] += len(groups[name])
    return Halves(*halves)


def threshold(strange: Sequence[float], rate: float) -> float:
    """Return the smallest number of four decimals that at most `rate` of the strangers reach."""
    allowed = math.floor(rate * len(strange) + 1e-9)
    beaten = sorted(strange, reverse=True)[allowed]
    steps = math.floor(beaten * _SCALE)
    while steps / _SCALE <= beaten:
        steps += 1
    return steps / _SCALE


def _accepted(reached: Sequence[float], least: float) -> Share:
    return Share(sum(each >= least for each in reached), len(reached))


def _nearness(photos: Iterable[Photo], *, stranger: bool) -> list[float]:
    return [photo.nearness for photo in photos if photo.stranger == stranger]
