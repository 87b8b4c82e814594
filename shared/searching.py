"""The use case behind the storefront: a shopper's photo becomes products, best first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any, Protocol

from shared.catalog import CatalogFinder
from shared.catalog.labels import LabelCounts, recognizer_filter
from shared.catalog.likeness import Likeness
from shared.catalog.optional_filters import RECOGNIZER_POINTS, check_optional_filters
from shared.catalog.paging import reranked_page
from shared.catalog.query import VisualQuery, visual_params
from shared.catalog.record import Recorded
from shared.imaging import Imaging, Picture
from shared.labeling.photo_cache import PhotoCache
from shared.loading import Once
from shared.logs import step
from shared.model import Appearance, Crop, Hit, Refinement, SearchAnswer
from shared.verdict import Steps, Verdict, sure_names

NEAR = 0.85
"""The share of the best label's score: what recognizers only guess gets a half to three quarters of it."""


@dataclass(frozen=True, slots=True)
class PlannedQuery:
    """The appearance of a picture, and the query for products that share it.

    `steps` say how similar a product is, and so do labels whose names the recognizer is `sure` of; `code` is
    what a storefront re-ranks hits by, under the name of the attribute to compare with; `remembered` says
    that the same picture had been looked at before.
    """

    appearance: Appearance
    query: VisualQuery
    steps: Steps
    sure: frozenset[str] = frozenset()
    code: Mapping[str, str] = field(default_factory=dict)
    remembered: bool = False

    @property
    def best(self) -> Sequence[str]:
        """The names of labels that tell most of the picture, the most certain first.

        They are up to three that products have, with a score near the best one's.
        """
        points = self.query.points("label")
        found = [label for label in self.appearance.labels if points.get(label.name)]
        least = NEAR * max((label.score for label in found), default=0.0)
        return [label.name for label in found if label.score >= least][:3]

    def params(self, refinement: Refinement) -> dict[str, Any]:
        """The parameters with which a storefront asks Algolia itself."""
        return visual_params(self.query, self.suited(refinement))

    def suited(self, refinement: Refinement) -> Refinement:
        """The refinement, but not strict about labels where the recognizer gave none."""
        return replace(refinement, mode="boost") if self.appearance.unlabeled else refinement


@dataclass(frozen=True)
class SearchResult:
    """A planned query, and the products that share something with the picture."""

    plan: PlannedQuery
    answer: SearchAnswer

    @cached_property
    def verdicts(self) -> Sequence[Verdict]:
        """The verdict on each hit."""
        deciding = self.plan.sure & self.plan.query.points("label").keys()
        return [self.plan.steps.verdict(hit, deciding) for hit in self.answer.hits]

    @property
    def visual_match(self) -> bool:
        """True where any product on this page is at least similar."""
        return any(verdict != "lessSimilar" for verdict in self.verdicts)


class Analyzer(Protocol):
    """Everything that looks at a photo."""

    def prepare(self) -> None:
        """Load what the first photo would have to wait for."""

    def analyze(self, photo: Picture) -> Appearance:
        """Look at a photo; raises `Transient`, `Permanent` or `Misconfigured`."""


class LabelCounter(Protocol):
    """The index's own counts of labels."""

    def current(self) -> LabelCounts:
        """Counts that are new enough; raises `Misconfigured`."""

    def begin(self, background: Executor) -> Callable[[], LabelCounts]:
        """Ask in the background where that is needed; returns what waits for it and gives them."""


