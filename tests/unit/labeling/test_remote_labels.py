"""What a vendor says made into labels that keep the port's promises."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.labeling.remote import box, clipped, tidied
from shared.model import LABEL, Crop, Label

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


NAMES, KINDS = st.text(min_size=1, max_size=2), st.sampled_from([LABEL, "logo"])


@given(st.lists(st.builds(Label, NAMES, st.floats(0, 1), KINDS)))
def test_tidied_labels_keep_the_promises_of_the_port(found: list[Label]) -> None:
    labels = tidied(found)
    scores = [label.score for label in labels]
    assert scores == sorted(scores, reverse=True)
    assert len({label.name.casefold() for label in labels}) == len(labels)
    assert {label.name.casefold() for label in labels} == {label.name.casefold() for label in found}


@pytest.mark.parametrize(("value", "expected"), [(-0.1, 0.0), (0.5, 0.5), (1.1, 1.0)])
def test_a_value_is_clipped_to_0_to_1(value: float, expected: float) -> None:
    assert clipped(value) == expected


@pytest.mark.parametrize(
    ("edges", "expected"),
    [
        ((0.25, 0.25, 0.75, 0.75), PLACE),
        ((-0.5, 0.5, 1.5, 2.0), Crop(0.0, 0.5, 1.0, 0.5)),
        ((0.5, 0.5, 0.5, 0.9), None),
        ((0.9, 0.1, 0.2, 0.5), None),
        ((2.0, 2.0, 3.0, 3.0), None),
    ],
    ids=["inside", "over the edges", "no area", "turned about", "outside"],
)
def test_a_box_is_what_lies_in_the_picture(
    edges: tuple[float, float, float, float], expected: Crop | None
) -> None:
    assert box(*edges) == expected
