from __future__ import annotations

import json
from functools import partial
from typing import get_args

import pytest

from shared.catalog import record
from shared.catalog.labels import NOTHING_KNOWN
from shared.catalog.likeness import Likeness
from shared.model import Appearance, Enrichment, Label, StrategyName
from tests.unit.catalog.strategies.vectors import direction

NAMES: tuple[StrategyName, ...] = get_args(StrategyName)
LARGE = 10**6
chosen = partial(Likeness.named, records=LARGE, tag="lite0")

LOOK = Appearance(
    tuple(Label(f"{number:02} name of 25 characters", 0.999 - number / 1_000) for number in range(50)),
    (Label("turquoise", 0.4), Label("white", 0.35), Label("black", 0.25)),
    direction(1),
)


@pytest.mark.parametrize(
    ("name", "attribute", "kinds"),
    [
        ("labels", "labels", {"label"}),
        ("words", "visualWords_lite0", {"word"}),
        ("code", "visualCode_lite0", set()),
    ],
)
def test_each_name_stands_for_its_strategy(name: StrategyName, attribute: str, kinds: set[str]) -> None:
    sees = chosen([name])
    assert list(sees.attributes(LOOK)) == [attribute]
    assert {term.kind for term in sees.terms(LOOK, NOTHING_KNOWN)} == kinds


def test_every_name_has_a_strategy_and_they_go_together() -> None:
    sees = chosen(NAMES)
    assert len(sees.attributes(LOOK)) == len(NAMES)
    assert all(sees.attributes(LOOK).values())


@pytest.mark.parametrize("name", ["words", "code"])
def test_what_an_encoder_says_needs_its_tag(name: StrategyName) -> None:
    with pytest.raises(ValueError, match="tag"):
        chosen([name], tag="")


def test_without_an_encoder_no_tag_is_needed() -> None:
    assert not chosen(["labels"], tag="").sees_vectors


@pytest.mark.parametrize("records", [1, 639])
def test_small_catalogs_have_no_words(records: int) -> None:
    sees = chosen(["labels", "words", "code"], records=records)
    assert sees.facets == ["labels.description"]
    assert sees.hidden == {"visualCode_lite0"}
    assert list(sees.attributes(LOOK)) == ["labels", "visualCode_lite0"]


@pytest.mark.parametrize(
    ("records", "kept", "asked"), [(640, 16, 32), (1_280, 32, 64), (2_560, 64, 118), (5_120, 128, 118)]
)
def test_words_grow_with_the_catalog(records: int, kept: int, asked: int) -> None:
    sees = chosen(["words"], records=records)
    assert len(sees.attributes(LOOK)["visualWords_lite0"]) == kept
    assert len(sees.terms(LOOK, NOTHING_KNOWN)) == asked


@pytest.mark.parametrize("records", [1, 640, 1_279, 1_280, 2_559, 2_560, 5_119, 5_120])
def test_all_words_that_there_can_be_are_at_most_a_tenth_of_the_records(records: int) -> None:
    sees = chosen(["labels", "words"], records=records)
    looks = (Appearance(vector=direction(seed)) for seed in range(200))
    vocabulary = {word for look in looks for word in sees.attributes(look).get("visualWords_lite0", ())}
    assert len(vocabulary) <= 0.1 * records
    assert bool(vocabulary) == (records >= 640)


def test_the_largest_record_leaves_the_shop_half_of_algolias_ten_kilobytes() -> None:
    enrichment = Enrichment(
        LOOK.labels,
        f"https://cdn.example/{'x' * 200}.jpg",
        "recognizer/of/a/long/name/1",
        "2026-01-01T00:00:00+00:00",
        pictures=10,
        likeness=chosen(NAMES, colors=True).attributes(LOOK),
    )
    written = record.guarded(record.attributes(enrichment), 2**53)
    assert len(json.dumps(written).encode()) < 10_000


@pytest.mark.parametrize("name", ["labels", "words"])
def test_a_strategy_named_twice_is_refused(name: StrategyName) -> None:
    with pytest.raises(ValueError, match="two strategies"):
        chosen([name, name])
