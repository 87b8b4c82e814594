"""Searches whose answers are known: products that differ little, under a light that differs much."""

from __future__ import annotations

import numpy as np

from tools.evaluate.datasets import By
from tools.teach.finding import Search, Views
from tools.teach.samples import Classes, Vectors

DIMENSIONS = 12


def views(vectors: Vectors, classes: Classes, products: Classes | None = None, first: int = 0) -> Views:
    """Views of different bytes, numbered from `first`."""
    shown = classes if products is None else products
    return Views(vectors, classes, shown, first + np.arange(len(classes)))


def lit(truth: Vectors, light: float, chance: np.random.Generator) -> Vectors:
    """Unit vectors of what is seen: the truth and, in the first three coordinates, a light by chance."""
    seen = truth + 0.1 * chance.normal(size=truth.shape)
    seen[:, :3] += light * chance.normal(size=(len(truth), 3))
    unit: Vectors = seen / np.linalg.norm(seen, axis=1, keepdims=True)
    return unit


def shop(by: By, light: float, *, products: int = 40, photos: int = 3, seed: int = 0) -> Search:
    """A catalog with a picture of each product; a class has eight products where classes are looked for."""
    chance = np.random.default_rng(seed)
    numbers = np.arange(products)
    classes = numbers if by == "product" else numbers // 8
    truth = chance.normal(size=(products, DIMENSIONS))[classes]
    shown = np.repeat(numbers, photos)
    return Search(
        by,
        views(lit(truth[shown], light, chance), classes[shown], shown),
        views(lit(truth, light, chance), classes, numbers, first=1_000),
    )
