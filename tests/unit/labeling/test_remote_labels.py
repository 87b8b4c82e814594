"""What a vendor says made into labels that keep the port's promises."""

from __future__ import annotations

import pytest

from shared.labeling.remote import box, tidied
from shared.model import Crop, Label

PLACE = Crop(0.25, 0.25, 0.5, 0.5)


@pytest.mark.parametrize(
    ("found", "kept"),
    [
        ([], []),
        ([Label("Boot", 0.5), Label("Shoe", 0.9)], [Label("Shoe", 0.9), Label("Boot", 0.5)]),
        ([Label("shoe", 0.5), Label("Shoe", 0.9), Label("SHOE", 0.7)], [Label("Shoe", 0.9)]),
        ([Label("STRASSE", 0.5), Label("straße", 0.9)], [Label("straße", 0.9)]),
        ([Label("Shoe", 0.9, "object"), Label("Shoe", 0.9)], [Label("Shoe", 0.9)]),
        ([Label("Shoe", 0.9), Label("shoe", 0.5, "object", PLACE)], [Label("Shoe", 0.9, box=PLACE)]),
    ],
    ids=["nothing", "best first", "each once", "whatever its case", "plain before others", "box kept"],
)
def test_labels_are_tidied(found: list[Label], kept: list[Label]) -> None:
    assert tidied(found) == tuple(kept)


@pytest.mark.parametrize(
    ("edges", "expected"),
    [
        ((0.25, 0.25, 0.75, 0.75), PLACE),
        ((-0.5, 0.5, 1.5, 2.0), Crop(0.0, 0.5, 1.0, 0.5)),
        *(((0.5, 0.5, 0.5, 0.9), None), ((0.9, 0.1, 0.2, 0.5), None), ((2.0, 2.0, 3.0, 3.0), None)),
    ],
    ids=["inside", "over the edges", "no area", "turned about", "outside"],
)
def test_a_box_lies_in_the_picture(edges: tuple[float, float, float, float], expected: Crop | None) -> None:
    assert box(*edges) == expected
