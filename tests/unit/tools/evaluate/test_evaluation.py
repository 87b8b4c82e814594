from __future__ import annotations

import json
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import astuple, replace
from pathlib import Path

import numpy as np
import pytest

from shared.model import Appearance, Vector
from shared.settings import SearchSettings
from tests.fakes.encoder import FakeEncoder
from tests.unit.tools.evaluate.studio import Studio, contender, labels, silent, write_catalog
from tools.evaluate.contenders import NAMES, contenders
from tools.evaluate.datasets import Dataset, class_folders, shop
from tools.evaluate.evaluation import evaluate
from tools.evaluate.report import EvaluationReport, Example, StrategyRow
from tools.evaluate.seeing import Looks, Use

EAST, NORTH, BETWEEN = (1.0, 0.0), (0.0, 1.0), (0.8, 0.6)


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
def folders(studio: Studio, tmp_path: Path) -> tuple[Path, Path]:
    """Three hats, one of which is labeled as a mug, two mugs, and a photo of each."""
    gallery, queries = tmp_path / "gallery", tmp_path / "queries"
    for name, look in {
        "hat/1.png": shot("hat", EAST),
        "hat/2.png": shot("hat", EAST),
        "hat/3.png": shot("mug", EAST),
        "mug/4.png": shot("mug", NORTH),
        "mug/5.png": shot("mug", BETWEEN),
    }.items():
        studio.shoot(gallery / name, look)
    studio.shoot(queries / "hat/6.png", shot("hat", EAST))
    studio.shoot(queries / "mug/7.png", shot("boat", NORTH))
    return gallery, queries


def test_a_whole_run_measures_what_the_index_answers(studio: Studio, folders: tuple[Path, Path]) -> None:
    report = evaluate(class_folders(*folders), [contender()], studio.see, silent)
    assert [each.name for each in report.rows] == ["tags", "exact cosine"]
    assert value(report, "tags", "hit_at_5") == 1.0
    assert value(report, "tags", "no_match") == 0.5
    assert value(report, "tags", "precision_at_10") == pytest.approx((3 + 2) / 2 / 10)
    assert row(report, "tags").categories["hat"]["hit_at_1"].value == 1.0
    assert row(report, "tags").cost.filters == 2.0
    assert report.facts.categories == {"hat": 1, "mug": 1}
    assert report.headline == "precision_at_10"
    assert report.facts.ceiling == pytest.approx((3 + 2) / 2 / 10)


def test_the_exact_cosine_ranks_by_vectors_alone(studio: Studio, folders: tuple[Path, Path]) -> None:
    report = evaluate(class_folders(*folders), [contender()], studio.see, silent)
    assert value(report, "exact cosine", "average_precision") == 1.0
    more = 1.0 - value(report, "tags", "average_precision")
    assert row(report, "exact cosine").gain["average_precision"].value == pytest.approx(more)
    beyond = row(report, "tags").beyond
    assert beyond is not None
    assert beyond["average_precision"].value == pytest.approx(-more)


def test_without_vectors_there_is_no_exact_cosine(studio: Studio, tmp_path: Path) -> None:
    for name in ("gallery/hat/1.png", "queries/hat/2.png"):
        studio.shoot(tmp_path / name, shot("hat"))
    dataset = class_folders(tmp_path / "gallery", tmp_path / "queries")
    assert [each.name for each in evaluate(dataset, [contender()], studio.see, silent).rows] == ["tags"]


def test_a_products_own_picture_is_not_in_the_record_it_looks_for(studio: Studio, tmp_path: Path) -> None:
    write_catalog(tmp_path, [{"objectID": name} for name in ("cap", "mug", "hat")])
    studio.shoot(tmp_path / "pictures/cap/1.png", shot("front", EAST))
    studio.shoot(tmp_path / "pictures/cap/2.png", shot("back", NORTH))
    studio.shoot(tmp_path / "pictures/mug/1.png", shot("cup handle", BETWEEN))
    studio.shoot(tmp_path / "pictures/mug/2.png", shot("cup", BETWEEN))
    studio.shoot(tmp_path / "pictures/hat.png", shot("brim", (0.6, 0.8)))
    report = evaluate(shop(tmp_path), [contender()], studio.see, silent)
    assert report.facts.queries == 4
    assert value(report, "tags", "no_match") == 0.5
    assert row(report, "tags").metrics["hit_at_1"].high == 1.0
    assert value(report, "exact cosine", "hit_at_1") == 0.5
    assert report.headline == "hit_at_10"
    for example in report.examples:
        assert example.picture not in {example.sought, *(hit.picture for hit in example.hits)}


