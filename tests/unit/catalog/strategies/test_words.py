from __future__ import annotations

import pytest

from shared.catalog.labels import NOTHING_KNOWN
from shared.catalog.vectors import MAX_DIMENSIONS, Profile, VisualWords
from shared.model import Appearance
from tests.unit.catalog.strategies.vectors import direction

LOOK = Appearance(vector=(0.5, -0.7, 0.0, 0.1, -0.5))


def test_words_are_the_strongest_coordinates_by_sign_and_index() -> None:
    assert VisualWords("x", Profile(5, 3, 1)).attributes(LOOK) == {"visualWords_x": ["b01", "a00", "b04"]}


def test_a_coordinate_of_zero_is_no_word() -> None:
    assert len(VisualWords("x", Profile(5, 5, 5)).attributes(LOOK)["visualWords_x"]) == 4


def test_indices_are_in_base_36() -> None:
    vector = tuple(0.6 if index in {35, 36, 255} else 0.0 for index in range(256))
    assert VisualWords("x").attributes(Appearance(vector=vector))["visualWords_x"] == ["a0z", "a10", "a73"]


def test_points_are_in_proportion_to_the_coordinates_asked_for() -> None:
    terms = VisualWords("x", Profile(5, 1, 3), points=1_700).terms(LOOK, NOTHING_KNOWN)
    assert [(term.value, term.points) for term in terms] == [("b01", 700), ("a00", 500), ("b04", 500)]
    assert {(term.kind, term.name) for term in terms} == {("word", "")}


def test_only_the_first_dimensions_become_words() -> None:
    words = VisualWords("x", Profile(4, 3, 3))
    assert words.attributes(LOOK) == {"visualWords_x": ["b01", "a00", "a03"]}
    assert [term.value for term in words.terms(LOOK, NOTHING_KNOWN)] == ["b01", "a00", "a03"]


def test_points_of_shared_words_order_products_as_the_cosine_does() -> None:
    words = VisualWords("x", points=30_000)
    asked, near, far = direction(1), direction(1, noise=0.5), direction(2)
    points = {term.value: term.points for term in words.terms(Appearance(vector=asked), NOTHING_KNOWN)}

    def shared(vector: tuple[float, ...]) -> int:
        return sum(
            points.get(word, 0) for word in words.attributes(Appearance(vector=vector))["visualWords_x"]
        )

    assert shared(asked) > 29_800
    assert shared(asked) > shared(near) > 1.5 * shared(far)


@pytest.mark.parametrize(
    ("dimensions", "kept", "asked"),
    [(0, 1, 1), (MAX_DIMENSIONS + 1, 1, 1), (8, 9, 1), (8, 1, 9), (8, 0, 1), (8, 1, 0)],
)
def test_numbers_that_make_no_words_are_refused(dimensions: int, kept: int, asked: int) -> None:
    with pytest.raises(ValueError, match="dimensions"):
        VisualWords("x", Profile(dimensions, kept, asked))


@pytest.mark.parametrize("tag", ["", "Lite0", "lite-0", "a.b", "ninechars", "x\n"])
def test_tags_that_do_not_suit_an_attribute_are_refused(tag: str) -> None:
    with pytest.raises(ValueError, match="tag"):
        VisualWords(tag)
