"""`EVAL_DATA=… python -m tests.quality.teaching`: the tables of heads and projections in docs/retrieval.md.

Each row of a head is `measure teach --out`, each of a projection `measure teach --projection`, with the
encoder of the environment. "New photos" took no part: clothing's queries in its whole gallery.
"""

from __future__ import annotations

import json
import os
import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from devstack.environment import MODEL
from shared.labeling import Encoder, registry
from shared.settings.labeling import LabelingSettings
from tests.quality.sets import EVAL_DATA, grocery
from tools.evaluate.datasets import SEED, Dataset, pictures_below, shop
from tools.output import progress
from tools.teach.finding import Search, Views, found
from tools.teach.fitting import fit, held_back
from tools.teach.gains import Gain, gains
from tools.teach.looking import of_classes, of_products
from tools.teach.report import measured
from tools.teach.samples import FEWEST_PICTURES, Lesson, Samples, look_at
from tools.teach.teaching import held_out

CLOTHING = EVAL_DATA / "clothing"
Classes = Mapping[str, Sequence[Path]]


def encoder() -> Encoder:
    """The encoder of the environment, the embedded one if none is named."""
    settings = LabelingSettings.from_env(
        {"EMBEDDED_MODEL": str(MODEL), **os.environ, "ENCODER_PROJECTION": ""}
    )
    return registry.create_encoder(settings.encoder, settings.of_encoder)


def folders(root: Path) -> Classes:
    """The pictures of each folder that holds enough, by its name."""
    classes: dict[str, list[Path]] = {}
    for path in pictures_below(root):
        classes.setdefault(path.parent.name, []).append(path)
    return classes


def lessons() -> Iterator[tuple[str, Classes]]:
    """What heads are taught with."""
    clothing = folders(CLOTHING / "gallery")
    chance = random.Random(SEED)  # noqa: S311 no secret
    for count in (10, 30):
        few = {name: sorted(chance.sample(list(paths), count)) for name, paths in clothing.items()}
        yield f"clothing, {count} pictures a class", few
    yield "clothing gallery, 1,500 pictures", clothing
    kinds: dict[str, list[Path]] = {}
    for path in pictures_below(EVAL_DATA / "grocery" / "val"):
        parts = path.relative_to(EVAL_DATA / "grocery" / "val").parts
        kinds.setdefault(parts[1], []).append(path)
    yield "grocery, shelf photos, by kind", enough(kinds)
    types: dict[str, list[Path]] = {}
    for each in json.loads((EVAL_DATA / "eshop" / "catalog.json").read_text(encoding="utf-8")):
        types.setdefault(each["Type"], []).append(EVAL_DATA / "eshop" / "pics" / f"{each['Id']}.webp")
    yield "eshop, 101 pictures, by type", enough(types)


def enough(classes: Classes) -> Classes:
    """Those that a head can be taught with."""
    return {name: paths for name, paths in classes.items() if len(paths) >= FEWEST_PICTURES}


def looked_at(classes: Classes, sees: Encoder) -> Samples:
    """The pictures encoded as photos."""
    return look_at(Lesson(classes, ()), sees, progress)


def head_row(name: str, samples: Samples) -> str:
    """A row of the table of heads."""
    quality = measured(samples, held_out(samples, progress))
    right = quality.accuracy
    cells = (
        name,
        str(len(samples.names)),
        f"{100 * quality.baseline.value:.1f}",
        f"{100 * right.value:.1f} ({100 * right.low:.0f}-{100 * right.high:.0f})",
        f"{100 * quality.mean_score:.1f}",
    )
    return row(cells)


def products(sees: Encoder) -> Iterator[tuple[str, Search]]:
    """The sets in which the very product is right."""
    fashion = shop(EVAL_DATA / "fashion" / "catalog", EVAL_DATA / "fashion" / "photos")
    sets: Sequence[tuple[str, Dataset]] = (("grocery", grocery(EVAL_DATA)), ("fashion", fashion))
    for name, dataset in sets:
        search, _ = of_products(dataset, sees, progress)
        yield name, search


def projection_rows(name: str, search: Search) -> Iterator[str]:
    """The rows of the table of projections: one for each metric."""
    for each in gains(search.by, held_back(search, progress)):
        yield row((name, each.metric, *gained(each)))


def gained(each: Gain) -> tuple[str, str, str]:
    """Its cells."""
    change = each.difference
    return (
        f"{100 * each.before.value:.1f}",
        f"{100 * each.after.value:.1f}",
        f"{100 * change.value:+.1f} ({100 * change.low:+.1f} to {100 * change.high:+.1f})",
    )


def new_photos(taught: Search, gallery: Search, queries: Search) -> str:
    """The row of photos that took no part: P@10 in the whole gallery."""
    apart = 1 + int(gallery.catalog.products.max())
    photos = Views(
        queries.photos.vectors,
        queries.photos.classes,
        queries.photos.products + apart,
        queries.photos.contents + apart,
    )
    search = Search("category", photos, gallery.catalog)
    before, after = (100 * np.nanmean(found(search, each), axis=0) for each in (None, fit(taught)[0]))
    return f"P@10 {before[0]:.1f} -> {after[0]:.1f}, P@1 {before[1]:.1f} -> {after[1]:.1f}"


def row(cells: Sequence[str]) -> str:
    """A row of a table in Markdown."""
    return f"| {' | '.join(cells)} |"


def tell(*rows: str) -> None:
    """Print at once, for it takes minutes."""
    sys.stdout.write("".join(f"{each}\n" for each in rows))
    sys.stdout.flush()


def main() -> None:
    """Print both tables."""
    sees = encoder()
    by_class = {name: looked_at(classes, sees) for name, classes in lessons()}
    asking, gallery = CLOTHING / "queries", CLOTHING / "gallery"
    with threadpool_limits(1):
        tell(row(("fitted to", "", "without", "with projection", "gain")))
        for name, search in products(sees):
            tell(*projection_rows(name, search))
        queries = of_classes(looked_at(folders(asking), sees), asking, sees, progress)
        clothing = {name: each for name, each in by_class.items() if name.startswith("clothing")}
        searches = {name: of_classes(each, gallery, sees, progress) for name, each in clothing.items()}
        for name, search in searches.items():
            whole = new_photos(search, list(searches.values())[-1], queries)
            tell(*projection_rows(name, search), row((name, "new photos", whole, "", "")))
        tell("", row(("taught with", "classes", "commonest", "held out", "mean score")))
        for name, samples in by_class.items():
            tell(head_row(name, samples))


if __name__ == "__main__":
    main()
