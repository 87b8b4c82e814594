from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.unit.tools.evaluate.studio import silent
from tests.unit.tools.teach.shops import shop
from tools.evaluate.datasets import By
from tools.teach.finding import Search, unit
from tools.teach.fitting import PARTS, SHRINKAGES, fit, held_back, projections
from tools.teach.teaching import folds

BOTH: tuple[By, ...] = ("product", "category")


def gain(search: Search) -> float:
    compared = held_back(search, silent)
    return float((compared.after - compared.before)[:, 0].mean())


@pytest.mark.parametrize("by", BOTH)
def test_what_differs_within_a_class_counts_less_for_products_it_has_not_seen(by: By) -> None:
    assert gain(shop(by, light=2.0)) > 0.2


@pytest.mark.parametrize("by", BOTH)
def test_classes_by_chance_gain_nothing(by: By) -> None:
    search, chance = shop(by, light=0.0, products=80), np.random.default_rng(5)
    photos, catalog = (
        replace(each, vectors=unit(chance.normal(size=each.vectors.shape)))
        for each in (search.photos, search.catalog)
    )
    assert abs(gain(Search(by, photos, catalog))) < 0.05


@pytest.mark.parametrize("by", BOTH)
def test_every_photo_is_asked_once_of_what_did_not_see_its_product(by: By) -> None:
    search = shop(by, light=1.0)
    before = held_back(search, silent)
    assert np.bincount(before.products).tolist() == [3] * 40
    turned = search.photos.vectors.copy()
    turned[search.photos.products == 7] *= -1
    after = held_back(replace(search, photos=replace(search.photos, vectors=turned)), silent)
    [part] = [held for _, held in folds(search.strata(), PARTS[by]) if 7 in held]
    beside = np.isin(before.products, part[part != 7])
    assert np.array_equal(after.after[beside], before.after[beside])
    assert not np.array_equal(after.after, before.after)


@pytest.mark.parametrize("by", BOTH)
def test_the_outputs_in_which_pictures_differ_most_come_first_which_changes_no_cosine(by: By) -> None:
    search = shop(by, light=1.0)
    projection, shrinkage = fit(search, "e/1")
    [plain] = projections(search, [shrinkage])
    before, outputs = (unit(each.apply(search.vectors)) for each in (plain, projection))
    assert outputs @ outputs.T == pytest.approx(before @ before.T)
    lengths = (outputs**2).sum(axis=0)
    assert lengths.tolist() == sorted(lengths, reverse=True)
    assert (projection.encoder_id, shrinkage in SHRINKAGES) == ("e/1", True)


def test_vectors_within_a_class_are_as_spread_in_all_directions_without_shrinkage() -> None:
    search = shop("product", light=2.0, photos=20)
    [projection] = projections(search, [0.0])
    outputs = projection.apply(search.photos.vectors)
    of_product = search.photos.products[:, None] == search.photos.products
    within = outputs - of_product @ outputs / of_product.sum(axis=1, keepdims=True)
    spread = np.linalg.eigvalsh(within.T @ within)
    assert spread.max() < 1.2 * spread.min()


def test_products_of_one_picture_that_are_alone_in_their_class_can_be_fitted_to() -> None:
    search = shop("category", light=1.0, photos=1)
    alike = replace(search, catalog=replace(search.catalog, vectors=search.photos.vectors))
    with np.errstate(all="raise"):
        for projection in projections(alike.without(np.flatnonzero(np.arange(40) % 8)), SHRINKAGES):
            assert np.isfinite(projection.matrix).all()


def test_where_all_pictures_have_one_vector_there_is_nothing_to_fit() -> None:
    search = shop("category", light=1.0)
    one = (replace(each, vectors=np.full_like(each.vectors, 0.5)) for each in (search.photos, search.catalog))
    with pytest.raises(ValueError, match="gives all pictures the same vector"):
        fit(Search("category", *one))


def test_two_fits_agree_to_the_last_bit() -> None:
    one, two = (fit(shop("category", light=1.0))[0].as_json() for _ in range(2))
    assert one == two
