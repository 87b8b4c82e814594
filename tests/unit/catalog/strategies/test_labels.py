from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.catalog.labels import NOTHING_KNOWN, GuideLabels, LabelCounts, WeightedLabels
from shared.catalog.optional_filters import Term
from shared.catalog.record import attributes as record_attributes
from shared.model import Appearance, Enrichment, Label, Labels

BAG = Appearance(labels=(Label("Bag", 0.81), Label("Leather", 0.5), Label("Brown", 0.25)))
FINE = Appearance(labels=(Label("Bag", 0.123456789),))
COUNTS = LabelCounts(99, {"bag": 9, "leather": 99})


@given(
    st.lists(
        st.builds(Label, st.text(min_size=1, max_size=100), st.floats(0, 1)),
        max_size=30,
        unique_by=lambda label: label.name,
    ).map(tuple),
    st.sampled_from([NOTHING_KNOWN, COUNTS]),
)
def test_weighted_labels_ask_for_the_best_by_confidence_and_rarity(
    labels: Labels, counts: LabelCounts
) -> None:
    terms = WeightedLabels().terms(Appearance(labels=labels), counts)
    usable = [label for label in labels if "<score=" not in label.name][:10]
    points = {label.name: round(1_000 * label.score**0.5 * counts.rarity(label.name)) for label in usable}
    assert {term.name: term.points for term in terms} == {name: each for name, each in points.items() if each}
    assert all((term.kind, term.value) == ("label", term.name) for term in terms)


@pytest.mark.parametrize("look", [BAG, FINE])
def test_weighted_labels_write_the_records_labels(look: Appearance) -> None:
    enrichment = Enrichment(look.labels, None, "fake", "2026-01-01T00:00:00Z", 1)
    written = record_attributes(enrichment)
    assert WeightedLabels().attributes(look) == {"labels": written["labels"]}


def test_rarer_labels_come_before_surer_ones() -> None:
    terms = WeightedLabels(1_000).terms(BAG, COUNTS)
    assert [(term.value, term.points) for term in terms] == [("Brown", 50), ("Bag", 45), ("Leather", 7)]


@pytest.mark.parametrize(("minimum", "names"), [(0.5, ["Bag"]), (0.49, ["Bag", "Leather"]), (1.0, [])])
def test_the_guides_labels_exceed_the_minimum_and_count_one_point_each(
    minimum: float, names: list[str]
) -> None:
    guide = GuideLabels(minimum)
    assert guide.terms(BAG, COUNTS) == [Term("labels.description", name, 1, "label", name) for name in names]
    written = guide.attributes(BAG)["labels"]
    assert [label["description"] for label in written] == names
