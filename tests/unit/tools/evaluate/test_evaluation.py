from __future__ import annotations

import json
from collections.abc import Set as AbstractSet
from dataclasses import astuple, replace
from pathlib import Path

import numpy as np
import pytest

from shared.model import Appearance, Vector
from tests.unit.tools.evaluate.studio import Studio, classes, contender, labels, silent, write_catalog
from tools.evaluate.datasets import Dataset, class_folders, shop
from tools.evaluate.evaluation import evaluate
from tools.evaluate.report import EvaluationReport, StrategyRow
from tools.evaluate.seeing import Looks, Use

EAST, NORTH, BETWEEN = (1.0, 0.0), (0.0, 1.0), (0.8, 0.6)
CODED = contender("coded", code=True)


def shot(names: str, vector: Vector | None = None) -> Appearance:
    return Appearance(labels(*names.split()), labels("red"), vector)


def row(report: EvaluationReport, name: str) -> StrategyRow:
    return next(each for each in report.rows if each.name == name)


def value(report: EvaluationReport, name: str, metric: str) -> float:
    return row(report, name).metrics[metric].value


@pytest.fixture
def studio() -> Studio:
    return Studio()


@pytest.fixture
def folder(studio: Studio, tmp_path: Path) -> Path:
    """Three hats, one of which is labeled as a mug, two mugs, and a photo of each."""
    looks = {
        "gallery/hat/1.png": shot("hat", EAST),
        "gallery/hat/2.png": shot("hat", EAST),
        "gallery/hat/3.png": shot("mug", EAST),
        "gallery/mug/4.png": shot("mug", NORTH),
        "gallery/mug/5.png": shot("mug", BETWEEN),
        "queries/hat/6.png": shot("hat", EAST),
        "queries/mug/7.png": shot("boat", NORTH),
    }
    studio.shoot_all(tmp_path, looks)
    return tmp_path


@pytest.fixture
def report(studio: Studio, folder: Path) -> EvaluationReport:
    return studio.measure(classes(folder))


def test_a_whole_run_measures_what_the_index_answers(report: EvaluationReport) -> None:
    assert [each.name for each in report.rows] == ["tags", "exact cosine"]
    assert value(report, "tags", "hit_at_5") == 1.0
    assert value(report, "tags", "no_match") == 0.5
    assert value(report, "tags", "precision_at_10") == pytest.approx((3 + 2) / 2 / 10)
    by_category = row(report, "tags").categories
    assert by_category["hat"]["hit_at_1"].value == 1.0
    assert {name: each["no_match"].value for name, each in by_category.items()} == {"hat": 0.0, "mug": 1.0}
    assert row(report, "tags").cost.filters == 2.0
    assert report.facts.categories == {"hat": 1, "mug": 1}
    assert report.headline == "precision_at_10"
    assert report.facts.ceiling == pytest.approx((3 + 2) / 2 / 10)


def test_the_exact_cosine_ranks_by_vectors_alone(report: EvaluationReport) -> None:
    assert value(report, "exact cosine", "average_precision") == 1.0
    more = 1.0 - value(report, "tags", "average_precision")
    assert row(report, "exact cosine").gain["average_precision"].value == pytest.approx(more)
    beyond = row(report, "tags").beyond
    assert beyond is not None
    assert beyond["average_precision"].value == pytest.approx(-more)


def test_the_json_says_everything_with_stable_keys(report: EvaluationReport) -> None:
    document = json.loads(json.dumps(report.as_json()))
    keys = ["version", "dataset", "intervals", "headline", "msPerPicture", "strategies", "examples"]
    assert [*document] == keys
    first, bound = document["strategies"]
    assert first["metrics"]["no_match"]["value"] == 0.5
    assert first["cost"]["recordBytes"] == len('{"tags":["hat"]}')
    assert bound["cost"]["recordBytes"] is None
    assert document["dataset"]["products"] == 5


def test_a_products_own_picture_is_not_in_the_record_it_looks_for(studio: Studio, tmp_path: Path) -> None:
    write_catalog(tmp_path, [{"objectID": name} for name in ("cap", "mug", "hat")])
    looks = {
        "cap/1.png": shot("front", EAST),
        "cap/2.png": shot("back", NORTH),
        "mug/1.png": shot("cup handle", BETWEEN),
        "mug/2.png": shot("cup", BETWEEN),
        "hat.png": shot("brim", (0.6, 0.8)),
    }
    studio.shoot_all(tmp_path / "pictures", looks)
    report = studio.measure(shop(tmp_path))
    assert report.facts.queries == 4
    assert value(report, "tags", "no_match") == 0.5
    assert row(report, "tags").metrics["hit_at_1"].high > 0.98
    assert value(report, "exact cosine", "hit_at_1") == 0.5
    assert report.headline == "hit_at_10"
    for example in report.examples:
        assert example.picture not in {example.sought, *(hit.picture for hit in example.hits)}


def test_by_category_a_product_does_not_find_itself_and_nothing_without_a_vector_exactly(
    studio: Studio, tmp_path: Path
) -> None:
    kinds = {"cap": "wear", "hat": "wear", "mug": "pot"}
    write_catalog(tmp_path, [{"objectID": name, "kind": kind} for name, kind in kinds.items()])
    studio.shoot_all(tmp_path / "pictures", {f"{name}.png": shot(name) for name in kinds})
    report = studio.measure(shop(tmp_path, category="kind"))
    assert (report.facts.queries, report.facts.ceiling) == (2, 0.1)
    assert value(report, "tags", "no_match") == 1.0
    assert [each.name for each in report.rows] == ["tags"]


