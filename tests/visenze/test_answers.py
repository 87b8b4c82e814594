from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.labeling.providers.visenze.recognizer import Tag, TaggedObject, labels, largest, read
from shared.model import LABEL, Crop, Label

DRESSED = {
    "box": [20, 40, 120, 240],
    "tags": [
        {"tag": "category:dress", "score": 0.98},
        {"tag": "color:navy", "score": 0.71},
        {"tag": "sleeve_length:3/4: rolled", "score": 0.55},
    ],
}
SHOD = {
    "box": [100, 300, 200, 400],
    "tags": [
        {"tag": "category:shoes", "score": 0.9},
        {"tag": "color:Navy", "score": 0.8},
        {"tag": "new arrival", "score": 0.52},
        {"tag": "material:leather", "score": 0.49},
    ],
}
# The shape that public callers of the service take apart.
RECORDED = {
    "status": "OK",
    "error": [],
    "result": [{"tag_group": "fashion_attributes", "objects": [DRESSED, SHOD]}],
}
DRESS, SHOES = Crop(0.1, 0.1, 0.5, 0.5), Crop(0.5, 0.75, 0.5, 0.25)
SIZE = (200, 400)


def seen(*tags: tuple[str, float], box: tuple[float, ...] | None = None) -> TaggedObject:
    return TaggedObject(tags=tuple(Tag(tag=tag, score=score) for tag, score in tags), box=box)


def names(*objects: TaggedObject) -> list[str]:
    return [label.name for label in labels(objects, SIZE, 0.5)]


def objects_of(answer: object) -> tuple[TaggedObject, ...]:
    known = read(json.dumps(answer).encode())
    assert known is not None
    return known.objects


def test_a_recorded_answer_becomes_labels_with_attribute_and_box() -> None:
    assert labels(objects_of(RECORDED), SIZE, 0.5) == (
        Label("dress", 0.98, "category", DRESS),
        Label("shoes", 0.9, "category", SHOES),
        Label("Navy", 0.8, "color", SHOES),
        Label("3/4: rolled", 0.55, "sleeve_length", DRESS),
        Label("new arrival", 0.52, LABEL, SHOES),
    )


def test_the_largest_object_is_told_by_its_box_and_any_box_is_larger_than_none() -> None:
    [chosen] = largest(objects_of(RECORDED))
    assert names(chosen) == ["dress", "navy", "3/4: rolled"]
    boxless, small = seen(("a:whole", 0.9)), seen(("a:part", 0.9), box=(0, 0, 1, 1))
    assert [largest(each) for each in ([boxless, small], [boxless], [])] == [(small,), (boxless,), ()]


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        (" category : dress ", (Label("dress", 0.9, "category"),)),
        (":dress", (Label("dress", 0.9),)),
        ("dress", (Label("dress", 0.9),)),
        *((empty, ()) for empty in ("category:", "", " : ")),
    ],
)
def test_a_tag_is_an_attribute_and_its_value(tag: str, expected: tuple[Label, ...]) -> None:
    assert labels([seen((tag, 0.9))], SIZE, 0.5) == expected


def test_scores_beyond_the_range_are_brought_into_it() -> None:
    assert [label.score for label in labels([seen(("a", 1.01), ("b", -0.1))], SIZE, -1.0)] == [1.0, 0.0]


@pytest.mark.parametrize(
    ("box", "crop"),
    [
        ((-20, -20, 100, 100), Crop(0, 0, 0.5, 0.25)),
        ((100, 100, 900, 900), Crop(0.5, 0.25, 0.5, 0.75)),
        ((50, 50, 50, 90), None),
        ((90, 90, 10, 10), None),
        ((300, 0, 400, 10), None),
        ((), None),
        ((1, 2, 3), None),
        (None, None),
    ],
)
def test_a_box_is_the_part_inside_the_picture(box: tuple[float, ...] | None, crop: Crop | None) -> None:
    [label] = labels([seen(("a", 0.9), box=box)], SIZE, 0.5)
    assert label.box == crop


@given(
    st.lists(st.floats(-1e6, 1e6), min_size=4, max_size=4),
    st.tuples(st.integers(1, 5_000), st.integers(1, 5_000)),
)
def test_no_box_is_too_strange_to_be_read(box: list[float], size: tuple[int, int]) -> None:
    [label] = labels([seen(("a", 0.9), box=tuple(box))], size, 0.5)
    assert label.name == "a"


TWO = [{"objects": [{"tags": [{"tag": f"a:{name}", "score": 0.9}]}]} for name in ("one", "two")]


@pytest.mark.parametrize(
    ("result", "expected"),
    [([], []), ([{"objects": []}], []), ([{"objects": [{"tags": []}]}], []), (TWO, ["one", "two"])],
)
def test_the_objects_of_all_results_count_be_there_none(result: list[Any], expected: list[str]) -> None:
    assert names(*objects_of({"status": "OK", "result": result})) == expected


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b"{}",
        b'{"status": "OK"}',
        b'{"status": "OK", "result": null}',
        b'{"status": "OK", "result": {}}',
        b'{"status": "OK", "result": [{}]}',
        b'{"status": "OK", "result": [{"objects": [{}]}]}',
        b'{"status": "OK", "result": [{"objects": [{"tags": [{"tag": "a:b"}]}]}]}',
        b'{"status": "OK", "result": [{"objects": [{"tags": [{"tag": "a:b", "score": NaN}]}]}]}',
        b'{"status": "OK", "result": [{"objects": [{"tags": [], "box": "20 40"}]}]}',
    ],
)
def test_what_is_not_of_the_known_form_is_not_read(body: bytes) -> None:
    assert read(body) is None


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ('["no such key", "really"]', "no such key; really"),
        ('"no such key"', "no such key"),
        ('{"code": 7}', "{'code': 7}"),
        ("[]", ""),
        ("null", "fail"),
    ],
)
def test_an_answer_that_is_not_ok_says_why(error: str, said: str) -> None:
    answer = read(f'{{"status": "fail", "error": {error}}}'.encode())
    assert answer is not None
    assert (answer.ok, answer.said) == (False, said)
