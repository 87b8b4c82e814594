from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.attribute_names import renamed
from shared.catalog.judging import Inventory, RecordJudge
from shared.catalog.labels import WeightedLabels
from shared.catalog.likeness import Likeness
from shared.catalog.query import answer
from shared.catalog.record import (
    Recorded,
    attributes,
    fitted,
    guarded,
    labels_in,
    listing_of,
    merged,
    size_of,
)
from shared.catalog.vectors import VisualCode, VisualWords
from shared.model import Appearance, Enrichment, Label, Refinement, StoredPicture
from tests.queries import asking
from tests.unit.catalog.strategies.vectors import direction

RENAMED = renamed(["imageURL=picture", "labels=l", "labelNames=n", "visual=v", "imageVersion=w"])
WORDS = [f"a{number:02}" for number in range(40)]
FOOTWEAR, SHOE = Label("Footwear", 0.987654), Label("Shoe", 0.5)
WHEN = "2026-01-01T00:00:00+00:00"
SHOES = Enrichment(
    (FOOTWEAR, SHOE), "https://cdn.example/a.jpg", "google-vision/1", WHEN, 2, 1, "0a1b2c3d4e5f"
)
VISUAL = {
    "recognizer": "google-vision/1",
    "labeledAt": WHEN,
    "pictures": 2,
    "refused": 1,
    "listing": SHOES.listing,
}
RECORD = {
    "imageURL": "https://cdn.example/a.jpg",
    "labels": [{"description": "Footwear", "score": 0.9877}, {"description": "Shoe", "score": 0.5}],
    "labelNames": ["Footwear", "Shoe"],
    "visual": VISUAL,
}
examples = settings(max_examples=50)


def test_the_record_has_the_shape_of_algolias_guide_and_our_own_attributes() -> None:
    assert attributes(SHOES) == RECORD
    told = {"colors": ["red"], "visualWords_x": [], "visualCode_x": ""}
    assert attributes(replace(SHOES, likeness=told)) == RECORD | told


def test_it_is_written_under_a_guard_and_read_by_the_names_in_force() -> None:
    version = 1_700_000_000_000_001
    guard = {"_operation": "IncrementSet", "value": version}
    assert guarded(RECORD, version) == RECORD | {"imageVersion": guard}
    elsewhere = dict(zip(("picture", "l", "n", "v"), RECORD.values(), strict=True))
    assert guarded(attributes(SHOES, RENAMED), version, RENAMED) == elsewhere | {"w": guard}
    told = Recorded.of(elsewhere | {"w": version}, RENAMED)
    labels, names = (Label("Footwear", 0.9877), SHOE), ("Footwear", "Shoe")
    assert told == Recorded(
        "google-vision/1", version, WHEN, 2, 1, SHOES.listing, labels, names, SHOES.image_url
    )
    assert Recorded.of(elsewhere).labels == ()


def test_a_picture_address_that_is_left_to_the_shop_is_not_written_and_not_ours() -> None:
    told = attributes(SHOES, renamed(["imageURL="]))
    assert told.keys() == {"labels", "labelNames", "visual"}
    assert told["visual"] == VISUAL | {"imageURL": False}


def test_a_listing_tells_names_and_generations_apart_in_any_order() -> None:
    a, b = (StoredPicture("p", name, 5, "h", 1, "image/jpeg") for name in "ab")
    assert listing_of([a, b]) == listing_of([b, a])
    others = [[], [a], [a, replace(b, generation=6)], [a, replace(b, name="c")], [replace(a, name="a b"), b]]
    assert len({listing_of(pictures) for pictures in ([a, b], *others)}) == len(others) + 1


some_names = st.sampled_from(["Bag", "bag", "BAG", "Zip", "ß", "SS"])


def test_a_record_is_measured_as_minified_json_in_utf_8() -> None:
    assert size_of({"a": "é", "b": [1, True, None]}) == len('{"a":"é","b":[1,true,null]}'.encode())


@examples
@given(
    st.text(max_size=60), st.integers(0, 40), st.lists(st.text(max_size=3), max_size=5), st.integers(0, 500)
)
def test_as_many_of_the_first_values_stay_as_there_is_room_for_and_all_else(
    text: str, count: int, before: list[str], limit: int
) -> None:
    record, ours = {"text": text, "words": before}, {"words": WORDS[:count], "code": "AQ=="}
    fit = fitted(record, ours, limit, ["words"])
    kept = fit.ours["words"]
    assert fit.ours == {**ours, "words": WORDS[: len(kept)]}
    assert fit.left_out == count - len(kept)
    assert fit.size == size_of({**record, **fit.ours})
    assert fit.size <= limit or not kept
    if fit.left_out:
        assert size_of({**record, **ours, "words": WORDS[: len(kept) + 1]}) > limit


