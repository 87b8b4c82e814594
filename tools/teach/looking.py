"""Pictures encoded as a shopper's photos and as products, for a projection to be fitted to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from shared.labeling import Encoder
from shared.model import Vector
from tools.evaluate.datasets import Dataset
from tools.evaluate.seeing import SeenPictures
from tools.output import ShowProgress, counted
from tools.teach.finding import Search, Views
from tools.teach.samples import FEWEST_PICTURES, Samples, encoded

FEWEST_PRODUCTS = 25
"""With photos, so that each of five parts holds five. Where nothing is to be gained, one fit in twelve
wins by chance with ten, and one in twenty with 25."""


def of_classes(samples: Samples, folder: Path, encoder: Encoder, progress: ShowProgress) -> Search:
    """Let each picture search for its class among the others; all were encoded as photos already.

    A folder within a class's folder holds the pictures of one product; any other picture is a product of its
    own. Raises `ValueError` where a class shows too few products.
    """
    seen = encoded(samples.paths, encoder.encode_products, progress)
    keys = [path.relative_to(folder).parts[:2] for path in samples.paths]
    numbers = {key: number for number, key in enumerate(sorted(set(keys)))}
    kept = np.array([path in seen.looks for path in samples.paths])
    products = np.array([numbers[key] for key in keys])
    photos = Views(samples.vectors, samples.classes, products, np.arange(len(products)))[kept]
    search = Search("category", photos, _with_vectors(photos, _vectors(seen, samples.paths)))
    counts = Counter(search.strata().tolist())
    few = [f"{name} {counts[number]}" for number, name in enumerate(samples.names)]
    few = [each for number, each in enumerate(few) if counts[number] < FEWEST_PICTURES]
    if few:
        advice = f"give each class pictures of {FEWEST_PICTURES} at least"
        raise ValueError(f"too few products to fit a projection: {', '.join(few)}; {advice}")
    return _many(search, "there are")


def _with_vectors(views: Views, vectors: Sequence[Vector]) -> Views:
    return Views(np.array(vectors), views.classes, views.products, views.contents)


def of_products(
    dataset: Dataset, encoder: Encoder, progress: ShowProgress
) -> tuple[Search, Mapping[Path, str]]:
    """Let each photo search for its product; returns, too, why pictures were left out.

    Raises `ValueError` where too few products have photos.
    """
    catalog = [(path, item.id) for item in dataset.gallery for path in item.pictures]
    photos = [(path, item.id) for item in dataset.queries for path in item.pictures]
    as_products = encoded((path for path, _ in catalog), encoder.encode_products, progress)
    as_photos = encoded((path for path, _ in photos), encoder.encode_many, progress)
    contents = {**as_products.contents, **as_photos.contents}
    digests = {digest: number for number, digest in enumerate(sorted(set(contents.values())))}
    names = {name: number for number, name in enumerate(sorted({name for _, name in (*catalog, *photos)}))}

    def views(pairs: Iterable[tuple[Path, str]], seen: SeenPictures) -> Views:
        rows = {(names[name], digests[contents[path]]): path for path, name in pairs if path in seen.looks}
        products, bytes_ = np.array(list(rows), np.intp).reshape(-1, 2).T
        return Views(np.array(_vectors(seen, rows.values())), products, products, bytes_)

    search = _answerable(Search("product", views(photos, as_photos), views(catalog, as_products)))
    refused = {**as_products.refused, **as_photos.refused}
    return _many(search, "with a photo and another picture in the catalog there are"), refused


def _many(search: Search, problem: str) -> Search:
    found = len(search.products)
    if found < FEWEST_PRODUCTS:
        needed = f"a projection needs {FEWEST_PRODUCTS} at least"
        raise ValueError(f"{problem} only {counted(found, 'product')}; {needed}")
    return search


def _answerable(search: Search) -> Search:
    """Leave out photos whose product has no other picture."""
    others: dict[int, set[int]] = {}
    for product, content in search.catalog.shown():
        others.setdefault(product, set()).add(content)
    kept = [bool(others.get(product, set()) - {content}) for product, content in search.photos.shown()]
    return Search(search.by, search.photos[np.array(kept, np.bool_)], search.catalog)


def _vectors(seen: SeenPictures, paths: Iterable[Path]) -> list[Vector]:
    return [look.vector for path in paths if (look := seen.looks.get(path)) and look.vector]
