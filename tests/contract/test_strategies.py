"""The promises of the port `Strategy`, on every implementation."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devstack.algolia.engine import Engine, EngineConfig
from devstack.algolia.server import new_engine
from shared.catalog.labels import NOTHING_KNOWN, GuideLabels, LabelCounts, WeightedLabels
from shared.catalog.likeness import Combined, Strategy
from shared.catalog.optional_filters import ALGOLIA_POINTS, Term
from shared.catalog.vectors import Profile, VisualCode, VisualWords
from shared.model import Appearance, Label, Labels, Vector
from tests.unit.catalog.strategies.vectors import direction, unit

KEEPING: Mapping[str, Strategy] = {
    "weighted labels": WeightedLabels(),
    "weighted labels, few points": WeightedLabels(15),
    "the guide's labels": GuideLabels(),
    "the guide's labels, faint ones too": GuideLabels(0.02),
    "visual words": VisualWords("x"),
    "visual words, few points": VisualWords("x", points=40),
    "visual code": VisualCode("x"),
    "combined": Combined([WeightedLabels(), VisualWords("x"), VisualCode("x")], 40),
}
"""Those whose records keep all that a query may ask for."""

FRUGAL: Mapping[str, tuple[Strategy, Profile]] = {
    f"{suited.kept} visual words, asked for {suited.asked}": (VisualWords("x", suited), suited)
    for suited in (Profile(32, 16, 32), Profile(128, 64, 118))
}
STRATEGIES: Mapping[str, Strategy] = {**KEEPING, **{name: each for name, (each, _) in FRUGAL.items()}}
on_every_strategy = pytest.mark.parametrize("strategy", STRATEGIES.values(), ids=STRATEGIES.keys())
on_every_keeping_strategy = pytest.mark.parametrize("strategy", KEEPING.values(), ids=KEEPING.keys())
on_every_frugal_strategy = pytest.mark.parametrize(("strategy", "suited"), FRUGAL.values(), ids=FRUGAL.keys())
examples = settings(max_examples=20, deadline=None)


def _best_first(labels: list[Label]) -> Labels:
    return tuple(sorted(labels, key=lambda label: -label.score))


def _sparse(values: list[float]) -> Vector | None:
    return unit(values) if any(abs(value) > 1e-3 for value in values) else None


ODD = ["-Bag", "Men's wear", "Food: fruit", "a<score=9>"]
names = st.text(min_size=1, max_size=120) | st.sampled_from(ODD)
labels = st.lists(
    st.builds(Label, names, st.floats(0, 1)), max_size=25, unique_by=lambda label: label.name.casefold()
).map(_best_first)
vectors = st.integers(0, 1_000).map(direction) | st.lists(st.floats(-1, 1), max_size=40).map(_sparse)
looks = st.builds(Appearance, labels, vector=st.none() | vectors)
carried = st.dictionaries(st.sampled_from(["-bag", "men's wear"]), st.integers(0))
counts = st.builds(LabelCounts, st.integers(0, 10_000), carried)


def _values(held: object, path: list[str]) -> Iterator[str]:
    """The facet values of a record along a path, as Algolia reads them: through lists, case aside."""
    if isinstance(held, list):
        for each in held:
            yield from _values(each, path)
    elif isinstance(held, dict):
        yield from _values(held.get(path[0]), path[1:])
    elif isinstance(held, str):
        yield held.casefold()


def _matches(term: Term, record: Mapping[str, Any]) -> bool:
    return term.value.casefold() in _values(record, term.attribute.split("."))


@on_every_strategy
@examples
@given(looks, counts)
def test_terms_ask_for_declared_facets_best_first_within_the_points(
    strategy: Strategy, look: Appearance, counts: LabelCounts
) -> None:
    terms = strategy.terms(look, counts)
    assert all(isinstance(term.points, int) and term.points >= 1 for term in terms)
    assert sum(term.points for term in terms) <= strategy.points <= ALGOLIA_POINTS
    assert {term.attribute for term in terms} <= set(strategy.facets)
    for facet in strategy.facets:
        points = [term.points for term in terms if term.attribute == facet]
        assert points == sorted(points, reverse=True)


@on_every_keeping_strategy
@examples
@given(looks, counts)
def test_a_record_matches_every_term_of_its_own_appearance(
    strategy: Strategy, look: Appearance, counts: LabelCounts
) -> None:
    record = strategy.attributes(look)
    assert all(_matches(term, record) for term in strategy.terms(look, counts))


@on_every_frugal_strategy
@examples
@given(looks)
def test_a_record_that_keeps_less_than_is_asked_for_matches_the_best_terms(
    strategy: Strategy, suited: Profile, look: Appearance
) -> None:
    record = strategy.attributes(look)
    matches = [_matches(term, record) for term in strategy.terms(look, NOTHING_KNOWN)]
    assert len(matches) <= suited.asked
    assert matches == [place < suited.kept for place in range(len(matches))]


@on_every_strategy
@examples
@given(looks)
def test_a_record_always_gets_the_same_attributes_and_what_json_can_hold(
    strategy: Strategy, look: Appearance
) -> None:
    record, nothing = strategy.attributes(look), strategy.attributes(Appearance())
    assert json.loads(json.dumps(record, allow_nan=False)) == record
    assert record.keys() == nothing.keys()
    assert not any(nothing.values())
    assert strategy.terms(Appearance(), NOTHING_KNOWN) == []


@on_every_strategy
@examples
@given(looks, counts)
def test_each_source_adds_its_own_part_whatever_the_others_tell(
    strategy: Strategy, look: Appearance, counts: LabelCounts
) -> None:
    parts = (Appearance(labels=look.labels), Appearance(vector=look.vector))
    apart = [strategy.attributes(part) for part in parts]
    for name, value in strategy.attributes(look).items():
        assert [part[name] for part in apart if part[name]] == ([value] if value else [])
    assert all(
        term in [own for part in parts for own in strategy.terms(part, counts)]
        for term in strategy.terms(look, counts)
    )


LOOK = Appearance(
    labels=tuple(map(Label, ("Food: fruit", "-Bag", "Men's wear", "T-shirt"), (0.95, 0.9, 0.7, 0.55))),
    vector=direction(1),
)


def _indexed(strategy: Strategy) -> Engine:
    engine = new_engine(EngineConfig())
    engine.set_settings("products", {"attributesForFaceting": list(strategy.facets)})
    others = [Appearance(labels=(Label("T-shirt", 0.6),), vector=direction(seed)) for seed in range(2, 6)]
    attributes = map(strategy.attributes, [*others, LOOK])
    bodies = [{"objectID": str(number), **each} for number, each in enumerate(attributes)]
    engine.batch("products", [{"action": "addObject", "body": body} for body in bodies])
    return engine


@on_every_keeping_strategy
def test_the_engine_gives_the_record_of_the_appearance_all_points_and_the_first_place(
    strategy: Strategy,
) -> None:
    terms = strategy.terms(LOOK, NOTHING_KNOWN)
    asked = {"optionalFilters": [term.filter for term in terms], "getRankingInfo": True}
    hits = _indexed(strategy).search("products", asked)["hits"]
    points = {hit["objectID"]: hit["_rankingInfo"]["filters"] for hit in hits}
    assert points["4"] == sum(term.points for term in terms)
    if terms:
        assert hits[0]["objectID"] == "4"
