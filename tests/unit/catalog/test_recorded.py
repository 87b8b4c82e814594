"""What stands in a record may have been written by anyone."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.attribute_names import renamed
from shared.catalog.judging import Inventory, RecordJudge
from shared.catalog.labels import WeightedLabels
from shared.catalog.likeness import Likeness
from shared.catalog.query import answer
from shared.catalog.record import Recorded, labels_in
from shared.catalog.vectors import VisualCode, VisualWords
from shared.model import Appearance, Label, Refinement
from tests.queries import asking

LIKENESS = Likeness([WeightedLabels(), VisualWords("x"), VisualCode("x")])
OURS = ("imageURL", "labels", "labelNames", "visual", "imageVersion", "visualWords_x", "visualCode_x")
INNER = (
    *("description", "score", "kind", "recognizer", "labeledAt", "pictures", "refused", "listing"),
    "imageURL",
)

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(INNER) | st.text(), inner, max_size=4)
    ),
    max_leaves=8,
)
records = st.dictionaries(st.sampled_from(OURS), values)


@given(records)
def test_any_json_can_be_read_recalled_judged_and_found(record: dict[str, object]) -> None:
    told = Recorded.of(record)
    assert all(0 <= label.score <= 1 and label.name for label in told.labels)
    assert isinstance(told.recognizer, str)
    assert isinstance(told.image_url, str | None)
    look = LIKENESS.recall(record)
    LIKENESS.closenesses(Appearance(vector=(1.0, 0.0)), [record])
    assert isinstance(look.labels, tuple)
    assert RecordJudge("r/1", likeness=LIKENESS.written).findings(record, Inventory.of(()))
    response = {"hits": [{**record, "objectID": "1", "_rankingInfo": {"filters": 0}}]}
    [hit] = answer(asking(Shoe=9), Refinement(), {}, response).hits
    assert hit.points in {0, 9}


@pytest.mark.parametrize(
    "value",
    [
        None,
        "Shoe",
        5,
        True,
        {"description": "Shoe", "score": 0.5},
        ["Shoe"],
        [["Shoe", 0.5]],
        [{"description": "Shoe"}],
        [{"score": 0.5}],
        [{"description": "", "score": 0.5}],
        [{"description": 5, "score": 0.5}],
        *([{"description": "Shoe", "score": score}] for score in (True, "0.5", None, -0.1, 1.1, [0.5])),
    ],
    ids=json.dumps,
)
def test_what_is_no_label_tells_nothing(value: object) -> None:
    assert labels_in(value) == ()


def test_what_is_a_label_is_read_beside_what_is_none() -> None:
    value = [
        "sale",
        {"description": "Shoe", "score": 1},
        {"description": "Nike", "score": 0.5, "kind": "logo"},
    ]
    assert labels_in(value) == (Label("Shoe", 1.0), Label("Nike", 0.5, "logo"))


@pytest.mark.parametrize("version", [None, True, "5", 5.5, [5]])
def test_what_is_no_version_is_none(version: object) -> None:
    assert Recorded.of({"visual": {"recognizer": "r/1"}, "imageVersion": version}).enriched is False


@pytest.mark.parametrize("visual", [None, "hero", 5, [], {"recognizer": 5}, {"recognizer": ""}, {"x": "r/1"}])
def test_a_record_without_our_mark_is_nobodys(visual: object) -> None:
    assert Recorded.of({"visual": visual, "imageVersion": 5}).recognizer == ""


def test_it_is_read_by_the_names_in_force() -> None:
    names = renamed(["imageURL=picture", "labels=l", "labelNames=n", "visual=v", "imageVersion=w"])
    record = {
        "picture": "https://a",
        "l": [{"description": "Shoe", "score": 0.5}],
        "n": ["Shoe"],
        "v": {"recognizer": "r/1", "labeledAt": "2026", "pictures": 2, "refused": 1, "listing": "0a"},
        "w": 7,
    }
    assert Recorded.of(record, names) == Recorded(
        "r/1", 7, "2026", 2, 1, "0a", (Label("Shoe", 0.5),), ("Shoe",), "https://a"
    )
    assert Recorded.of(record).labels == ()
