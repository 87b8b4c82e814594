"""The use case behind the storefront: a shopper's photo becomes products, best first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from shared.catalog import Catalog
from shared.catalog.query import visual_query
from shared.labeling import Labeler
from shared.model import Answer, Labels, Picture, Refinement


@dataclass(frozen=True, slots=True)
class Found:
    """The labels seen in the photo, and the products that share them."""

    labels: Labels
    answer: Answer

    @property
    def visual_match(self) -> bool:
        """Whether any product on this page shares a label with the photo."""
        return any(hit.points > 0 for hit in self.answer.hits)


@dataclass(frozen=True, slots=True)
class Searcher:
    """Photo -> labels -> ranked products.

    `normalise` checks a photo and makes it small, upright and free of metadata; nothing keeps it.
    """

    normalise: Callable[[bytes], bytes]
    labeler: Labeler
    catalog: Catalog

    def search(self, photo: bytes, refinement: Refinement) -> Found:
        """Find products that look like the photo; raises `Transient`, `Permanent` or `Misconfigured`."""
        labels = self.labeler.label(Picture(content=self.normalise(photo)))
        return Found(labels, self.catalog.find(visual_query(labels), refinement))
