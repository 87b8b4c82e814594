from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from pathlib import Path

import pytest

from shared.catalog.likeness import Likeness
from shared.model import Appearance, Vector
from tests.unit.tools.evaluate.studio import Studio, labels, seen, silent, tags, write_catalog
from tools.calibrate.calibration import CLOSENESS, SHARE, Calibration, Lower, Task, calibrated
from tools.evaluate.datasets import Dataset, class_folders, shop
from tools.evaluate.seeing import Looks, Use

KINDS = {"hat": 0.0, "mug": 60.0, "sock": 120.0}
"""Degrees in which the vectors of a kind point."""

PHOTOS = 24
WRONG = 0.1


def toward(degrees: float) -> Vector:
    return (math.cos(math.radians(degrees)), math.sin(math.radians(degrees)))


def shot(kind: str, off: float = 0.0) -> Appearance:
    """A picture of a kind, its vector so many degrees off."""
    return Appearance(labels(kind, "thing"), vector=toward(KINDS.get(kind, 240.0) + off))


class Scene:
    """Pictures of kinds of things, and photos that are up to 24 degrees off."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.studio = Studio()
        for kind in KINDS:
            self.studio.shoot(folder / f"gallery/{kind}/1.png", shot(kind))
            for number in range(PHOTOS):
                self.studio.shoot(folder / f"queries/{kind}/{number}.png", shot(kind, -number))

    def dataset(self) -> Dataset:
        return class_folders(self.folder / "gallery", self.folder / "queries")

    def others(self, looks: Mapping[str, Appearance]) -> Sequence[Path]:
        return [self.studio.shoot(self.folder / f"others/{name}.png", look) for name, look in looks.items()]

    def calibrate(
        self, rate: float = 0.1, others: Sequence[Path] = (), likeness: Likeness | None = None
    ) -> Calibration:
        task = Task(self.dataset(), others, rate, WRONG)
        return calibrated(task, likeness or tags(code=True), self.studio.see, silent)


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path)


def boats(scene: Scene) -> Sequence[Path]:
    return scene.others({str(number): shot("boat", number / 10) for number in range(60)})


def lower(found: Calibration) -> Lower:
    assert found.lower is not None
    return found.lower


def test_hits_that_are_right_often_enough_are_very_similar(scene: Scene) -> None:
    found = scene.calibrate()
    assert found.upper is not None
    # The nearest other kind is 36 to 60 degrees away, and one hit of ten may be wrong.
    assert math.cos(math.radians(55)) < found.upper.threshold <= math.cos(math.radians(PHOTOS - 2))
    assert found.upper.photos.value == 1.0
    assert found.lowest == pytest.approx(math.cos(math.radians(PHOTOS - 1)), abs=0.01)
    assert (found.measure, found.lower) == (CLOSENESS, None)


def test_others_are_strangers_to_what_is_similar(scene: Scene) -> None:
    found = scene.calibrate(others=boats(scene))
    # A boat is 120 degrees from the nearest kind.
    assert lower(found).chosen.threshold == pytest.approx(math.cos(math.radians(120 - 6)), abs=0.02)
    assert lower(found).chosen.false_accepts.of == 30
    assert lower(found).medians[0] > 0.97
    assert (found.left_out, found.upper) == (0, scene.calibrate().upper)


def test_others_that_are_the_shops_own_twice_there_or_unreadable_are_left_out(scene: Scene) -> None:
    others = scene.others({str(number): shot("boat") for number in range(60)})
    folder = scene.folder / "others"
    (folder / "own.png").write_bytes((scene.folder / "gallery/hat/1.png").read_bytes())
    (folder / "twice.png").write_bytes(others[0].read_bytes())
    (folder / "bad.png").write_bytes(b"no picture")
    extra = [folder / name for name in ("own.png", "twice.png", "bad.png")]
    found = scene.calibrate(others=[*others, *extra])
    assert (found.left_out, lower(found).chosen.false_accepts.of) == (3, 30)
    with pytest.raises(ValueError, match=r"none of the other pictures can be read, or all"):
        scene.calibrate(others=extra[::2])


def test_without_a_code_the_share_of_points_decides(scene: Scene) -> None:
    found = scene.calibrate(others=boats(scene), likeness=tags())
    assert found.measure == SHARE
    assert lower(found).medians == (1.0, 0.5)
    assert lower(found).chosen.threshold == 0.5001
    assert lower(found).chosen.true_accepts.value == 1.0


def test_more_false_accepts_never_make_a_larger_threshold(scene: Scene) -> None:
    found = lower(scene.calibrate(0.3, boats(scene)))
    assert [row.rate for row in found.rows] == [0.1, 0.3]
    first, second = found.rows
    assert first.threshold > second.threshold
    assert found.chosen == second


def test_too_few_photos_are_refused_with_what_it_takes(scene: Scene) -> None:
    with pytest.raises(
        ValueError, match=r"30 strangers in each half do not tell of 5 % .* takes 59, so take 118 photos"
    ):
        scene.calibrate(0.05, boats(scene))


def test_strangers_as_near_as_can_be_are_refused(scene: Scene) -> None:
    others = scene.others({str(number): shot("hat") for number in range(60)})
    with pytest.raises(ValueError, match="strangers are as near as can be"):
        scene.calibrate(others=others)


def test_where_hits_are_never_right_often_enough_nothing_is_very_similar(scene: Scene) -> None:
    mixed = replace(
        scene.dataset(), queries=[replace(item, category="mug") for item in scene.dataset().queries]
    )
    found = calibrated(Task(mixed, boats(scene), 0.1, WRONG), tags(code=True), scene.studio.see, silent)
    assert found.upper is None
    assert found.lower is not None
    with pytest.raises(ValueError, match=r"90 % of 29 hits or more are right; .* --wrong"):
        calibrated(Task(mixed, (), 0.1, WRONG), tags(code=True), scene.studio.see, silent)


def test_photos_without_a_vector_have_no_say(scene: Scene) -> None:
    def see(content: bytes, uses: AbstractSet[Use]) -> Looks:
        look = scene.studio.look(content)
        return seen(Appearance(look.labels) if look == shot("hat", -3) else look, uses)

    found = calibrated(Task(scene.dataset(), (), 0.1, WRONG), tags(code=True), see, silent)
    assert found.blind == 1


def test_an_encoder_that_refuses_everything_is_told(scene: Scene) -> None:
    def see(content: bytes, uses: AbstractSet[Use]) -> Looks:
        return seen(Appearance(scene.studio.look(content).labels), uses)

    with pytest.raises(ValueError, match="no picture has a vector"):
        calibrated(Task(scene.dataset(), (), 0.1, WRONG), tags(code=True), see, silent)


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


def test_nothing_but_a_bad_picture_is_passed_over(scene: Scene) -> None:
    with pytest.raises(ValueError, match="none of the pictures can be read"):
        calibrated(Task(scene.dataset(), (), 0.1, WRONG), tags(code=True), Studio().see, silent)


def test_strangers_are_looked_at_as_photos_and_products_as_products(scene: Scene) -> None:
    asked: dict[bytes, AbstractSet[Use]] = {}

    def see(content: bytes, uses: AbstractSet[Use]) -> Looks:
        asked[content] = uses
        return scene.studio.see(content, uses)

    others = boats(scene)
    calibrated(Task(scene.dataset(), others, 0.1, WRONG), tags(code=True), see, silent)
    assert all(asked[path.read_bytes()] == {"photo"} for path in others)
    assert asked[(scene.folder / "gallery/hat/1.png").read_bytes()] == {"product"}