def test_equals_stand_in_an_order_that_favors_no_class(studio: Studio, tmp_path: Path) -> None:
    for kind in ("a", "b"):
        names = [*(f"gallery/{kind}/{number}.png" for number in range(50)), f"queries/{kind}/q.png"]
        studio.shoot_all(tmp_path, dict.fromkeys(names, shot("same")))
    rows = studio.measure(classes(tmp_path)).rows[0].categories
    assert all(0.1 <= rows[kind]["precision_at_10"].value <= 0.9 for kind in ("a", "b"))


def test_unreadable_pictures_are_named_and_copies_and_those_without_a_vector_counted(
    studio: Studio, folder: Path
) -> None:
    broken = folder / "queries/hat/broken.png"
    broken.write_bytes(b"no picture")
    (folder / "queries/hat/copy.png").write_bytes((folder / "gallery/hat/1.png").read_bytes())
    studio.shoot(folder / "queries/hat/blind.png", shot("hat"))
    report = studio.measure(classes(folder), contender(), CODED)
    assert report.facts.refused == {str(broken): "the picture is damaged"}
    assert (report.facts.queries, report.facts.copies) == (4, 1)
    assert report.facts.sightless == report.as_json()["dataset"]["sightless"] == 1
    assert studio.measure(classes(folder)).facts.sightless == 0


def test_photos_that_are_the_products_own_files_are_copies(studio: Studio, tmp_path: Path) -> None:
    studio.shoot_all(tmp_path, {"gallery/hat/1.png": shot("hat"), "gallery/hat/2.png": shot("hat")})
    same = class_folders(tmp_path / "gallery", tmp_path / "gallery")
    assert studio.measure(same).facts.copies == 2


def test_what_the_exact_cosine_puts_first_and_the_index_does_not_find_is_told(
    studio: Studio, tmp_path: Path
) -> None:
    far = {f"gallery/hat/{number}.png": shot("felt", BETWEEN) for number in range(310)}
    near = {f"gallery/hat/near-{n}.png": shot("felt brim" if n < 4 else "straw", EAST) for n in range(10)}
    studio.shoot_all(tmp_path, {**far, **near, "queries/hat/q.png": shot("felt brim", EAST)})
    report = studio.measure(classes(tmp_path), contender(), CODED)
    assert value(report, "coded", "exact_in_100") == 0.4
    told = {each["name"]: each["metrics"]["exact_in_100"] for each in report.as_json()["strategies"]}
    assert told["tags"] == told["exact cosine"] == {"value": None, "low": None, "high": None}
    assert told["coded"]["value"] == 0.4


@pytest.fixture
def shop_with_photos(studio: Studio, tmp_path: Path) -> Dataset:
    """Twelve products and three photos of each; those of the last three products show something else."""
    names = [f"p{number:02}" for number in range(12)]
    write_catalog(tmp_path, [{"objectID": name} for name in names])
    studio.shoot_all(tmp_path / "pictures", {f"{name}.png": shot(name) for name in names})
    shown = {name: shot(name if name < "p09" else "p00") for name in names}
    photos = {f"{name}/{photo}.png": shown[name] for name in names for photo in range(3)}
    studio.shoot_all(tmp_path / "photos", photos)
    return shop(tmp_path, tmp_path / "photos")


def test_examples_are_as_good_and_as_bad_as_all_photos(studio: Studio, shop_with_photos: Dataset) -> None:
    shown = studio.measure(shop_with_photos).examples
    assert len({example.picture for example in shown}) == 12
    assert [example.place == 1 for example in shown] == [True] * 9 + [False] * 3
    first, last = shown[0], shown[-1]
    assert (first.hits[0].right, first.hits[0].shared, first.right) == (True, (first.wanted,), 1)
    pictures = {item.id: item.pictures[0] for item in shop_with_photos.gallery}
    assert (first.hits[0].picture, last.sought) == (first.sought, pictures[last.wanted])
    assert not last.hits[0].right
    assert last.place is not None


def test_photos_of_a_product_are_one_witness(studio: Studio, shop_with_photos: Dataset) -> None:
    report = studio.measure(shop_with_photos)
    alone = studio.measure(replace(shop_with_photos, queries=shop_with_photos.queries[::3]))
    found, known = (row(each, "tags").metrics["hit_at_1"] for each in (report, alone))
    assert astuple(found) == pytest.approx(astuple(known))
    assert (report.facts.over, alone.facts.over) == ("the 12 products asked for", "query pictures")
    assert report.as_json()["intervals"]["over"] == report.facts.over


def test_the_exact_cosine_is_that_of_all_numbers_and_candidates_are_those_of_vectors(
    studio: Studio, folder: Path
) -> None:
    def see(content: bytes, uses: AbstractSet[Use]) -> Looks:
        look = studio.look(content)
        east, north = look.vector or (0.0, 0.0)
        whole = [east, north, 0.0] if "photo" in uses else [north, east, 0.0]
        return Looks(dict.fromkeys(uses, look), np.array(whole, dtype=np.float32))

    report = evaluate(classes(folder), [CODED], see, silent)
    assert (value(report, "coded", "hit_at_1"), value(report, "exact cosine", "hit_at_1")) == (1.0, 0.0)
    assert value(report, "coded", "exact_in_100") == 1.0
