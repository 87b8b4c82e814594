from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.catalog.record import merged
from shared.model import Appearance, Label, Labels
from tests.unit.catalog.strategies.vectors import direction

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
