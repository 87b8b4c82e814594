from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from shared.pictures import MAX_PICTURES
from tests.unit.tools.cli.listing import NAMING, listed
from tools.backfill.selection import ListingTally, products

NAMES = st.lists(
    st.sampled_from(
        ["x.jpg", *(f"products/{p}/{f}.jpg" for p in "123" for f in "abc"), "products/2.jpg", "z/1.jpg"]
    ),
    unique=True,
).map(sorted)


def test_pictures_that_follow_one_another_are_one_product() -> None:
    names = ["a.txt", "products/1/a.jpg", "products/1/b.jpg", "products/1/x/y.jpg", "products/2.jpg"]
    tally = ListingTally()
    found = list(products((listed(name) for name in names), NAMING.product, tally))
    assert [(each.product, each.first, each.last, each.count, each.size) for each in found] == [
        ("1", "products/1/a.jpg", "products/1/b.jpg", 2, 20),
        ("2", "products/2.jpg", "products/2.jpg", 1, 10),
    ]
    assert (tally.objects, tally.size, tally.outside.count) == (5, 50, 2)
    assert tally.outside.text == "such as a.txt, products/1/x/y.jpg"


def test_a_product_keeps_no_more_pictures_than_are_looked_at() -> None:
    names = [f"products/1/{number:04}.jpg" for number in range(MAX_PICTURES + 5)]
    [found] = products(map(listed, names), NAMING.product, ListingTally())
    assert (found.count, len(found.pictures), found.last) == (MAX_PICTURES + 5, MAX_PICTURES, names[-1])


def test_few_examples_are_kept_of_many_foreign_names() -> None:
    tally = ListingTally()
    assert list(products((listed(f"x{number}") for number in range(50)), NAMING.product, tally)) == []
    assert (tally.outside.count, len(tally.outside.first)) == (50, 3)


@given(NAMES)
def test_every_object_is_counted_and_every_picture_belongs_to_its_product(names: list[str]) -> None:
    tally = ListingTally()
    found = list(products(map(listed, names), NAMING.product, tally))
    assert tally.objects == len(names)
    assert sum(each.count for each in found) + tally.outside.count == len(names)
    assert {each.product for each in found} == {NAMING.product(name) for name in names} - {None}
    assert all(NAMING.product(each.first) == NAMING.product(each.last) == each.product for each in found)
