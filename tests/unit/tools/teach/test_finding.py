from __future__ import annotations

import numpy as np
import pytest

from shared.labeling.projection import Projection
from tests.unit.tools.teach.shops import views
from tools.teach.finding import Search, Views, found

NORTH, EAST, NORTHEAST = (0.0, 1.0), (1.0, 0.0), (0.6, 0.8)


def seen(*vectors: tuple[float, float], products: list[int], first: int = 0) -> Views:
    return views(np.array(vectors), np.array(products), first=first)


def test_a_photo_finds_its_product_at_its_place() -> None:
    photos = seen(NORTH, EAST, products=[0, 0])
    search = Search("product", photos, seen(NORTH, EAST, products=[0, 1], first=9))
    assert found(search, None).tolist() == [[1, 1, 1], [0.5, 0, 1]]


def test_a_product_lies_in_the_mean_direction_of_its_pictures() -> None:
    catalog = seen(NORTH, EAST, NORTHEAST, products=[0, 0, 1], first=9)
    search = Search("product", seen((0.7, 0.7), (0.5, 0.86), products=[0, 1]), catalog)
    assert found(search, None)[:, 1].tolist() == [1, 1]


def test_a_picture_does_not_find_itself_but_the_others_of_its_product() -> None:
    catalog = seen(NORTH, EAST, NORTHEAST, products=[0, 0, 1])
    search = Search("product", catalog[np.array([True, True, False])], catalog)
    assert found(search, None)[:, 1].tolist() == [0, 0]


def test_products_that_look_the_same_stand_in_one_order_whatever_is_rounded() -> None:
    near = (1e-13, 1.0)
    search = Search("product", seen(NORTH, products=[1]), seen(near, NORTH, products=[0, 1], first=9))
    swapped = Search("product", seen(NORTH, products=[1]), seen(NORTH, near, products=[0, 1], first=9))
    turned = Projection("e/1", np.zeros(2), np.array([[0.6, -0.8], [0.8, 0.6]]))
    values = [found(each, how)[0].tolist() for each in (search, swapped) for how in (None, turned)]
    assert values == [[0.5, 0, 1]] * 4


def test_a_projection_is_applied_to_both_sides() -> None:
    search = Search("product", seen(NORTH, products=[1]), seen(NORTH, EAST, products=[0, 1], first=9))
    mirrored = Projection("e/1", np.zeros(2), np.array([[1.0, 0.0], [0.0, 0.0]]))
    assert found(search, None)[0, 1] == 0
    nearer_east = Search("product", seen((0.1, 1.0), products=[1]), search.catalog)
    assert found(nearer_east, mirrored)[0, 1] == 1


def test_by_class_a_product_is_not_its_own_answer() -> None:
    classes, products = np.array([0, 0, 1]), np.array([0, 1, 2])
    both = views(np.array([NORTH, EAST, NORTHEAST]), classes, products)
    values = found(Search("category", both, both), None)
    assert values[:2].tolist() == [[0, 0], [0, 0]]
    assert np.isnan(values[2]).all(), "nothing else is of its class"


def test_by_class_as_many_places_count_as_could_be_right() -> None:
    classes = np.array([0, 0, 0, 1])
    both = views(np.array([NORTH, (0.1, 0.99), EAST, NORTHEAST]), classes, np.arange(4))
    assert found(Search("category", both, both), None)[0].tolist() == [0.5, 1]


@pytest.mark.parametrize(("by", "kept"), [("product", [0, 1, 2]), ("category", [1])])
def test_held_back_products_are_searched_for_in_the_whole_catalog_or_by_class_among_themselves(
    by: str, kept: list[int]
) -> None:
    both = seen(NORTH, EAST, NORTHEAST, products=[0, 1, 2])
    search = Search("product" if by == "product" else "category", both, both)
    asked, rest = search.asked(np.array([1])), search.without(np.array([1]))
    assert (asked.photos.products.tolist(), asked.catalog.products.tolist()) == ([1], kept)
    assert rest.photos.products.tolist() == rest.catalog.products.tolist() == [0, 2]
