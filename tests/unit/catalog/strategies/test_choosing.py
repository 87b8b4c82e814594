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
chosen = partial(Likeness.named, tag="lite0")

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


@pytest.mark.parametrize(
    ("names", "window"),
    [(["labels", "words", "code"], 100), (["labels", "code"], 300)],
    ids=["words", "none"],
)
def test_more_hits_are_put_in_order_where_labels_alone_find_them(
    names: list[StrategyName], window: int
) -> None:
    assert chosen(names).window == window


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
