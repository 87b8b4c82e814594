from __future__ import annotations

import math
from dataclasses import astuple

import numpy as np
import pytest

from shared.labeling.projection import Projection
from tests.unit.tools.teach.shops import shop
from tools.teach.fitting import Comparison
from tools.teach.gains import FittingReport, gains, reported

PROJECTION = Projection("e/1", np.zeros(2), np.eye(2))


def compared(*changes: float, photos: int = 1) -> Comparison:
    """Photos of as many products as there are changes, from one half up or down."""
    after = 0.5 + np.repeat(np.array(changes), photos)[:, np.newaxis] * np.ones(3)
    return Comparison(np.full(after.shape, 0.5), after, np.repeat(np.arange(len(changes)), photos), 5)


def report(*changes: float) -> FittingReport:
    return reported(shop("product", light=0), compared(*changes), (PROJECTION, 0.8))


def test_means_before_and_after_and_their_difference_are_told_for_each_metric() -> None:
    found = gains("product", compared(0.2, -0.1, 0.5))
    assert [each.metric for each in found] == ["MRR", "hit@1", "hit@10"]
    first = found[0]
    assert (first.before.value, first.after.value, first.difference.value) == pytest.approx((0.5, 0.7, 0.2))
    margin = 4.3027 * 0.3 / math.sqrt(3)  # Student's t of two degrees of freedom, in any table
    assert (first.difference.low, first.difference.high) == pytest.approx(
        (0.2 - margin, 0.2 + margin), abs=1e-4
    )


def test_where_all_fare_alike_that_is_not_certain_of_others() -> None:
    same = gains("product", compared(*[0.5] * 40))[0]
    assert (same.before.low < 0.4, same.before.high > 0.6) == (True, True)
    assert (same.after.value, same.after.high) == (1, 1)
    assert 0.85 < same.after.low < 0.95
    assert 0 < same.difference.low < 0.5
    none = gains("product", compared(*[0.0] * 40))[0].difference
    assert astuple(none) == (0, 0, 0)


def test_more_photos_of_the_same_products_make_no_interval_narrower() -> None:
    one, many = (gains("product", compared(0.3, -0.1, 0.2, 0.0, photos=count))[0] for count in (1, 50))
    assert astuple(one.difference) == pytest.approx(astuple(many.difference))


def test_it_wins_only_where_the_interval_lies_above_0() -> None:
    assert report(*[0.1, 0.2] * 20).wins
    assert not report(*[0.5, -0.4] * 20).wins
    assert not report(*[0.0] * 40).wins


def test_a_refusal_says_how_many_products_would_tell() -> None:
    said = report(*[0.5, -0.4] * 20).refusal()
    assert said.startswith("MRR changed by +5.0 (-")
    more = int(said.split("photos of some ")[1].split()[0])
    assert said.endswith("products would tell, instead of 40")
    assert 40 < more < 1_000
    for changes in ([0.1, -0.2], [0.5, -0.5 + 1e-9]):
        assert "more of such pictures will hardly help" in report(*changes * 20).refusal()


def test_scripts_get_every_number() -> None:
    document = report(*[0.1, 0.2] * 20).as_json()
    assert document["encoder"] == "e/1"
    fitted = document["projection"]
    assert (fitted["by"], fitted["photos"], fitted["products"], fitted["wins"]) == ("product", 40, 40, True)
    assert fitted["metrics"]["hit@1"]["gain"]["value"] == pytest.approx(0.15)
    assert fitted["metrics"].keys() == {"hit@1", "hit@10", "MRR"}
