from __future__ import annotations

import pytest

from shared.catalog.rarity import NOTHING_KNOWN
from shared.catalog.strategies.colours import ColourNames
from shared.model import Appearance, Labels
from shared.model import Label as Colour

SHOE: Labels = (Colour("red", 0.6), Colour("white", 0.3), Colour("black", 0.1))


def test_each_colour_is_worth_its_share() -> None:
    terms = ColourNames(1_000).terms(Appearance(colours=SHOE), NOTHING_KNOWN)
    assert [(term.value, term.points) for term in terms] == [("red", 600), ("white", 300), ("black", 100)]
    assert all((term.kind, term.name) == ("colour", term.value) for term in terms)


@pytest.mark.parametrize(
    ("colours", "names"),
    [
        (SHOE, ["red", "white", "black"]),
        ((*SHOE[:2], Colour("black", 0.09)), ["red", "white"]),
        (
            (Colour("red", 0.25), *map(Colour, ("blue", "green", "pink"), (0.25,) * 3)),
            ["red", "blue", "green"],
        ),
    ],
)
def test_details_and_a_fourth_colour_are_left_out(colours: Labels, names: list[str]) -> None:
    look = Appearance(colours=colours)
    assert ColourNames().attributes(look) == {"colors": names}
    assert [term.value for term in ColourNames().terms(look, NOTHING_KNOWN)] == names