def test_by_category_a_product_does_not_find_itself(studio: Studio, tmp_path: Path) -> None:
    records = [{"objectID": name, "kind": "wear"} for name in ("cap", "hat")]
    write_catalog(tmp_path, [*records, {"objectID": "mug", "kind": "pot"}])
    for name in ("cap", "hat", "mug"):
        studio.shoot(tmp_path / f"pictures/{name}.png", shot(name))
    report = evaluate(shop(tmp_path, category="kind"), [contender()], studio.see, silent)
    assert (report.facts.queries, report.facts.ceiling) == (2, 0.1)
    assert value(report, "tags", "no_match") == 1.0


def test_equals_stand_in_an_order_that_favors_no_class(studio: Studio, tmp_path: Path) -> None:
    for kind in ("a", "b"):
        for number in range(50):
            studio.shoot(tmp_path / f"gallery/{kind}/{number}.png", shot("same"))
        studio.shoot(tmp_path / f"queries/{kind}/q.png", shot("same"))
    dataset = class_folders(tmp_path / "gallery", tmp_path / "queries")
    rows = evaluate(dataset, [contender()], studio.see, silent).rows[0].categories
    assert all(0.1 <= rows[kind]["precision_at_10"].value <= 0.9 for kind in ("a", "b"))


def test_pictures_nobody_can_read_are_left_out_and_named(studio: Studio, folders: tuple[Path, Path]) -> None:
    gallery, queries = folders
    broken = queries / "hat/broken.png"
    broken.write_bytes(b"no picture")
    report = evaluate(class_folders(gallery, queries), [contender()], studio.see, silent)
    assert report.facts.queries == 2
    assert report.facts.refused == {str(broken): "the picture is damaged"}


def test_pictures_without_a_vector_are_counted_where_one_is_wanted(
    studio: Studio, folders: tuple[Path, Path]
) -> None:
    gallery, queries = folders
    studio.shoot(queries / "hat/blind.png", shot("hat"))
    dataset = class_folders(gallery, queries)
    report = evaluate(dataset, [contender(), contender("coded", code=True)], studio.see, silent)
    assert report.facts.sightless == report.as_json()["dataset"]["sightless"] == 1
    assert evaluate(dataset, [contender()], studio.see, silent).facts.sightless == 0


def test_a_set_without_a_readable_picture_is_an_error(folders: tuple[Path, Path]) -> None:
    with pytest.raises(
        ValueError, match=r"none of the pictures can be read; the first: .*\.png: the picture"
    ):
        evaluate(class_folders(*folders), [contender()], Studio().see, silent)


def test_a_query_that_is_a_products_picture_is_counted(studio: Studio, folders: tuple[Path, Path]) -> None:
    gallery, queries = folders
    (queries / "hat/copy.png").write_bytes((gallery / "hat/1.png").read_bytes())
    report = evaluate(class_folders(gallery, queries), [contender()], studio.see, silent)
    assert report.facts.copies == 1


def test_every_contender_takes_part_and_two_runs_agree(studio: Studio, folders: tuple[Path, Path]) -> None:
    entered = contenders(SearchSettings.from_env({"RECOGNIZER": "embedded"}), FakeEncoder({}))
    assert tuple(each.name for each in entered) == NAMES
    dataset = class_folders(*folders)
    first, second = (evaluate(dataset, entered, studio.see, silent) for _ in range(2))
    told = [[each["metrics"] for each in report.as_json()["strategies"]] for report in (first, second)]
    assert told[0] == told[1]
    assert value(first, "labels+code", "average_precision") == 1.0
    assert row(first, "default").metrics["average_precision"].value == 1.0


