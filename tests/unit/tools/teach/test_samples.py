from __future__ import annotations

import math
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from shared.errors import Failure, Misconfigured, Permanent
from shared.model import Vector
from tests.fakes.encoder import FakeEncoder
from tests.unit.tools.evaluate.studio import silent
from tests.unit.tools.teach.blobs import fill, plain
from tools.teach.samples import Samples, look_at, read_folders

RED, BLUE = (200, 0, 0), (0, 0, 200)
KNOWN = [plain(color, number) for color in (RED, BLUE) for number in range(8)]
ANSWERS: dict[bytes, Vector | Failure] = {
    picture: (math.cos(number / 10), math.sin(number / 10)) for number, picture in enumerate(KNOWN)
}


def looked_at(folder: Path) -> Samples:
    encoder = FakeEncoder(ANSWERS, Permanent("bad-picture", "the picture is damaged"))
    return look_at(read_folders(folder), encoder, silent)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    fill(tmp_path / "red", 6, partial(plain, RED))
    fill(tmp_path / "blue", 5, partial(plain, BLUE))
    return tmp_path


def test_each_picture_has_its_vector_and_class(shop: Path) -> None:
    found = looked_at(shop)
    assert found.names == ("blue", "red")
    assert np.bincount(found.classes).tolist() == [5, 6]
    numbers = {"red": range(6), "blue": range(8, 13)}
    for position, name in enumerate(found.names):
        own = {tuple(each) for each in found.vectors[found.classes == position].tolist()}
        assert own == {ANSWERS[KNOWN[number]] for number in numbers[name]}
    assert (found.copies, found.left_out) == (0, {})


def test_names_of_files_change_nothing_and_equal_pictures_count_once(shop: Path) -> None:
    before = looked_at(shop)
    for path in sorted((shop / "red").iterdir()):
        path.rename(path.with_name(f"{9 - int(path.stem)}x.png"))
    (shop / "red/more").mkdir()
    (shop / "red/more/again.png").write_bytes(plain(RED, 3))
    after = looked_at(shop)
    assert after.copies == 1
    assert np.array_equal(before.vectors, after.vectors)
    assert np.array_equal(before.classes, after.classes)
    assert len({tuple(vector) for vector in after.vectors.tolist()}) == len(after.vectors)


def test_pictures_of_two_classes_or_none_and_unreadable_ones_are_left_out_with_the_reason(shop: Path) -> None:
    for name in ("red/same.png", "blue/same.png"):
        (shop / name).write_bytes(plain(BLUE, 6))
    (shop / "red/broken.jpg").write_bytes(b"no picture")
    (shop / "stray.png").write_bytes(plain(RED, 7))
    found = looked_at(shop)
    assert {str(path.relative_to(shop)): reason for path, reason in found.left_out.items()} == {
        **dict.fromkeys(("red/same.png", "blue/same.png"), "the same picture lies in blue and in red"),
        "stray.png": "it lies in no class folder",
        "red/broken.jpg": "the picture is damaged",
    }
    assert (len(found.classes), found.copies) == (11, 0)


def test_too_few_different_pictures_of_a_class_are_refused_with_what_was_left_out(shop: Path) -> None:
    (shop / "blue/0.png").write_bytes(plain(BLUE, 1))
    (shop / "blue/2.png").write_bytes(b"no picture")
    (shop / "green").mkdir()
    with pytest.raises(ValueError, match="blue has 3, green has 0; give each class 5 different") as caught:
        looked_at(shop)
    assert f"{shop / 'blue/2.png'}: the picture is damaged" in str(caught.value)


def test_a_wrong_setting_of_the_encoder_ends_it(shop: Path) -> None:
    encoder = FakeEncoder({}, misconfigured=Misconfigured("EMBEDDED_MODEL", "run make setup"))
    with pytest.raises(Misconfigured, match="EMBEDDED_MODEL"):
        look_at(read_folders(shop), encoder, silent)


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_an_encoder_that_gives_no_numbers_is_named(number: float, shop: Path) -> None:
    with pytest.raises(ValueError, match="the encoder gives numbers that are not finite"):
        look_at(read_folders(shop), FakeEncoder({}, (number, 0.0)), silent)


def touch(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return folder


def test_a_folder_is_a_class_with_all_that_lies_below_but_for_what_is_hidden(tmp_path: Path) -> None:
    touch(tmp_path, "hat/2.JPG", "hat/1.png", "hat/summer/3.webp", "hat/notes.txt", "top.jpg")
    touch(tmp_path, "hat/._1.jpg", "hat/.small/1.jpg", ".cache/1.jpg", "Cafe\u0301/1.jpeg")
    found = read_folders(tmp_path)
    names = {name: [path.name for path in paths] for name, paths in found.classes.items()}
    assert names == {"hat": ["1.png", "2.JPG", "3.webp"], "Caf\u00e9": ["1.jpeg"]}
    assert found.outside == [tmp_path / "top.jpg"]


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ((), "has no class folders, and teaching needs 2 at least;\na folder to teach from holds"),
        (("1.jpg",), "has no class folders"),
        (("hat/1.jpg",), "has only the class hat, and"),
        (("hat/1.jpg", "Hat/1.jpg"), "Hat and .*hat are one label"),
    ],
)
def test_what_cannot_be_taught_is_said(names: tuple[str, ...], message: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=message):
        read_folders(touch(tmp_path, *names))
