from __future__ import annotations

from pathlib import Path

import pytest

from tools.teach.samples import read_folders


def touch(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return folder


def test_a_folder_is_a_class_with_all_that_lies_below(tmp_path: Path) -> None:
    touch(tmp_path, "hat/2.JPG", "hat/1.png", "hat/summer/3.webp", "hat/notes.txt", "mug/1.jpeg", "top.jpg")
    found = read_folders(tmp_path)
    assert {name: [path.name for path in paths] for name, paths in found.classes.items()} == {
        "hat": ["1.png", "2.JPG", "3.webp"],
        "mug": ["1.jpeg"],
    }
    assert found.outside == [tmp_path / "top.jpg"]


def test_hidden_files_and_folders_are_passed_over(tmp_path: Path) -> None:
    touch(tmp_path, "hat/1.jpg", "hat/._1.jpg", "hat/.small/1.jpg", "mug/1.jpg", ".cache/1.jpg")
    found = read_folders(tmp_path)
    assert {name: len(paths) for name, paths in found.classes.items()} == {"hat": 1, "mug": 1}


def test_a_label_is_written_with_composed_accents(tmp_path: Path) -> None:
    touch(tmp_path, "Cafe\u0301/1.jpg", "Tee/1.jpg")
    assert set(read_folders(tmp_path).classes) == {"Caf\u00e9", "Tee"}


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
