from __future__ import annotations

import array
import base64
import math
import operator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.catalog.cosines import cosines, in_numpy, in_python
from shared.catalog.vectors import VisualCode, reranked
from shared.model import Appearance
from tests.unit.catalog.strategies.vectors import direction

CODE = VisualCode("x")
LOOK = Appearance(vector=direction(1))
nearness = st.none() | st.floats(-1, 1)


def test_256_coordinates_take_344_characters() -> None:
    assert len(CODE.attributes(LOOK)["visualCode_x"]) == 344


@pytest.mark.parametrize(("seed", "noise"), [(1, 0.0), (1, 0.3), (1, 1.0), (2, 0.0), (3, 0.0)])
def test_closeness_is_the_cosine_within_a_hundredth(seed: int, noise: float) -> None:
    other = direction(seed, noise=noise)
    cosine = sum(map(operator.mul, direction(1), other))
    record = CODE.attributes(Appearance(vector=other))
    assert CODE.closenesses(LOOK, [record]) == pytest.approx([cosine], abs=0.01)


@given(st.integers(0, 1_000), st.integers(0, 1_000), st.integers(1, 300))
def test_closeness_stays_within_its_range(one: int, other: int, dimensions: int) -> None:
    record = CODE.attributes(Appearance(vector=direction(other, dimensions)))
    [near] = CODE.closenesses(Appearance(vector=direction(one, dimensions)), [record])
    assert near is not None
    assert -1 <= near <= 1


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


@given(st.integers(0, 1_000), st.integers(1, 300))
def test_a_code_gives_its_vector_back_at_unit_length(seed: int, dimensions: int) -> None:
    exact = direction(seed, dimensions)
    vector = CODE.vector(CODE.attributes(Appearance(vector=exact)))
    assert vector is not None
    assert math.hypot(*vector) == pytest.approx(1)
    # Half a step of 1/127 of the largest coordinate, and what bringing it to unit length changes.
    assert vector == pytest.approx(exact, abs=max(map(abs, exact)) / 100)


@pytest.mark.parametrize("look", [Appearance(), Appearance(vector=()), Appearance(vector=(0.0,) * 256)])
def test_a_look_without_direction_has_neither_code_nor_closeness(look: Appearance) -> None:
    assert CODE.attributes(look) == {"visualCode_x": ""}
    assert CODE.vector(CODE.attributes(look)) is None
    assert CODE.closenesses(look, [CODE.attributes(LOOK)]) == [None]


coordinates = st.integers(-127, 127)
tables = st.integers(1, 9).flatmap(
    lambda length: st.tuples(
        st.lists(st.floats(-1, 1, width=32), min_size=length, max_size=length).filter(any),
        st.lists(st.lists(coordinates, min_size=length, max_size=length).filter(any), max_size=5),
    )
)


@given(tables)
def test_numpy_and_python_find_the_same_cosines(table: tuple[list[float], list[list[int]]]) -> None:
    vector, codes = tuple(table[0]), [array.array("b", row).tobytes() for row in table[1]]
    expected = in_python(vector, codes)
    assert cosines(vector, codes) == pytest.approx(expected, abs=1e-9)
    assert not codes or in_numpy(vector, codes) == pytest.approx(expected, abs=1e-9)


def test_codes_of_another_encoder_are_not_compared() -> None:
    assert VisualCode("y").closenesses(LOOK, [CODE.attributes(LOOK)]) == [None]


def test_hits_without_closeness_keep_their_places() -> None:
    near = {"a": 0.1, "b": None, "c": 0.9, "d": 0.5, "e": None}
    assert reranked(near, near.__getitem__) == ["c", "b", "d", "a", "e"]


@given(st.lists(nearness))
def test_reranking_loses_no_hit_and_keeps_equals_in_order(nearnesses: list[float | None]) -> None:
    ranked = reranked(list(enumerate(nearnesses)), lambda hit: hit[1])
    assert sorted(place for place, _ in ranked) == list(range(len(nearnesses)))
    compared = [(-near, place) for place, near in ranked if near is not None]
    assert compared == sorted(compared)


def test_each_hit_is_compared_once() -> None:
    asked: list[int] = []

    def near(hit: int) -> float:
        asked.append(hit)
        return math.sin(hit)

    reranked(range(100), near)
    assert asked == list(range(100))
