"""`EVAL_DATA=… python -m tests.quality.tables`: docs/retrieval.md's tables, but for those of teaching."""

from __future__ import annotations

import io
import random
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from PIL import Image, ImageOps

from devstack.demo.trial import TUNGSTEN, lit
from shared import wiring
from tests.quality.measuring import quietly
from tests.quality.sets import EVAL_DATA, SETS
from tools.calibrate.calibration import Task, calibrated
from tools.calibrate.report import show
from tools.evaluate.contenders import DEFAULT, contenders
from tools.evaluate.cosine import CosineFinder, by_vector
from tools.evaluate.datasets import Dataset, Item, shop
from tools.evaluate.evaluation import evaluate
from tools.evaluate.finders import IndexFinder
from tools.evaluate.metrics import Estimate, Values, column
from tools.evaluate.preparing import Prepared, prepared
from tools.evaluate.ranking import ProductFinder, RankingJudge, run
from tools.evaluate.report import EvaluationReport, StrategyRow
from tools.evaluate.sight import Sight, any_sight
from tools.evaluate.verdicts import VERDICT_METRICS

WEIGHTS = (0.0, 0.05, 0.07, 0.1, 0.15)
LIGHTS: Mapping[str, Sequence[float]] = {
    "warm": (1.36, 0.92, 0.52),
    "tungsten": TUNGSTEN,
    "cool": (0.74, 1.0, 1.3),
    "one stop darker": (0.5, 0.5, 0.5),
    "two stops darker": (0.25, 0.25, 0.25),
}
"""How much more linear light each channel gets."""

STRANGERS = 1_000
BY_METRIC = {"clothing": ("precision_at_10",), "grocery": ("hit_at_1", "hit_at_10")}
METRICS = BY_METRIC | {"fashion": BY_METRIC["grocery"], "eshop": ("precision_at_10",)}


def seeing(weight: float = 0.07) -> Sight:
    return any_sight({"EMBEDDED_COLOR_WEIGHT": str(weight)})


def tell(*cells: str) -> None:
    sys.stdout.write(f"| {' | '.join(cells)} |\n")
    sys.stdout.flush()


def percent(values: Values, names: Sequence[str]) -> str:
    return " / ".join(f"{100 * column(values, name).mean():.1f}" for name in names)


def between(each: Estimate, digits: int = 0) -> str:
    return f"{100 * each.value:.1f} ({100 * each.low:.{digits}f} to {100 * each.high:.{digits}f})"


def values_of(finder: ProductFinder, ready: Prepared) -> Values:
    return run(finder, ready.questions, RankingJudge(ready.dataset), lambda _: None).values


def by_exact_order(ready: Prepared) -> Values:
    vectors = {product: look.vector for product, look in ready.products.items()}
    return values_of(CosineFinder(vectors, by_vector), ready)


def reports(folder: Path) -> Iterator[tuple[str, EvaluationReport]]:
    for name, make in SETS.items():
        sight = seeing()
        entered = contenders(sight.settings, sight.encoder)
        yield name, evaluate(make(folder), entered, sight.eyes(whole=True), quietly, sight.rule)


def strategies(name: str, report: EvaluationReport) -> None:
    """A set's figures, the gain over the exact cosine, and the verdicts."""
    shown = sorted({*METRICS.get(name, ("reciprocal_rank",)), "hit_at_1"})
    tell(name, *shown, "bytes", "filters")
    for row in report.rows:
        cost = (row.cost.record_bytes or 0, row.cost.filters)
        tell(row.name, *(between(row.metrics[each]) for each in shown), *(f"{each:,.0f}" for each in cost))
    default = next(row for row in report.rows if row.name == DEFAULT)
    if default.beyond:
        tell("beyond the exact cosine", *(between(default.beyond[each], 1) for each in shown))
    verdicts(default)


def verdicts(row: StrategyRow) -> None:
    tell("verdicts", *(f"{name}: {between(row.metrics[name])}" for name in VERDICT_METRICS))


