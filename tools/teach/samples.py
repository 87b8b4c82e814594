"""Labeled pictures read from class folders: each different one once, as a vector with its class."""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from shared.errors import Failure
from shared.imaging import Picture
from shared.labeling import Encoder
from shared.model import Appearance, Vector
from tools.evaluate.datasets import MAX_PICTURES, is_picture
from tools.evaluate.seeing import SeenPictures, see_all
from tools.output import ShowProgress

FEWEST_CLASSES = 2
FEWEST_PICTURES = 5
"""Of a class, so that each of five parts can hold one."""

LAYOUT = """a folder to teach from holds pictures by what they show:
  FOLDER/<class>/*.jpg       the name of the folder is the label"""

Vectors = NDArray[np.float64]
"""Of shape [pictures, dimensions]."""

Encode = Callable[[Sequence[Picture]], list[Vector | Failure]]

Classes = NDArray[np.intp]
"""Numbers of classes from 0, of shape [pictures]."""


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
    classes = {
        _label(place): sorted(path for path in place.rglob("*") if _is_picture(path, place))
        for place in places
    }
    total = sum(map(len, classes.values()))
    if total > MAX_PICTURES:
        raise ValueError(f"there are {total:,} pictures, more than {MAX_PICTURES:,}; take fewer")
    return Lesson(classes, sorted(path for path in folder.iterdir() if _is_picture(path, folder)))


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


def _is_picture(path: Path, place: Path) -> bool:
    hidden = any(part.startswith(".") for part in path.relative_to(place).parts)
    return not hidden and is_picture(path)


@dataclass(frozen=True, slots=True)
class Samples:
    """Vectors of unit length with their class, in an order that no file's name changes.

    `copies` counts pictures whose very bytes the class has already; `left_out` says why a picture is.
    `paths` has a file of each that is not.
    """

    names: tuple[str, ...]
    vectors: Vectors
    classes: Classes
    copies: int
    left_out: Mapping[Path, str]
    paths: tuple[Path, ...] = ()


def look_at(lesson: Lesson, encoder: Encoder, progress: ShowProgress) -> Samples:
    """Encode every picture once.

    Raises `ValueError` where a class has too few pictures left, and `Misconfigured` as the encoder does.
    """
    pictures = (path for paths in lesson.classes.values() for path in paths)
    return _collected(lesson, encoded(pictures, encoder.encode_many, progress))


def encoded(paths: Iterable[Path], encode: Encode, progress: ShowProgress) -> SeenPictures:
    """Encode each file once; `encode` takes them as photos or as products."""

    def see(content: bytes) -> Appearance:
        [outcome] = encode([Picture(content)])
        if isinstance(outcome, Failure):
            raise outcome
        if not all(map(math.isfinite, outcome)):
            raise ValueError("the encoder gives numbers that are not finite; no vector can be taught from")
        return Appearance(vector=outcome)

    pictures = list(dict.fromkeys(paths))
    with progress("Pictures seen:", len(pictures)) as told:
        return see_all(pictures, see, told)


def _collected(lesson: Lesson, seen: SeenPictures) -> Samples:
    names = tuple(sorted(lesson.classes))
    places = _places(lesson, seen)
    refused = dict.fromkeys(lesson.outside, "it lies in no class folder") | dict(seen.refused)
    left_out = refused | dict(_contradictions(lesson, seen, places))
    chosen = sorted((owners[0], content) for content, owners in places.items() if len(owners) == 1)
    _check_counts(names, Counter(name for name, _ in chosen), left_out)
    vectors = {seen.contents[path]: look.vector for path, look in seen.looks.items()}
    files = {seen.contents[path]: path for path in reversed(list(seen.looks))}
    number = {name: position for position, name in enumerate(names)}
    readable = len(seen.looks) - sum(path in left_out for path in seen.looks)
    return Samples(
        names=names,
        vectors=np.array([vectors[content] for _, content in chosen], np.float64),
        classes=np.array([number[name] for name, _ in chosen], np.intp),
        copies=readable - len(chosen),
        left_out=left_out,
        paths=tuple(files[content] for _, content in chosen),
    )


def _places(lesson: Lesson, seen: SeenPictures) -> dict[str, list[str]]:
    """The classes, by name, in which each content lies."""
    places: dict[str, list[str]] = {}
    for name, paths in sorted(lesson.classes.items()):
        for content in sorted({seen.contents[path] for path in paths if path in seen.looks}):
            places.setdefault(content, []).append(name)
    return places


def _contradictions(
    lesson: Lesson, seen: SeenPictures, places: Mapping[str, Sequence[str]]
) -> Iterator[tuple[Path, str]]:
    for path in (path for paths in lesson.classes.values() for path in paths if path in seen.looks):
        owners = places[seen.contents[path]]
        if len(owners) > 1:
            yield path, f"the same picture lies in {' and in '.join(owners)}"


def _check_counts(names: Sequence[str], counts: Counter[str], left_out: Mapping[Path, str]) -> None:
    few = [f"{name} has {counts[name]}" for name in names if counts[name] < FEWEST_PICTURES]
    if not few:
        return
    reasons = [f"\n  {path}: {reason}" for path, reason in left_out.items()]
    without = f"\nLeft out:{''.join(reasons)}" if reasons else ""
    raise ValueError(
        f"too few pictures: {', '.join(few)}; give each class {FEWEST_PICTURES} different ones at least"
        f"{without}"
    )
