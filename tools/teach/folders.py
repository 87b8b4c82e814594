"""Pictures by class: a folder with a sub-folder for each."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from devstack.demo.catalogue import SUFFIXES
from tools.evaluate.datasets import MAX_PICTURES

FEWEST_CLASSES = 2

LAYOUT = """a folder to teach from holds pictures by what they show:
  FOLDER/<class>/*.jpg       the name of the folder is the label"""


@dataclass(frozen=True, slots=True)
class Lesson:
    """The pictures of each class, by name; `outside` lie in no class."""

    classes: Mapping[str, Sequence[Path]]
    outside: Sequence[Path]


def read_folders(folder: Path) -> Lesson:
    """Find the pictures, those in folders within a class's folder too; hidden folders are passed over.

    Raises `ValueError` that says what is missing.
    """
    places = sorted(each for each in folder.iterdir() if each.is_dir() and not each.name.startswith("."))
    _check_names(folder, places)
    classes = {_label(place): _pictures(place) for place in places}
    total = sum(map(len, classes.values()))
    if total > MAX_PICTURES:
        raise ValueError(f"there are {total:,} pictures, more than {MAX_PICTURES:,}; take fewer")
    return Lesson(classes, sorted(path for path in folder.iterdir() if _is_picture(path)))


def _check_names(folder: Path, places: Sequence[Path]) -> None:
    if len(places) < FEWEST_CLASSES:
        found = f"only the class {places[0].name}" if places else "no class folders"
        raise ValueError(f"{folder} has {found}, and teaching needs {FEWEST_CLASSES} at least;\n{LAYOUT}")
    known: dict[str, Path] = {}
    for place in places:
        other = known.setdefault(_label(place).casefold(), place)
        if other is not place:
            raise ValueError(f"{other} and {place} are one label, for case does not count; put them together")


def _label(place: Path) -> str:
    """The folder's name, composed: some systems write an accent as a character of its own."""
    return unicodedata.normalize("NFC", place.name).strip()


def _pictures(place: Path) -> list[Path]:
    inside = (path for path in place.rglob("*") if _is_picture(path))
    return sorted(path for path in inside if not _is_hidden(path.relative_to(place)))


def _is_picture(path: Path) -> bool:
    return path.suffix.lower() in SUFFIXES and not path.name.startswith(".") and path.is_file()


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)
