from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.attribute_names import renamed
from shared.catalog.record import (
    Fitted,
    attributes,
    fitted,
    guarded,
    listing_of,
    merged,
    merged_labels,
    size_of,
)
from shared.model import Appearance, Enrichment, Label, Labels, StoredPicture
from tests.unit.catalog.strategies.vectors import direction

LABELS = st.lists(st.builds(Label, st.text(min_size=1, max_size=8), st.floats(0, 1)), max_size=8).map(tuple)
WORDS = [f"a{number:02}" for number in range(40)]
SHOES = Enrichment(
    labels=(Label("Footwear", 0.987654), Label("Shoe", 0.5)),
    image_url="https://cdn.example/a.jpg",
    recognizer="google-vision/1",
    labeled_at="2026-01-01T00:00:00+00:00",
    pictures=2,
    refused=1,
    listing="0a1b2c3d4e5f",
)


def test_the_record_has_the_shape_of_algolias_guide_and_our_own_attributes() -> None:
    assert attributes(SHOES) == {
        "imageURL": "https://cdn.example/a.jpg",
        "labels": [{"description": "Footwear", "score": 0.9877}, {"description": "Shoe", "score": 0.5}],
        "labelNames": ["Footwear", "Shoe"],
        "visual": {
            "recognizer": "google-vision/1",
            "labeledAt": "2026-01-01T00:00:00+00:00",
            "pictures": 2,
            "refused": 1,
            "listing": "0a1b2c3d4e5f",
        },
    }


def test_every_attribute_can_have_another_name() -> None:
    names = renamed(["imageURL=picture", "labels=l", "labelNames=n", "visual=v", "imageVersion=w"])
    update = guarded(attributes(SHOES, names), 7, names)
    assert update.keys() == {"picture", "l", "n", "v", "w"}
    assert update["v"] == attributes(SHOES)["visual"]


def test_a_picture_address_that_is_left_to_the_shop_is_not_written_and_not_ours() -> None:
    told = attributes(SHOES, renamed(["imageURL="]))
    assert told.keys() == {"labels", "labelNames", "visual"}
    assert told["visual"]["imageURL"] is False


def test_what_makes_it_found_stands_beside_the_labels() -> None:
    told = {"colors": ["red"], "visualWords_x": [], "visualCode_x": ""}
    assert attributes(replace(SHOES, likeness=told)) == attributes(SHOES) | told


def test_the_update_is_guarded_by_the_version() -> None:
    update = guarded(attributes(SHOES), 1_700_000_000_000_001)
    assert update["imageVersion"] == {"_operation": "IncrementSet", "value": 1_700_000_000_000_001}
    assert update.keys() - {"imageVersion"} == attributes(SHOES).keys()


def test_a_listing_tells_names_and_generations_apart_in_any_order() -> None:
    a, b = (StoredPicture("p", name, 5, "h", 1, "image/jpeg") for name in "ab")
    assert listing_of([a, b]) == listing_of([b, a])
    others = [[], [a], [a, replace(b, generation=6)], [a, replace(b, name="c")], [replace(a, name="a b"), b]]
    assert len({listing_of(pictures) for pictures in ([a, b], *others)}) == len(others) + 1


@given(st.lists(LABELS, max_size=4))
def test_merging_keeps_each_name_once_with_its_best_score_best_first(pictures: list[Labels]) -> None:
    merged = merged_labels(pictures)
    every = [label for labels in pictures for label in labels]
    assert [label.score for label in merged] == sorted((label.score for label in merged), reverse=True)
    assert {label.name.casefold() for label in merged} == {label.name.casefold() for label in every}
    assert len({label.name.casefold() for label in merged}) == len(merged)
    for label in merged:
        same = [other.score for other in every if other.name.casefold() == label.name.casefold()]
        assert label.score == max(same)


def test_a_record_is_measured_as_minified_json_in_utf_8() -> None:
    assert size_of({"a": "é", "b": [1, True, None]}) == len('{"a":"é","b":[1,true,null]}'.encode())


def test_what_fits_is_left_whole() -> None:
    ours = {"words": WORDS, "code": "AQ=="}
    assert fitted({"name": "N"}, ours, 10_000, ["words"]) == Fitted(ours, size_of({"name": "N", **ours}))


@given(
    st.text(max_size=60), st.integers(0, 40), st.lists(st.text(max_size=3), max_size=5), st.integers(0, 500)
)
def test_as_many_of_the_first_values_stay_as_there_is_room_for(
    text: str, count: int, before: list[str], limit: int
) -> None:
    record, ours = {"text": text, "words": before}, {"words": WORDS[:count], "code": "AQ=="}
    fit = fitted(record, ours, limit, ["words"])
    kept = fit.ours["words"]
    assert kept == WORDS[: len(kept)]
    assert fit.left_out == count - len(kept)
    assert fit.size == size_of({**record, **fit.ours})
    assert fit.size <= limit or not kept
    if fit.left_out:
        assert size_of({**record, **ours, "words": WORDS[: len(kept) + 1]}) > limit


def test_nothing_but_the_optional_is_left_out() -> None:
    assert fitted({}, {"words": WORDS, "code": "AQ=="}, 0, ["words"]).ours == {"words": [], "code": "AQ=="}


FRONT = Appearance(
    labels=(Label("Bag", 0.9), Label("Leather", 0.6)),
    colors=(Label("red", 0.8), Label("black", 0.2)),
    vector=(1.0, 0.0),
)
BACK = Appearance(
    labels=(Label("leather", 0.7), Label("Zip", 0.5)), colors=(Label("red", 1.0),), vector=(0.0, 1.0)
)

names = st.sampled_from(["Bag", "bag", "BAG", "Zip"])
tables: st.SearchStrategy[Labels] = st.lists(
    st.builds(Label, names, st.sampled_from([0.1, 0.2, 0.5])), max_size=3, unique_by=lambda label: label.name
).map(tuple)
looks = st.builds(
    Appearance, tables, tables, st.none() | st.integers(0, 20).map(lambda seed: direction(seed, 3))
)


def test_labels_keep_their_best_score_and_colors_their_mean_share() -> None:
    both = merged([FRONT, BACK])
    assert both.labels == (Label("Bag", 0.9), Label("leather", 0.7), Label("Zip", 0.5))
    assert both.colors == (Label("red", 0.9), Label("black", 0.1))
    assert both.vector == pytest.approx((0.5**0.5, 0.5**0.5))


@given(st.lists(looks, max_size=5).flatmap(lambda all_: st.tuples(st.just(all_), st.permutations(all_))))
def test_the_order_of_the_pictures_does_not_matter(orders: tuple[list[Appearance], list[Appearance]]) -> None:
    one, other = orders
    assert merged(one) == merged(other)


@pytest.mark.parametrize(
    ("pictures", "look"),
    [([FRONT], FRONT), ([FRONT, Appearance(), Appearance()], FRONT), ([], Appearance())],
    ids=["one", "others tell nothing", "none"],
)
def test_what_does_not_tell_something_has_no_say_in_it(pictures: list[Appearance], look: Appearance) -> None:
    assert merged(pictures) == look


def test_opposite_vectors_have_no_mean_direction() -> None:
    assert merged([Appearance(vector=(0.6, 0.8)), Appearance(vector=(-0.6, -0.8))]).vector is None


def test_vectors_of_different_encoders_are_not_mixed() -> None:
    with pytest.raises(ValueError, match="one length"):
        merged([Appearance(vector=(1.0,)), Appearance(vector=(0.6, 0.8))])
