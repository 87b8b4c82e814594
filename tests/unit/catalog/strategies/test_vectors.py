from __future__ import annotations

import array
import base64
import math
import operator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.catalog.cosines import cosines, in_numpy, in_python
from shared.catalog.labels import NOTHING_KNOWN
from shared.catalog.vectors import FULL, MAX_DIMENSIONS, Profile, VisualCode, VisualWords, reranked, tag_of
from shared.model import Appearance, Vector
from tests.unit.catalog.strategies.vectors import direction

VECTOR = (0.5, -0.7, 0.0, 0.1, -0.5)
SPARSE = tuple(0.6 if index in {35, 36, 255} else 0.0 for index in range(256))


@pytest.mark.parametrize(
    ("profile", "vector", "written"),
    [
        (Profile(5, 3, 1), VECTOR, ["b01", "a00", "b04"]),
        (Profile(5, 5, 5), VECTOR, ["b01", "a00", "b04", "a03"]),
        (Profile(4, 3, 3), VECTOR, ["b01", "a00", "a03"]),
        (Profile(256, 128, 118), SPARSE, ["a0z", "a10", "a73"]),
    ],
    ids=["by sign and index", "zero is no word", "the first dimensions", "in base 36"],
)
def test_words_are_the_strongest_coordinates(profile: Profile, vector: Vector, written: list[str]) -> None:
    words, look = VisualWords("x", profile), Appearance(vector=vector)
    assert words.attributes(look) == {"visualWords_x": written}
    assert [term.value for term in words.terms(look, NOTHING_KNOWN)] == written[: profile.asked]


def test_points_are_in_proportion_to_the_coordinates_asked_for() -> None:
    terms = VisualWords("x", Profile(5, 1, 3), points=1_700).terms(Appearance(vector=VECTOR), NOTHING_KNOWN)
    assert [(term.value, term.points) for term in terms] == [("b01", 700), ("a00", 500), ("b04", 500)]
    assert {(term.kind, term.name) for term in terms} == {("word", "")}


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


@pytest.mark.parametrize(
    ("encoder_id", "profile"),
    [("fake/2", FULL), ("fake/1", FULL._replace(kept=16)), ("fake/1", Profile(128, 128, 118))],
)
def test_records_of_another_encoder_or_of_fewer_words_have_other_attributes(
    encoder_id: str, profile: Profile
) -> None:
    current, former = (
        VisualWords(each).attribute for each in (tag_of("fake/1"), tag_of(encoder_id, profile))
    )
    assert current == "visualWords_9f2e03" != former


CODE = VisualCode("x")
LOOK = Appearance(vector=direction(1))
examples = settings(max_examples=50)


@pytest.mark.parametrize(("seed", "noise"), [(1, 0.0), (1, 0.3), (1, 1.0), (2, 0.0), (3, 0.0)])
def test_closeness_is_the_cosine_within_a_hundredth(seed: int, noise: float) -> None:
    other = direction(seed, noise=noise)
    cosine = sum(map(operator.mul, direction(1), other))
    record = CODE.attributes(Appearance(vector=other))
    assert len(record["visualCode_x"]) == 344
    assert CODE.closenesses(LOOK, [record]) == pytest.approx([cosine], abs=0.01)


@examples
@given(st.integers(0, 1_000), st.integers(0, 1_000), st.integers(1, 300))
def test_a_code_gives_its_vector_back_at_unit_length_and_a_closeness_in_range(
    one: int, other: int, dimensions: int
) -> None:
    exact = direction(one, dimensions)
    record = CODE.attributes(Appearance(vector=exact))
    [near] = CODE.closenesses(Appearance(vector=direction(other, dimensions)), [record])
    assert near is not None
    assert -1 <= near <= 1
    vector = CODE.vector(record)
    assert vector is not None
    assert math.hypot(*vector) == pytest.approx(1)
    # Half a step of 1/127 of the largest coordinate, and what bringing it to unit length changes.
    assert vector == pytest.approx(exact, abs=max(map(abs, exact)) / 100)


def ones(count: int) -> str:
    return base64.b64encode(b"\1" * count).decode()


GARBLED = (None, 7, ["a"], "", "no base64!", "ü", "AAA", base64.b64encode(bytes(256)).decode())


@pytest.mark.parametrize("code", [*GARBLED, "!" + ones(256), ones(255), ones(257)])
def test_garbled_codes_have_no_closeness_and_leave_the_others_theirs(code: object) -> None:
    own = CODE.attributes(LOOK)
    near = CODE.closenesses(LOOK, [own, {"visualCode_x": code}, {}, own])
    assert near == [pytest.approx(1, abs=1e-3), None, None, near[0]]
    assert CODE.vector({}) is None
    assert code not in GARBLED or CODE.vector({"visualCode_x": code}) is None


@pytest.mark.parametrize("look", [Appearance(), Appearance(vector=()), Appearance(vector=(0.0,) * 256)])
def test_a_look_without_direction_has_neither_code_nor_closeness(look: Appearance) -> None:
    assert CODE.attributes(look) == {"visualCode_x": ""}
    assert CODE.closenesses(look, [CODE.attributes(LOOK)]) == [None]


coordinates = st.integers(-127, 127)
tables = st.integers(1, 9).flatmap(
    lambda length: st.tuples(
        st.lists(st.floats(-1, 1, width=32), min_size=length, max_size=length).filter(any),
        st.lists(st.lists(coordinates, min_size=length, max_size=length).filter(any), max_size=5),
    )
)


@examples
@given(tables)
def test_numpy_and_python_find_the_same_cosines(table: tuple[list[float], list[list[int]]]) -> None:
    vector, codes = tuple(table[0]), [array.array("b", row).tobytes() for row in table[1]]
    expected = in_python(vector, codes)
    assert cosines(vector, codes) == pytest.approx(expected, abs=1e-9)
    assert not codes or in_numpy(vector, codes) == pytest.approx(expected, abs=1e-9)


def test_hits_without_closeness_keep_their_places() -> None:
    near = {"a": 0.1, "b": None, "c": 0.9, "d": 0.5, "e": None}
    assert reranked(near, near.__getitem__) == ["c", "b", "d", "a", "e"]


@examples
@given(st.lists(st.none() | st.floats(-1, 1)))
def test_reranking_asks_of_each_hit_once_loses_none_and_keeps_equals_in_order(
    nearnesses: list[float | None],
) -> None:
    asked: list[int] = []

    def near(hit: int) -> float | None:
        asked.append(hit)
        return nearnesses[hit]

    ranked = reranked(range(len(nearnesses)), near)
    assert asked == sorted(ranked) == list(range(len(nearnesses)))
    compared = [(-known, hit) for hit in ranked if (known := nearnesses[hit]) is not None]
    assert compared == sorted(compared)
