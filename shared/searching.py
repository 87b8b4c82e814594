"""The use case behind the storefront: a shopper's photo becomes products, best first."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, replace

from shared.catalog import Finder
from shared.catalog.query import VisualQuery, visual_query
from shared.catalog.rarity import LabelCounts
from shared.labeling.recent import Seen
from shared.model import Answer, Crop, Hit, Labels, Refinement
from shared.timing import step


@dataclass(frozen=True, slots=True)
class Look:
    """What a picture shows, and what to ask the catalogue for.

    `least` is the number of points from which a product counts as a visual match; `remembered` says that the
    same picture had been labelled before.
    """

    labels: Labels
    query: VisualQuery
    least: int
    remembered: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A look, and the products that share its labels."""

    look: Look
    answer: Answer

    def matches(self, hit: Hit) -> bool:
        """Whether the product shares enough with the picture to be called similar."""
        return hit.points >= self.look.least

    @property
    def visual_match(self) -> bool:
        """Whether any product on this page does."""
        return any(map(self.matches, self.answer.hits))


@dataclass(frozen=True, slots=True)
class Searcher:
    """Photo -> labels -> ranked products.

    `see` labels a photo in memory; nothing keeps it. `prepare` loads what `see` needs, `counts` and `finder`
    what the catalogue needs: the latter run in the `background` while the recogniser is being waited for.
    `min_share` (0..1) of the points asked for makes a visual match.
    """

    see: Callable[[bytes, Crop | None], Seen]
    prepare: Callable[[], None]
    counts: Callable[[], LabelCounts]
    finder: Callable[[], Finder]
    background: Executor
    min_share: float = 0.0

    def look(self, photo: bytes, crop: Crop | None = None) -> Look:
        """Label the photo, or the crop of it, and weigh the labels.

        Raises `Transient`, `Permanent` or `Misconfigured`, as do the others.
        """
        self.prepare()
        counting = self.background.submit(self.counts)
        with step("labels"):
            seen = self.see(photo, crop)
        with step("rarity"):
            counts = counting.result()
        return self._weighed(seen.labels, counts, remembered=seen.remembered)

    def search(self, photo: bytes, crop: Crop | None, refinement: Refinement) -> Found:
        """Find products that look like the photo."""
        return self._found(self.look(photo, crop), refinement)

    def look_at(self, product: str) -> Look:
        """Weigh the labels that a product's record has; raises `UnknownProduct` too."""
        with step("labels"):
            labels = self.finder().labels_of(product)
        return self._weighed(labels, self.counts())

    def similar(self, product: str, refinement: Refinement) -> Found:
        """Find other products that look like this one; raises `UnknownProduct` too."""
        return self._found(self.look_at(product), replace(refinement, without=(product,)))

    def _weighed(self, labels: Labels, counts: LabelCounts, *, remembered: bool = False) -> Look:
        query = visual_query(labels, counts)
        return Look(labels, query, max(1, round(self.min_share * query.total)), remembered)

    def _found(self, look: Look, refinement: Refinement) -> Found:
        with step("catalogue"):
            return Found(look, self.finder().find(look.query, refinement))
