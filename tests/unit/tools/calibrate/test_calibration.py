from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from shared.catalog.likeness import Likeness
from shared.errors import Permanent
from shared.model import Appearance, Vector
from tests.unit.tools.evaluate.studio import Studio, labels, silent, tags, write_catalog
from tools.calibrate.calibration import Calibration, StepFound, Task, calibrated
from tools.evaluate.datasets import Dataset, class_folders, shop

KINDS = {"hat": 0.0, "mug": 60.0, "sock": 120.0}
"""Degrees in which the vectors of a kind point."""

PHOTOS = 24


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
        task = Task(self.dataset(), others, rate)
        return calibrated(task, likeness or tags(code=True), self.studio.see, silent)


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path)


def only(found: Calibration) -> StepFound:
    [step] = found.steps
    return step


def test_without_others_a_photo_is_a_stranger_while_its_kind_is_not_sold(scene: Scene) -> None:
    found = only(scene.calibrate())
    strangers = [
        photo for half in (found.halves.finding, found.halves.checking) for photo in half if photo.stranger
    ]
    # The nearest other kind is 60 degrees away, less for the photos that lean toward it.
    expected = [
        math.cos(math.radians({"hat": 60 + off, "mug": 60 - off, "sock": 60 - off}[kind]))
        for kind in KINDS
        for off in range(PHOTOS)
    ]
    assert sorted(photo.nearness for photo in strangers) == pytest.approx(sorted(expected), abs=0.01)
    assert (found.variable, found.strangers) == ("VERY_SIMILAR_CLOSENESS", "category left out")
    assert math.cos(math.radians(60 - 12)) < found.chosen.threshold < math.cos(math.radians(60 - 22))
    assert found.chosen.true_accepts.value == 1.0
    assert found.medians[0] > 0.97


def test_with_others_those_are_the_strangers_of_the_lower_step(scene: Scene) -> None:
    others = scene.others({str(number): shot("boat", number / 10) for number in range(60)})
    found = scene.calibrate(others=others)
    lower, upper = found.steps
    # A boat is 120 degrees from the nearest kind.
    assert lower.chosen.threshold == pytest.approx(math.cos(math.radians(120 - 6)), abs=0.02)
    assert lower.chosen.false_accepts.of == 30
    assert (lower.variable, lower.strangers) == ("SIMILAR_CLOSENESS", "other pictures")
    assert upper == only(scene.calibrate())
    assert (found.left_out, found.missing) == (0, "")


def test_others_that_are_the_shops_own_twice_there_or_unreadable_are_left_out(scene: Scene) -> None:
    others = scene.others({str(number): shot("boat") for number in range(60)})
    folder = scene.folder / "others"
    (folder / "own.png").write_bytes((scene.folder / "gallery/hat/1.png").read_bytes())
    (folder / "twice.png").write_bytes(others[0].read_bytes())
    (folder / "bad.png").write_bytes(b"no picture")
    extra = [folder / name for name in ("own.png", "twice.png", "bad.png")]
    found = scene.calibrate(others=[*others, *extra])
    assert (found.left_out, found.steps[0].chosen.false_accepts.of) == (3, 30)
    with pytest.raises(ValueError, match=r"none of the other pictures can be read, or all"):
        scene.calibrate(others=extra[::2])


def test_without_a_code_the_share_of_points_decides(scene: Scene) -> None:
    found = only(scene.calibrate(likeness=tags()))
    assert found.variable == "VERY_SIMILAR_SHARE"
    assert found.medians == (1.0, 0.5)
    assert found.chosen.threshold == 0.5001
    assert found.chosen.true_accepts.value == 1.0


def test_more_false_accepts_never_make_a_larger_threshold(scene: Scene) -> None:
    found = only(scene.calibrate(0.3))
    assert [row.rate for row in found.rows] == [0.1, 0.3]
    first, second = found.rows
    assert first.threshold > second.threshold
    assert found.chosen == second


def test_too_few_photos_are_refused_with_what_it_takes(scene: Scene) -> None:
    with pytest.raises(
        ValueError, match=r"36 strangers in each half do not tell of 5 % .* takes 59, so take 118 photos"
    ):
        scene.calibrate(0.05)


def test_strangers_as_near_as_can_be_are_refused(scene: Scene) -> None:
    others = scene.others({str(number): shot("hat") for number in range(60)})
    with pytest.raises(ValueError, match="strangers are as near as can be"):
        scene.calibrate(others=others)


def test_a_shop_of_one_kind_needs_others_and_has_no_upper_step(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    one = replace(
        scene.dataset(),
        gallery=[item for item in scene.dataset().gallery if item.category == "hat"],
        queries=[item for item in scene.dataset().queries if item.category == "hat"],
    )
    with pytest.raises(ValueError, match=r"without hat there is nothing left to find; .* --others DIR"):
        calibrated(Task(one, (), 0.1), tags(code=True), scene.studio.see, silent)
    others = scene.others({str(number): shot("boat", number / 10) for number in range(60)})
    found = calibrated(Task(one, others, 0.15), tags(code=True), scene.studio.see, silent)
    assert only(found).variable == "SIMILAR_CLOSENESS"
    assert "without hat" in found.missing


def test_photos_without_a_vector_have_no_say(scene: Scene) -> None:
    def see(content: bytes) -> Appearance:
        look = scene.studio.see(content)
        return Appearance(look.labels) if look == shot("hat", -3) else look

    found = only(calibrated(Task(scene.dataset(), (), 0.1), tags(code=True), see, silent))
    assert len(found.halves.finding) + len(found.halves.checking) == 2 * (3 * PHOTOS - 1)
    assert found.blind == 2


def test_an_encoder_that_refuses_everything_is_told(scene: Scene) -> None:
    def see(content: bytes) -> Appearance:
        return Appearance(scene.studio.see(content).labels)

    with pytest.raises(ValueError, match="no picture has a vector"):
        calibrated(Task(scene.dataset(), (), 0.1), tags(code=True), see, silent)


def test_a_photo_finds_its_product_without_the_photo_itself(tmp_path: Path) -> None:
    studio = Studio()
    names = [f"p{number:02}" for number in range(20)]
    write_catalog(tmp_path, [{"objectID": name} for name in names])
    for number, name in enumerate(names):
        for off in (0, 6):
            look = Appearance(labels(name), vector=toward(18 * number + off))
            studio.shoot(tmp_path / f"pictures/{name}/{off}.png", look)
    found = only(calibrated(Task(shop(tmp_path), (), 0.2), tags(code=True), studio.see, silent))
    # Six degrees to the product's other picture; twelve or more to a neighbor, whose record lies between.
    assert found.medians[0] == pytest.approx(math.cos(math.radians(6)), abs=0.01)
    assert found.medians[1] == pytest.approx(math.cos(math.radians(15)), abs=0.01)
    assert found.chosen.true_accepts.value == 1.0
    assert not {photo.product for photo in found.halves.finding} & {
        photo.product for photo in found.halves.checking
    }


def test_nothing_but_a_bad_picture_is_passed_over(scene: Scene) -> None:
    def see(_: bytes) -> Appearance:
        raise Permanent("bad-picture", "the picture is damaged")

    with pytest.raises(ValueError, match="none of the pictures can be read"):
        calibrated(Task(scene.dataset(), (), 0.1), tags(code=True), see, silent)
