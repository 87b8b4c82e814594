from __future__ import annotations

import math
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from copy import copy
from dataclasses import replace
from pathlib import Path

import pytest

from shared.catalog.likeness import Likeness
from shared.model import Appearance
from tests.unit.tools.calibrate.scenes import PHOTOS, Scene, shot, toward
from tests.unit.tools.evaluate.studio import Studio, labels, silent, tags, write_catalog
from tools.calibrate.calibration import CLOSENESS, SHARE, Calibration, Lower, Task, calibrated
from tools.evaluate.datasets import shop
from tools.evaluate.seeing import Looks, See, Use


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return Scene(tmp_path_factory.mktemp("scene"))


def calibrate(
    scene: Scene,
    others: Sequence[Path] = (),
    rate: float = 0.1,
    *,
    likeness: Likeness | None = None,
    see: See | None = None,
) -> Calibration:
    task = Task(scene.dataset, others, rate, wrong=0.1)
    return calibrated(task, likeness or tags(code=True), see or scene.studio.see, silent)


def lower(found: Calibration) -> Lower:
    assert found.lower is not None
    return found.lower


def test_hits_that_are_right_are_very_similar_and_others_strangers(scene: Scene) -> None:
    found = calibrate(scene)
    assert found.upper is not None
    # The nearest other kind is 36 to 60 degrees away, and one hit of ten may be wrong.
    assert math.cos(math.radians(55)) < found.upper.threshold <= math.cos(math.radians(PHOTOS - 2))
    assert found.upper.photos.value == 1.0
    assert found.lowest == pytest.approx(math.cos(math.radians(PHOTOS - 1)), abs=0.01)
    assert (found.measure, found.lower) == (CLOSENESS, None)
    with_others = calibrate(scene, scene.boats)
    # A boat is 120 degrees from the nearest kind.
    chosen = lower(with_others).chosen
    assert chosen.threshold == pytest.approx(math.cos(math.radians(120 - 6)), abs=0.02)
    assert chosen.false_accepts.of == 30
    assert lower(with_others).medians[0] > 0.97
    assert (with_others.left_out, with_others.upper) == (0, found.upper)


def test_others_that_are_the_shops_own_twice_there_or_unreadable_are_left_out(scene: Scene) -> None:
    own, twice, bad = extra = [scene.folder / f"{name}.png" for name in ("own", "twice", "bad")]
    own.write_bytes((scene.folder / "gallery/hat/1.png").read_bytes())
    twice.write_bytes(scene.boats[0].read_bytes())
    bad.write_bytes(b"no picture")
    found = calibrate(scene, [*scene.boats, *extra])
    assert (found.left_out, lower(found).chosen.false_accepts.of) == (3, 30)
    with pytest.raises(ValueError, match=r"none of the other pictures can be read, or all"):
        calibrate(scene, [own, bad])


def test_without_a_code_the_share_of_points_decides(scene: Scene) -> None:
    found = calibrate(scene, scene.boats, likeness=tags())
    assert found.measure == SHARE
    assert lower(found).medians == (1.0, 0.5)
    assert lower(found).chosen.threshold == 0.5001
    assert lower(found).chosen.true_accepts.value == 1.0


def test_too_few_strangers_and_those_as_near_as_can_be_are_refused(scene: Scene) -> None:
    told = r"30 strangers in each half do not tell of 5 % .* takes 59, so take 118 photos"
    with pytest.raises(ValueError, match=told):
        calibrate(scene, scene.boats, 0.05)
    with pytest.raises(ValueError, match="strangers are as near as can be"):
        calibrate(scene, scene.others("hat"))


def test_where_hits_are_never_right_often_enough_nothing_is_very_similar(scene: Scene) -> None:
    queries = [replace(item, category="mug") for item in scene.dataset.queries]
    mixed = copy(scene)
    mixed.dataset = replace(scene.dataset, queries=queries)
    found = calibrate(mixed, scene.boats)
    assert found.upper is None
    assert found.lower is not None
    with pytest.raises(ValueError, match=r"90 % of 29 hits or more are right; .* --wrong"):
        calibrate(mixed)


def test_photos_without_a_vector_have_no_say_and_without_any_that_is_told(scene: Scene) -> None:
    assert calibrate(scene, see=scene.blind(lambda look: look == shot("hat", -3))).blind == 1
    with pytest.raises(ValueError, match="no picture has a vector"):
        calibrate(scene, see=scene.blind(lambda _: True))
    with pytest.raises(ValueError, match="none of the pictures can be read"):
        calibrate(scene, see=Studio().see)


def test_a_photo_finds_its_product_without_the_photo_itself(tmp_path: Path) -> None:
    studio = Studio()
    names = [f"p{number:02}" for number in range(20)]
    write_catalog(tmp_path, [{"objectID": name} for name in names])
    for number, name in enumerate(names):
        for off in (0, 6):
            look = Appearance(labels(name), vector=toward(18 * number + off))
            studio.shoot(tmp_path / f"pictures/{name}/{off}.png", look)
    found = calibrated(Task(shop(tmp_path), (), 0.2, 0.3), tags(code=True), studio.see, silent)
    # Six degrees to the product's other picture; twelve or more to a neighbor, whose record lies between.
    assert found.lowest == pytest.approx(math.cos(math.radians(6)), abs=0.01)


def test_strangers_are_looked_at_as_photos_and_products_as_products(scene: Scene) -> None:
    asked: dict[bytes, AbstractSet[Use]] = {}

    def see(content: bytes, uses: AbstractSet[Use]) -> Looks:
        asked[content] = uses
        return scene.studio.see(content, uses)

    calibrate(scene, scene.boats, see=see)
    assert all(asked[path.read_bytes()] == {"photo"} for path in scene.boats)
    assert asked[(scene.folder / "gallery/hat/1.png").read_bytes()] == {"product"}