FRONT = Appearance(
    (Label("Bag", 0.9), Label("Leather", 0.6)), (Label("red", 0.8), Label("black", 0.2)), (1.0, 0.0)
)
BACK = Appearance((Label("leather", 0.7), Label("Zip", 0.5)), (Label("red", 1.0),), (0.0, 1.0))
EAST, WEST = Appearance(vector=(0.6, 0.8)), Appearance(vector=(-0.6, -0.8))


def test_labels_keep_their_best_score_and_colors_their_mean_share() -> None:
    both = merged([FRONT, BACK])
    assert both.labels == (Label("Bag", 0.9), Label("leather", 0.7), Label("Zip", 0.5))
    assert both.colors == (Label("red", 0.9), Label("black", 0.1))
    assert both.vector == pytest.approx((0.5**0.5, 0.5**0.5))


tables = st.lists(
    st.builds(Label, some_names, st.sampled_from([0.1, 0.2, 0.5])),
    max_size=3,
    unique_by=lambda label: label.name,
).map(tuple)
directions = st.none() | st.integers(0, 20).map(lambda seed: direction(seed, 3))
looks = st.lists(st.builds(Appearance, tables, tables, directions), max_size=5)


@examples
@given(looks.flatmap(lambda all_: st.tuples(st.just(all_), st.permutations(all_))))
def test_the_order_of_the_pictures_does_not_matter(orders: tuple[list[Appearance], list[Appearance]]) -> None:
    one, other = orders
    assert merged(one) == merged(other)


@pytest.mark.parametrize(
    ("pictures", "look"),
    [
        ([FRONT], FRONT),
        ([FRONT, Appearance(), Appearance()], FRONT),
        ([], Appearance()),
        ([EAST, WEST], Appearance()),
    ],
    ids=["one", "others tell nothing", "none", "opposite vectors"],
)
def test_what_does_not_tell_something_has_no_say_in_it(pictures: list[Appearance], look: Appearance) -> None:
    assert merged(pictures) == look


def test_vectors_of_different_encoders_are_not_mixed() -> None:
    with pytest.raises(ValueError, match="one length"):
        merged([Appearance(vector=(1.0,)), EAST])


LIKENESS = Likeness([WeightedLabels(), VisualWords("x"), VisualCode("x")])
OURS = ("imageURL", "labels", "labelNames", "visual", "imageVersion", "visualWords_x", "visualCode_x")
INNER = (
    *("description", "score", "kind", "recognizer", "labeledAt", "pictures", "refused", "listing"),
    "imageURL",
)

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
keys = st.sampled_from(INNER) | st.text(max_size=8)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(OURS), values))
def test_any_json_can_be_read_recalled_judged_and_found(record: dict[str, object]) -> None:
    told = Recorded.of(record)
    assert all(0 <= label.score <= 1 and label.name for label in told.labels)
    assert isinstance(told.recognizer, str)
    assert isinstance(told.image_url, str | None)
    LIKENESS.closenesses(Appearance(vector=(1.0, 0.0)), [record])
    assert isinstance(LIKENESS.recall(record).labels, tuple)
    assert RecordJudge("r/1", likeness=LIKENESS.written).findings(record, Inventory.of(()))
    response = {"hits": [{**record, "objectID": "1", "_rankingInfo": {"filters": 0}}]}
    [hit] = answer(asking(Shoe=9), Refinement(), {}, response).hits
    assert hit.points in {0, 9}


@pytest.mark.parametrize(
    "value",
    [
        *(None, "Shoe", 5, True, {"description": "Shoe", "score": 0.5}, ["Shoe"], [["Shoe", 0.5]]),
        *([{"description": "Shoe"}], [{"score": 0.5}]),
        *([{"description": name, "score": 0.5}] for name in ("", 5)),
        *([{"description": "Shoe", "score": score}] for score in (True, "0.5", None, -0.1, 1.1, [0.5])),
    ],
    ids=json.dumps,
)
def test_what_is_no_label_tells_nothing(value: object) -> None:
    assert labels_in(value) == ()


def test_what_is_a_label_is_read_beside_what_is_none() -> None:
    shoe, logo = {"description": "Shoe", "score": 1}, {"description": "Nike", "score": 0.5, "kind": "logo"}
    assert labels_in(["sale", shoe, logo]) == (Label("Shoe", 1.0), Label("Nike", 0.5, "logo"))


@pytest.mark.parametrize("version", [None, True, "5", 5.5, [5]])
def test_what_is_no_version_is_none(version: object) -> None:
    assert Recorded.of({"visual": {"recognizer": "r/1"}, "imageVersion": version}).enriched is False


@pytest.mark.parametrize("visual", [None, "hero", 5, [], {"recognizer": 5}, {"recognizer": ""}, {"x": "r/1"}])
def test_a_record_without_our_mark_is_nobodys(visual: object) -> None:
    assert Recorded.of({"visual": visual, "imageVersion": 5}).recognizer == ""
