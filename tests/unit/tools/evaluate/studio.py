"""Tiny pictures with known looks, and strategies to find them with."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from shared.catalog.labels import LabelCounts
from shared.catalog.likeness import Likeness
from shared.catalog.optional_filters import Term
from shared.catalog.vectors import VisualCode
from shared.errors import Permanent
from shared.model import Appearance, Label, Labels
from tests.fakes.recognizer import FakeRecognizer
from tools.evaluate.contenders import Contender
from tools.evaluate.datasets import Dataset, class_folders
from tools.evaluate.evaluation import evaluate
from tools.evaluate.report import EvaluationReport
from tools.evaluate.seeing import Looks, Use
from tools.output import Told


def labels(*names: str) -> Labels:
    return tuple(Label(name, 0.9) for name in names)


class LocalRecognizer(FakeRecognizer):
    """One that sends no picture anywhere."""

    name = "embedded"


class Studio:
    """Writes pictures, and knows how each looks."""

    def __init__(self) -> None:
        self._looks: dict[bytes, Appearance] = {}
        self.seen: list[bytes] = []

    def shoot(self, path: Path, look: Appearance) -> Path:
        """Write a picture whose bytes no other has."""
        number = len(self._looks)
        file = io.BytesIO()
        Image.new("RGB", (8, 8), (number % 256, number // 256, 99)).save(file, "PNG")
        self._looks[file.getvalue()] = look
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.getvalue())
        return path

    def shoot_all(self, folder: Path, looks: Mapping[str, Appearance]) -> list[Path]:
        return [self.shoot(folder / name, look) for name, look in looks.items()]

    def look(self, content: bytes) -> Appearance:
        self.seen.append(content)
        if content not in self._looks:
            raise Permanent("bad-picture", "the picture is damaged")
        return self._looks[content]

    def see(self, content: bytes, uses: AbstractSet[Use]) -> Looks:
        """The look as it is, whatever the use; all numbers are those of the vector."""
        return seen(self.look(content), uses)

    def measure(self, dataset: Dataset, *entered: Contender) -> EvaluationReport:
        return evaluate(dataset, entered or [contender()], self.see, silent)


def seen(look: Appearance, uses: AbstractSet[Use]) -> Looks:
    whole = np.array(look.vector, np.float32) if look.vector else None
    return Looks(dict.fromkeys(uses, look), whole)


class Tags:
    """Labels as one facet, each worth the same number of points."""

    points = 1_000
    facets: Sequence[str] = ("tags",)

    def __init__(self, each: int = 10) -> None:
        self._each = each

    def attributes(self, look: Appearance) -> dict[str, Any]:
        return {"tags": [label.name for label in look.labels]}

    def terms(self, look: Appearance, counts: LabelCounts) -> list[Term]:  # noqa: ARG002 the port's signature
        return [Term("tags", label.name, self._each, "label", label.name) for label in look.labels]


def tags(*, code: bool = False, most: int = 10, each: int = 10) -> Likeness:
    return Likeness([Tags(each), *([VisualCode("fake")] if code else [])], most)


def contender(name: str = "tags", *, code: bool = False) -> Contender:
    return Contender(name, tags(code=code), f"About {name}.")


@contextmanager
def silent(_: str, __: int) -> Iterator[Told]:
    yield lambda _: None


def write_catalog(folder: Path, records: Sequence[dict[str, Any]]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "products.json").write_text(json.dumps(records), encoding="utf-8")


def classes(folder: Path) -> Dataset:
    """The class folders `gallery` and `queries` in that folder."""
    return class_folders(folder / "gallery", folder / "queries")
