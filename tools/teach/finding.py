"""Searches for products by vectors, with a projection or without one, and their metrics.

A product's record has the mean direction of its pictures, as enriching gives it, and photos and products are
each encoded in their own way. A picture never finds itself.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from shared.labeling.projection import Projection
from tools.evaluate.datasets import By
from tools.teach.samples import Classes, Vectors

METRICS = {"product": ("MRR", "hit@1", "hit@10"), "category": ("P@10", "P@1")}
"""The first is what a projection must raise. Of a product, it counts every photo's place, while hit@1 takes
most photos for equal, and twice as many to show the same."""

DEPTH = 10

_DECIMALS = 9
"""Of a cosine; the rest is rounding."""

Values = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Views:
    """Vectors of pictures, with numbers for what each shows: its class, its product, and its very bytes.

    A product has the same bytes once.
    """

    vectors: Vectors
    classes: Classes
    products: Classes
    contents: Classes

    def __getitem__(self, kept: Mask) -> Views:
        """Those pictures alone."""
        return Views(self.vectors[kept], self.classes[kept], self.products[kept], self.contents[kept])

    def shown(self) -> list[tuple[int, int]]:
        """The product and the bytes of each picture."""
        return list(zip(self.products.tolist(), self.contents.tolist(), strict=True))


@dataclass(frozen=True, slots=True)
class Search:
    """`photos`, and the `catalog` that they search; right is the same class or, by product, the product.

    By product, each product is a class of its own, and in the catalog if a photo shows it.
    """

    by: By
    photos: Views
    catalog: Views

    @property
    def vectors(self) -> Vectors:
        """Those of photos, and of the catalog."""
        return np.concatenate([self.photos.vectors, self.catalog.vectors])

    @property
    def products(self) -> Classes:
        """The numbers of the products that photos show, each once."""
        return np.unique(self.photos.products)

    def strata(self) -> Classes:
        """The class of each of `products`; all the same where the products are what is to be told apart."""
        products, first = np.unique(self.photos.products, return_index=True)
        return np.zeros_like(products) if self.by == "product" else self.photos.classes[first]

    def without(self, products: Classes) -> Search:
        """The same without all pictures of these products."""
        photos, catalog = (~np.isin(each.products, products) for each in (self.photos, self.catalog))
        return replace(self, photos=self.photos[photos], catalog=self.catalog[catalog])

    def asked(self, products: Classes) -> Search:
        """The same with the photos of these products only.

        Of classes, only these products can be found: others of a class lie closer for having been fitted to.
        """
        photos, catalog = (np.isin(each.products, products) for each in (self.photos, self.catalog))
        return replace(
            self,
            photos=self.photos[photos],
            catalog=self.catalog if self.by == "product" else self.catalog[catalog],
        )


def found(search: Search, projection: Projection | None) -> Values:
    """Return the metrics of each photo, of shape [photos, metrics]; NaN where nothing could be found."""
    products, numbers = np.unique(search.catalog.products, return_inverse=True)
    classes = np.empty(len(products), np.intp)
    classes[numbers] = search.catalog.classes
    scores = _scores(search, projection, products, numbers)
    right = search.photos.classes[:, np.newaxis] == classes
    if search.by == "category":
        right &= np.isfinite(scores)
    # Products that look the same keep one order, whatever rounding does before and after.
    order = np.argsort(-np.round(scores, _DECIMALS), axis=1, kind="stable")
    return _metrics(search.by, np.take_along_axis(right, order, axis=1))


def _scores(search: Search, projection: Projection | None, products: Classes, numbers: Classes) -> Values:
    """Cosines of shape [photos, products]; -inf where a photo is of the product and asks for its class."""
    views = (search.photos.vectors, search.catalog.vectors)
    photos, pictures = (unit(projection.apply(each) if projection else each) for each in views)
    sums = np.zeros((len(products), pictures.shape[1]))
    np.add.at(sums, numbers, pictures)
    scores = photos @ unit(sums).T
    if search.by == "category":
        scores[search.photos.products[:, np.newaxis] == products] = -np.inf
        return scores
    own = np.searchsorted(products, search.photos.products)
    places = {shown: place for place, shown in enumerate(search.catalog.shown())}
    for row, shown in enumerate(search.photos.shown()):
        if shown in places:
            scores[row, own[row]] = photos[row] @ unit(sums[own[row]] - pictures[places[shown]])
    return scores


def _metrics(by: By, relevant: Mask) -> Values:
    """The metrics of rankings, of shape [photos, products]."""
    total = relevant.sum(axis=1)
    if by == "category":
        depth = np.clip(total, 1, DEPTH)
        within = np.arange(relevant.shape[1]) < depth[:, np.newaxis]
        columns = [(relevant & within).sum(axis=1) / depth, relevant[:, 0]]
    else:
        place = relevant.argmax(axis=1)
        columns = [1 / (1 + place), place < 1, place < DEPTH]
    return np.where(total[:, np.newaxis] > 0, np.stack(columns, axis=1, dtype=np.float64), np.nan)


def unit(vectors: Values) -> Values:
    """Return vectors of unit length; one without direction stays as it is."""
    made: Values = vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12)
    return made
