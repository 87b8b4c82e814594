"""Whatever happens in whatever order, the index ends up as the function of the bucket."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from shared.catalog.strategies.merging import merged
from shared.labeling.store import T
from shared.model import Appearance, StoredPicture
from tests.property.world import (
    CONTENTS,
    LIKENESS,
    PRODUCTS,
    REFUSED,
    UNSEEN,
    Asked,
    Odds,
    World,
    labels_of,
    sight_of,
)

HISTORIES = 3_000
PATIENCE = 5_000
CALM = Odds(interruption=0.0, failure=0.0, death=0.0)


def run(seed: int) -> World:
    """A stormy time with changes, then calm deliveries until nothing is pending."""
    world = World(seed, Odds())
    for _ in range(world.chance.randint(2, 10)):
        world.change()
        while world.pending and world.happens(0.6):
            world.deliver()
    world.odds = CALM
    for _ in range(PATIENCE):
        if not world.pending:
            return world
        world.deliver()
    raise AssertionError(f"seed {seed} never comes to rest:\n" + "\n".join(world.history[-50:]))


@dataclass(frozen=True)
class Told:
    """What a record says of a product's pictures: the picture shown, how many count, labels and likeness."""

    labels: list[str]
    image_url: str | None
    pictures: int
    likeness: dict[str, Any]


def expected(world: World, product: str) -> Told:
    """What it should say, straight from the bucket."""
    live = [(picture, content(world, picture)) for picture in world.bucket.list_product(product)]
    accepted = [(picture, held) for picture, held in live if held not in REFUSED]
    looks = [Appearance(labels_of(held)) for _, held in accepted]
    looks += [sight_of(held) for _, held in accepted if held not in UNSEEN]
    look = merged(looks)
    names = [label.name for label in look.labels]
    shown = accepted[0][0].name if accepted else None
    return Told(names, shown, len(accepted), LIKENESS.attributes(look))


def found(record: Mapping[str, Any]) -> Told:
    likeness = {name: record[name] for name in LIKENESS.attributes(Appearance())}
    return Told(record["labelNames"], record["imageURL"], record["visual"]["pictures"], likeness)


def content(world: World, picture: StoredPicture) -> bytes:
    return world.bucket.read(picture)


@pytest.mark.parametrize("part", range(10))
def test_the_index_is_the_function_of_the_bucket_and_nothing_is_paid_twice(part: int) -> None:
    for seed in range(part * HISTORIES // 10, (part + 1) * HISTORIES // 10):
        world = run(seed)
        story = f"seed {seed}:\n" + "\n".join(world.history)
        for product in PRODUCTS:
            record = world.index.records[product]
            if "visual" in record:
                assert found(record) == expected(world, product), f"product {product}, {story}"
            else:
                assert world.bucket.list_product(product) == [], story
        check(world, world.labels, frozenset(CONTENTS), story)
        check(world, world.sights, frozenset(CONTENTS) - REFUSED, story)


def check(world: World, asked: Asked[T], shown: frozenset[bytes], story: str) -> None:
    """That each content was sent, and its refusal told of, no oftener than needed, and all is settled.

    `shown` are the contents that are for them to see.
    """
    for paid, times in asked.calls.items():
        assert paid in shown, f"{paid!r} was sent, {story}"
        assert times <= 1 + asked.lost[paid], f"{paid!r} was sent {times} times, {story}"
    for refused in asked.refused & shown:
        told = asked.told[digest(refused)]
        assert told <= 1 + asked.lost[refused], f"{refused!r} was told {told} times, {story}"
        assert told or not asked.store.peek(digest(refused)), f"{refused!r} was never told, {story}"
    for picture in (picture for product in PRODUCTS for picture in world.bucket.list_product(product)):
        settled = asked.store.peek(picture.content_hash) is not None
        assert settled == (content(world, picture) in shown), f"{picture.name} is unsettled, {story}"


def digest(content: bytes) -> str:
    return base64.b64encode(hashlib.md5(content, usedforsecurity=False).digest()).decode()


def test_the_histories_are_stormy() -> None:
    worlds = [run(seed) for seed in range(200)]
    lines = [line for world in worlds for line in world.history]
    assert sum(line.startswith("failed") for line in lines) > 200
    assert lines.count("killed") > 50
    assert sum(line.startswith("delete") for line in lines) > 100
    assert {content for world in worlds for content in world.labels.calls} == set(CONTENTS)
    assert {content for world in worlds for content in world.sights.calls} == set(CONTENTS) - REFUSED
    assert sum(sum(world.sights.told.values()) for world in worlds) > 50
