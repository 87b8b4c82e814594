"""The promise of the port `CatalogFinder` that points sum up what matched, for all that a look tells."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.catalog.labels import NOTHING_KNOWN
from shared.catalog.query import VisualQuery
from shared.model import Appearance, Enrichment, Label, Mode, Refinement, SearchAnswer
from tests.contract.shops import LIKENESS, PRODUCTS, Shop, enrichment
from tests.tagging import tag
from tests.unit.catalog.strategies.vectors import direction

SHOE = (Label("Shoe", 1.0),)
PHOTO = Appearance(SHOE, vector=direction(1))
ASKED = VisualQuery(LIKENESS.terms(PHOTO, NOTHING_KNOWN))
WORDS = sum(term.points for term in ASKED.terms if term.kind == "word")
WHOLE = 1_000 + WORDS

names = st.sampled_from(["Shoe", "-Leg", "Men's wear", "Food: fruit"])
labels = st.dictionaries(names, st.floats(0, 1)).map(
    lambda scores: tuple(Label(name, score) for name, score in scores.items())
)
_versions = itertools.count(1)
vectors = st.none() | st.builds(direction, st.integers(0, 3), noise=st.sampled_from([0.0, 0.5]))
looks = st.builds(Appearance, labels, vector=vectors)


def show(shop: Shop, *seen: Appearance) -> None:
    """Let the products look like that, one after the other, whatever was said of them before."""
    version = next(_versions)
    for product, look in zip(PRODUCTS, seen, strict=False):
        written = Enrichment(look.labels, None, "r/1", "2026", 1, likeness=LIKENESS.attributes(look))
        tag(shop.catalog, product["objectID"], written, version)


def products(found: SearchAnswer) -> list[str]:
    return [hit.record["objectID"] for hit in found.hits]


def test_products_rank_by_all_that_they_share_with_the_photo(shop: Shop) -> None:
    show(shop, Appearance(SHOE), Appearance(vector=direction(1, noise=0.5)), PHOTO)
    found = shop.finder.find(ASKED, Refinement())
    assert products(found) == ["2", "1", "0", "3"]
    best, alike, shoe, _ = found.hits
    assert (best.points, best.matched) == (WHOLE, {"Shoe": 1_000})
    assert alike.matched == {}
    assert 1_000 < alike.points < WORDS
    assert (shoe.points, shoe.matched) == (1_000, {"Shoe": 1_000})


def test_strictly_labels_decide_who_is_found_and_the_rest_only_orders(shop: Shop) -> None:
    show(shop, Appearance(SHOE), Appearance(vector=PHOTO.vector), PHOTO)
    found = shop.finder.find(ASKED, Refinement(mode="strict"))
    assert products(found) == ["2", "0"]
    assert [hit.points for hit in found.hits] == [WHOLE, 1_000]
    assert found.raw["nbHits"] == 2


def test_strictly_a_photo_without_labels_finds_nothing(shop: Shop) -> None:
    show(shop, PHOTO)
    query = VisualQuery([term for term in ASKED.terms if term.kind != "label"])
    assert shop.finder.find(query, Refinement(mode="strict")).hits == ()
    assert shop.finder.find(query, Refinement()).hits[0].points == WORDS


@pytest.mark.parametrize("mode", ["boost", "strict"])
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(photo=looks, seen=st.lists(looks, min_size=4, max_size=4))
def test_points_are_those_by_which_algolia_ranks(
    shop: Shop, mode: Mode, photo: Appearance, seen: Sequence[Appearance]
) -> None:
    show(shop, *seen)
    query = VisualQuery(LIKENESS.terms(photo, NOTHING_KNOWN))
    found = shop.finder.find(query, Refinement(mode=mode))
    scores = [hit.record["_rankingInfo"]["filters"] for hit in found.hits]
    assert [hit.points for hit in found.hits] == scores == sorted(scores, reverse=True)


def test_a_record_from_before_words_has_the_points_of_its_labels(shop: Shop) -> None:
    tag(shop.catalog, "1", enrichment("Shoe"), 1)
    best = shop.finder.find(ASKED, Refinement()).hits[0]
    assert (best.record["objectID"], best.points, best.matched) == ("1", 1_000, {"Shoe": 1_000})


def test_what_shoppers_do_not_get_to_see_counts_as_algolia_says(shop: Shop) -> None:
    show(shop, PHOTO, Appearance(SHOE))
    shop.hide(sorted(LIKENESS.hidden))
    hidden, shoe = shop.finder.find(ASKED, Refinement()).hits[:2]
    assert not LIKENESS.hidden & hidden.record.keys()
    assert (hidden.points, hidden.matched) == (WHOLE, {"Shoe": 1_000})
    assert shoe.points == 1_000


def test_what_pictures_told_before_counts_no_longer(shop: Shop) -> None:
    show(shop, PHOTO)
    show(shop, Appearance())
    assert [hit.points for hit in shop.finder.find(ASKED, Refinement()).hits] == [0, 0, 0, 0]
