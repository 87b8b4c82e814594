"""The use case behind the storefront: a shopper's photo becomes products, best first."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, replace

from shared.catalog import CatalogFinder
from shared.catalog.labels import LabelCounts, recognizer_filter
from shared.catalog.likeness import Likeness
from shared.catalog.query import VisualQuery, page_of, widened
from shared.catalog.record import Recorded
from shared.imaging import Imaging, Picture
from shared.labeling.photo_cache import PhotoCache
from shared.logs import step
from shared.model import Appearance, Crop, Hit, Refinement, SearchAnswer


@dataclass(frozen=True, slots=True)
class Threshold:
    """What makes a product a visual match of a picture.

    `share` (0..1) of the points asked for or, where both have vectors of one encoder, a cosine of `closeness`
    (-1..1): that tells more than points do.
    """

    share: float = 0.0
    closeness: float = -1.0


@dataclass(frozen=True, slots=True)
class PlannedQuery:
    """How a picture looks, and what to ask the catalog for.

    `least` is the number of points from which a product counts as a visual match, where `least_closeness`
    does not decide; `remembered` says that the same picture had been looked at before.
    """

    appearance: Appearance
    query: VisualQuery
    least: int
    least_closeness: float
    remembered: bool = False

    def suited(self, refinement: Refinement) -> Refinement:
        """Without a say of the recognizer's there are no labels to be strict about."""
        return replace(refinement, mode="boost") if self.appearance.unlabeled else refinement


@dataclass(frozen=True, slots=True)
class SearchResult:
    """A look, and the products that share something with it."""

    look: PlannedQuery
    answer: SearchAnswer

    def matches(self, hit: Hit) -> bool:
        """Whether the product shares enough with the picture to be called similar."""
        if hit.closeness is not None:
            return hit.closeness >= self.look.least_closeness
        return hit.points >= self.look.least

    @property
    def visual_match(self) -> bool:
        """Whether any product on this page does."""
        return any(map(self.matches, self.answer.hits))


@dataclass(frozen=True, slots=True)
class Searcher:
    """Photo -> pixels -> appearance -> ranked products.

    The photo is in memory only. `imaging` decodes it once, and `looking` has recognizer and encoder look at
    the same pixels, unless it is among the `recent` ones. `prepare` loads what `looking` needs, `counts` and
    `finder` what the catalog needs: the latter run in the `background` while the recognizer is being waited
    for. `likeness` says what to ask for and how close a hit is; `recognizer_id` whose labels those of a photo
    are, empty where records don't tell.
    """

    imaging: Imaging
    looking: Callable[[Picture], Appearance]
    recent: PhotoCache
    prepare: Callable[[], None]
    counts: Callable[[], LabelCounts]
    finder: Callable[[], CatalogFinder]
    likeness: Likeness
    background: Executor
    threshold: Threshold = Threshold()
    recognizer_id: str = ""

    def look(self, photo: bytes, crop: Crop | None = None) -> PlannedQuery:
        """PlannedQuery at the photo, or the crop of it, and weigh what it shows.

        Raises `Transient`, `Permanent` or `Misconfigured`, as do the others.
        """
        self.prepare()
        counting = self.background.submit(self.counts)
        with step("labels"):
            seen = self.recent.look(photo, crop, self._seen)
        with step("rarity"):
            counts = counting.result()
        return self._weighed(seen.look, counts, self.recognizer_id, remembered=seen.remembered)

    def _seen(self, photo: bytes, crop: Crop | None) -> Appearance:
        with step("decode"):
            raster = self.imaging.raster(Picture(photo), crop=crop)
        return self.looking(Picture(raster=raster))

    def search(self, photo: bytes, crop: Crop | None, refinement: Refinement) -> SearchResult:
        """Find products that look like the photo."""
        return self._found(self.look(photo, crop), refinement)

    def look_at(self, product: str) -> PlannedQuery:
        """Weigh what a product's record says of its looks; raises `UnknownProduct` too."""
        with step("labels"):
            record = self.finder().record(product, self.likeness.recalled)
        told = Recorded.of(record, self.likeness.names).recognizer
        return self._weighed(self.likeness.recall(record), self.counts(), told)

    def similar(self, product: str, refinement: Refinement) -> SearchResult:
        """Find other products that look like this one; raises `UnknownProduct` too."""
        return self._found(self.look_at(product), replace(refinement, without=(product,)))

    def _weighed(
        self, appearance: Appearance, counts: LabelCounts, recognizer_id: str, *, remembered: bool = False
    ) -> PlannedQuery:
        terms = self.likeness.terms(appearance, counts)
        asks_for_labels = any(term.kind == "label" for term in terms)
        whose = (
            [recognizer_filter(recognizer_id, self.likeness.names)]
            if recognizer_id and asks_for_labels
            else []
        )
        query = VisualQuery([*terms, *whose], self.likeness.names)
        least = max(1, round(self.threshold.share * query.total))
        return PlannedQuery(appearance, query, least, self.threshold.closeness, remembered)

    def _found(self, look: PlannedQuery, refinement: Refinement) -> SearchResult:
        refinement = look.suited(refinement)
        reranks = self.likeness.reranks and look.appearance.vector is not None
        asked = widened(refinement) if reranks else refinement
        with step("catalog"):
            answer = self.finder().find(look.query, asked)
        with step("rerank"):
            near = [
                replace(hit, closeness=self.likeness.closeness(look.appearance, hit.record))
                for hit in answer.hits
            ]
            return SearchResult(look, page_of(replace(answer, hits=tuple(near)), asked, refinement))