@dataclass(frozen=True, slots=True)
class Searcher:
    """Photo -> pixels -> appearance -> planned query -> ranked products.

    The photo is in memory only. `imaging` decodes it once, and the `analyzer` has recognizer and encoder look
    at the same pixels, unless the `photo_cache` has their answers. The catalog gets ready in the `background`
    while the recognizer is being waited for. `sees` gives the likeness, which says what to ask for and how
    close a hit is, and which nobody needs before the recognizer has answered; `steps` how similar that makes
    it where a picture asks for so many points; `recognizer_id` whose labels those of a photo are, empty where
    records don't tell, and `sure_from` the score from which it is sure of them.
    """

    imaging: Imaging
    analyzer: Analyzer
    photo_cache: PhotoCache
    counts: LabelCounter
    catalog: Once[CatalogFinder]
    sees: Callable[[], Likeness]
    background: Executor
    steps: Callable[[int], Steps]
    recognizer_id: str = ""
    sure_from: float | None = None

    @property
    def likeness(self) -> Likeness:
        """The likeness of all searches."""
        return self.sees()

    def search(self, photo: bytes, crop: Crop | None, refinement: Refinement) -> SearchResult:
        """Find products that look like the photo.

        Raises `Transient`, `Permanent` or `Misconfigured`, as do the others.
        """
        return self._ask(self.plan(photo, crop), refinement)

    def similar(self, product: str, refinement: Refinement) -> SearchResult:
        """Find other products that look like this one; raises `UnknownProduct` too."""
        found = self._ask(self.plan_similar(product), replace(refinement, without=(product,)))
        # A rule that pins the product shows it all the same.
        others = tuple(hit for hit in found.answer.hits if hit.record["objectID"] != product)
        return replace(found, answer=replace(found.answer, hits=others))

    def plan(self, photo: bytes, crop: Crop | None = None) -> PlannedQuery:
        """Look at the photo, or the crop of it, and plan a query for what it shows."""
        self.analyzer.prepare()
        counting = self.counts.begin(self.background)
        with step("labels"):
            seen = self.photo_cache.look(photo, crop, self._analyzed)
        try:
            with step("rarity"):
                counts = counting()
        finally:
            # A failure's traceback leads to this frame: together they would keep the photo alive.
            del counting
        return self._planned(seen.look, counts, self.recognizer_id, remembered=seen.remembered)

    def plan_similar(self, product: str) -> PlannedQuery:
        """Plan a query for what a product's record says of its looks; raises `UnknownProduct` too."""
        with step("labels"):
            record = self.catalog().record(product, self.likeness.recalled)
        told = Recorded.of(record, self.likeness.names).recognizer
        return self._planned(self.likeness.recall(record), self.counts.current(), told)

    def _analyzed(self, photo: bytes, crop: Crop | None) -> Appearance:
        with step("decode"):
            raster = self.imaging.raster(Picture(photo), crop=crop)
        return self.analyzer.analyze(Picture(raster=raster))

    def _planned(
        self, appearance: Appearance, counts: LabelCounts, recognizer_id: str, *, remembered: bool = False
    ) -> PlannedQuery:
        terms = self.likeness.terms(appearance, counts)
        steps = self.steps(self.likeness.whole(appearance, counts, terms))
        code = self.likeness.code(appearance)
        if recognizer_id and any(term.kind == "label" for term in terms):
            lift = 1 if code else RECOGNIZER_POINTS
            terms.append(recognizer_filter(recognizer_id, self.likeness.names, lift))
        query = VisualQuery(terms, self.likeness.names)
        # Scores mean what the recognizer says they do, and nothing is known here of another one's.
        sure_from = self.sure_from if recognizer_id == self.recognizer_id else None
        sure = sure_names(appearance.labels, sure_from)
        return PlannedQuery(appearance, query, steps, sure, code, remembered)

    def _ask(self, plan: PlannedQuery, refinement: Refinement) -> SearchResult:
        refinement = plan.suited(refinement)
        find = partial(self._find, plan)
        if not self.likeness.reranks or plan.appearance.vector is None:
            return SearchResult(plan, find(refinement))
        return SearchResult(
            plan, reranked_page(find, refinement, self.counts.current(), self.likeness.window)
        )

    def _find(self, plan: PlannedQuery, refinement: Refinement) -> SearchAnswer:
        with step("catalog"):
            answer = self.catalog().find(plan.query, refinement)
        with step("rerank"):
            near = self.likeness.closenesses(plan.appearance, [hit.record for hit in answer.hits])
            hits = (Hit(hit.record, hit.compare, each) for hit, each in zip(answer.hits, near, strict=True))
            return replace(answer, hits=tuple(hits))


def check(refinement: Refinement) -> None:
    """Refuse what cannot be asked of Algolia, before anything is paid for; raises `Permanent`."""
    check_optional_filters(refinement.optional_filters)