def test_what_the_exact_cosine_puts_first_and_the_index_does_not_find_is_told(
    studio: Studio, tmp_path: Path
) -> None:
    for number in range(310):
        studio.shoot(tmp_path / f"gallery/hat/{number}.png", shot("felt", BETWEEN))
    for number in range(10):
        found = "felt brim" if number < 4 else "straw"
        studio.shoot(tmp_path / f"gallery/hat/near-{number}.png", shot(found, EAST))
    studio.shoot(tmp_path / "queries/hat/q.png", shot("felt brim", EAST))
    dataset = class_folders(tmp_path / "gallery", tmp_path / "queries")
    report = evaluate(dataset, [contender(), contender("coded", code=True)], studio.see, silent)
    assert value(report, "coded", "exact_in_100") == 0.4
    told = {each["name"]: each["metrics"]["exact_in_100"] for each in report.as_json()["strategies"]}
    assert told["tags"] == told["exact cosine"] == {"value": None, "low": None, "high": None}
    assert told["coded"]["value"] == 0.4


def test_the_json_says_everything_with_stable_keys(studio: Studio, folders: tuple[Path, Path]) -> None:
    report = evaluate(class_folders(*folders), [contender()], studio.see, silent)
    document = json.loads(json.dumps(report.as_json()))
    assert [*document] == [
        *("version", "dataset", "intervals", "headline", "msPerPicture", "strategies", "examples"),
    ]
    first, bound = document["strategies"]
    assert first["metrics"]["no_match"]["value"] == 0.5
    assert first["cost"]["recordBytes"] == len('{"tags":["hat"]}')
    assert bound["cost"]["recordBytes"] is None
    assert document["dataset"]["products"] == 5


@pytest.fixture
def shop_with_photos(studio: Studio, tmp_path: Path) -> Dataset:
    """Twelve products and three photos of each; those of the last three products show something else."""
    names = [f"p{number:02}" for number in range(12)]
    write_catalog(tmp_path, [{"objectID": name} for name in names])
    for number, name in enumerate(names):
        studio.shoot(tmp_path / f"pictures/{name}.png", shot(name))
        for photo in range(3):
            studio.shoot(tmp_path / f"photos/{name}/{photo}.png", shot(name if number < 9 else "p00"))
    return shop(tmp_path, tmp_path / "photos")


def test_examples_are_as_good_and_as_bad_as_all_photos(studio: Studio, shop_with_photos: Dataset) -> None:
    shown = evaluate(shop_with_photos, [contender()], studio.see, silent).examples
    assert len({example.picture for example in shown}) == 12
    assert [example.place == 1 for example in shown] == [True] * 9 + [False] * 3
    first, last = shown[0], shown[-1]
    assert (first.hits[0].right, first.hits[0].shared, first.right) == (True, (first.wanted,), 1)
    assert (first.hits[0].picture, last.sought) == (first.sought, next(_pictures(shop_with_photos, last)))
    assert not last.hits[0].right
    assert last.place is not None


def _pictures(dataset: Dataset, example: Example) -> Iterator[Path]:
    return (item.pictures[0] for item in dataset.gallery if item.id == example.wanted)


def test_photos_of_a_product_are_one_witness(studio: Studio, shop_with_photos: Dataset) -> None:
    report = evaluate(shop_with_photos, [contender()], studio.see, silent)
    once = replace(shop_with_photos, queries=shop_with_photos.queries[::3])
    alone = evaluate(once, [contender()], studio.see, silent)
    found, known = (row(each, "tags").metrics["hit_at_1"] for each in (report, alone))
    assert astuple(found) == pytest.approx(astuple(known))
    assert (report.facts.over, alone.facts.over) == ("the 12 products asked for", "query pictures")
    assert report.as_json()["intervals"]["over"] == report.facts.over


def test_the_exact_cosine_is_that_of_all_numbers_and_candidates_are_those_of_vectors(
    studio: Studio, folders: tuple[Path, Path]
) -> None:
    def see(content: bytes, uses: AbstractSet[Use]) -> Looks:
        look = studio.look(content)
        east, north = look.vector or (0.0, 0.0)
        photo, product = [east, north, 0.0], [north, east, 0.0]
        return Looks(
            dict.fromkeys(uses, look), np.array(photo if "photo" in uses else product, dtype=np.float32)
        )

    report = evaluate(class_folders(*folders), [contender("coded", code=True)], see, silent)
    assert (value(report, "coded", "hit_at_1"), value(report, "exact cosine", "hit_at_1")) == (1.0, 0.0)
    assert value(report, "coded", "exact_in_100") == 1.0
