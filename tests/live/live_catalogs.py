"""The promises of the catalog on Algolia itself, see `tests/live/shops.py` for the variables."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.contract.shops import Shop
from tests.contract.test_catalogs import (  # noqa: F401 they are collected here
    test_a_record_holds_what_it_was_tagged_with,
    test_a_record_is_created_only_where_that_is_asked_for,
    test_a_record_is_looked_up_whole_but_for_what_is_hidden,
    test_a_record_that_is_not_there_is_an_unknown_product,
    test_an_empty_query_finds_everything_without_points,
    test_an_older_or_equal_version_changes_nothing,
    test_an_unguarded_write_is_taken_whatever_the_version_was,
    test_any_objectid_can_be_looked_up_and_written,
    test_counts_say_how_far_anybody_may_page,
    test_labels_are_counted_by_the_products_that_carry_them,
    test_nobody_pages_further_than_the_shop_lets_them,
    test_pages_follow_one_another,
    test_products_can_be_left_out,
    test_products_rank_by_the_points_of_the_labels_they_share,
    test_strictly_only_products_that_share_a_label_are_found,
    test_tagging_touches_our_own_attributes_only,
    test_two_spellings_of_one_product_are_told_of,
)
from tests.contract.test_finding_looks import (  # noqa: F401 the same
    test_a_record_from_before_words_has_the_points_of_its_labels,
    test_products_rank_by_all_that_they_share_with_the_photo,
    test_strictly_a_photo_without_labels_finds_nothing,
    test_strictly_labels_decide_who_is_found_and_the_rest_only_orders,
    test_what_pictures_told_before_counts_no_longer,
)
from tests.live.shops import live_shop, missing


@pytest.fixture
def shop() -> Iterator[Shop]:
    if names := missing():
        pytest.skip(f"set {' and '.join(names)}")
    with live_shop() as made:
        yield made
