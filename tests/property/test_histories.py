"""Whatever happens in whatever order, the index ends up as the function of the bucket."""

from __future__ import annotations

import base64
import hashlib

import pytest

from shared.catalog.record import merge
from shared.model import StoredPicture
from tests.property.world import CONTENTS, PRODUCTS, REFUSED, Odds, World, labels_of

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


def expected(world: World, product: str) -> tuple[list[str], str | None, int]:
    """Labels by name, the picture shown, and how many count, straight from the bucket."""
    accepted = [
        picture for picture in world.bucket.list_product(product) if content(world, picture) not in REFUSED
    ]
    labels = merge(labels_of(content(world, picture)) for picture in accepted)
    return [label.name for label in labels], accepted[0].name if accepted else None, len(accepted)


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
                found = (record["labelNames"], record["imageURL"], record["visual"]["pictures"])
                assert found == expected(world, product), f"product {product}, {story}"
            else:
                assert world.bucket.list_product(product) == [], story
        for paid, times in world.calls.items():
            assert times <= 1 + world.lost[paid], f"{paid!r} was sent {times} times, {story}"
        for refused in REFUSED:
            told = world.told[digest(refused)]
            assert told <= 1 + world.lost[refused], f"{refused!r} was told {told} times, {story}"
            assert told or not world.store.peek(digest(refused)), f"{refused!r} was never told, {story}"
        for picture in (picture for product in PRODUCTS for picture in world.bucket.list_product(product)):
            assert world.store.peek(picture.content_hash) is not None, f"{picture.name} is unsettled, {story}"


def digest(content: bytes) -> str:
    return base64.b64encode(hashlib.md5(content, usedforsecurity=False).digest()).decode()


def test_the_histories_are_stormy() -> None:
    worlds = [run(seed) for seed in range(200)]
    lines = [line for world in worlds for line in world.history]
    assert sum(line.startswith("failed") for line in lines) > 200
    assert lines.count("killed") > 50
    assert sum(line.startswith("delete") for line in lines) > 100
    assert {content for world in worlds for content in world.calls} == set(CONTENTS)