def in_light(dataset: Dataset, gains: Sequence[float], folder: Path) -> Dataset:
    """The same with its photos in another light."""
    queries = []
    for number, item in enumerate(dataset.queries):
        path = folder / f"{number}.jpg"
        with Image.open(io.BytesIO(item.pictures[0].read_bytes())) as image:
            lit(ImageOps.exif_transpose(image).convert("RGB"), gains).save(path, quality=95)
        queries.append(replace(item, pictures=(path,)))
    return replace(dataset, queries=queries)


def weights_and_lights(folder: Path) -> None:
    named = {name: SETS[name](folder) for name in BY_METRIC | {"fashion": ()}}
    for weight in WEIGHTS:
        readies = {name: prepared(each, seeing(weight).eyes(), quietly) for name, each in named.items()}
        tell(
            f"weight {weight}",
            *(percent(by_exact_order(each), METRICS[name]) for name, each in readies.items()),
        )
    for light, gains in LIGHTS.items():
        for name in ("grocery", "fashion"):
            with tempfile.TemporaryDirectory() as place:
                dark = in_light(named[name], gains, Path(place))
                found = [by_exact_order(prepared(dark, seeing(each).eyes(), quietly)) for each in (0.0, 0.07)]
            tell(light, name, *(percent(each, METRICS[name]) for each in found))


def sizes(folder: Path) -> None:
    """What words and code lose of the exact order among the products of other sets as well."""
    sight, every = seeing(), ("grocery", "fashion", "eshop", "demo", "clothing")
    readies = {name: prepared(SETS[name](folder), sight.eyes(), quietly) for name in every}
    likeness = wiring.likeness(
        sight.settings.model_copy(update={"strategies": ("words", "code")}), sight.encoder
    )
    for others in ((), every[:4], every):
        for name in ("grocery", "fashion"):
            ready = among(readies[name], [each for other, each in readies.items() if other in others])
            words = values_of(IndexFinder("words", likeness, ready.products), ready)
            found = (percent(each, METRICS[name]) for each in (by_exact_order(ready), words))
            tell(f"{len(ready.products):,}", name, *found)


def among(ready: Prepared, others: Sequence[Prepared]) -> Prepared:
    """The same questions to an index that holds the others' products too."""
    strange = {
        f"{number} {id_}": look
        for number, each in enumerate(others)
        if each is not ready
        for id_, look in each.products.items()
    }
    gallery = [*ready.dataset.gallery, *(Item(id_, (Path(id_),), "") for id_ in strange)]
    dataset = replace(ready.dataset, gallery=gallery)
    return replace(ready, dataset=dataset, products={**ready.products, **strange})


def calibrations(folder: Path) -> None:
    """The steps of each set, with the others' pictures as strangers."""
    sight = seeing()
    sets = {name: make(folder) for name, make in SETS.items() if name != "demo"}
    kinds = shop(EVAL_DATA / "fashion" / "catalog", EVAL_DATA / "fashion" / "photos", "kind")
    strange = {
        "clothing": ("grocery", "eshop"),
        "eshop": ("clothing", "grocery"),
        "grocery": ("clothing", "eshop", "fashion"),
    }
    tasks = [(name, sets[name], strange[name]) for name in strange]
    tasks += [
        ("fashion, same kind", kinds, strange["clothing"] + ("clothing",)),
        ("fashion, the very product", sets["fashion"], ("grocery",)),
    ]
    for name, dataset, foreign in tasks:
        others = [path for each in foreign for path in sets[each].pictures()]
        random.Random(6).shuffle(others)  # noqa: S311 no secret
        sys.stdout.write(f"\n{name}\n")
        show(calibrated(Task(dataset, others[:STRANGERS], 0.05, 0.1), sight.deployed, sight.eyes(), quietly))


def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for name, report in reports(folder):
            strategies(name, report)
        weights_and_lights(folder)
        calibrations(folder)
        sizes(folder)


if __name__ == "__main__":
    main()
