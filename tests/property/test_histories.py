"""Whatever happens in whatever order, the index ends up as the function of the bucket."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest

from shared.catalog.judging import Inventory, State
from shared.catalog.record import attributes, merged
from shared.labeling import T
from shared.model import Appearance, Enrichment, StoredPicture, md5
from tests.property.world import (
    ALL_PRODUCTS,
    CONTENTS,
    FOREIGN,
    HIDDEN,
    LARGE,
    PRODUCTS,
    REFUSED,
    UNSEEN,
    Asked,
    Odds,
    World,
    features_of,
    labels_of,
)

HISTORIES, TROUBLED = 2_000, 1_000
PATIENCE = 5_000
CALM = Odds(interruption=0.0, failure=0.0, death=0.0)
TROUBLE = Odds(trouble=0.15)
BACKFILLS = 4
"""Runs of `backfill --missing` after which a catalog must be right, whatever happened to it."""


def run(seed: int, odds: Odds) -> World:
    """A stormy time with changes, then calm deliveries until nothing is pending."""
    world = World(seed, odds)
    for _ in range(world.chance.randint(2, 10)):
        world.change()
        while world.pending and world.happens(0.6):
            world.deliver()
    world.odds = CALM
    rest(world)
    return world


def rest(world: World) -> None:
    for _ in range(PATIENCE):
        if not world.pending:
            return
        world.deliver()
    raise AssertionError("never comes to rest:\n" + story(world))


def story(world: World) -> str:
    return "\n".join(world.history)


@pytest.mark.parametrize("part", range(10))
def test_the_index_is_the_function_of_the_bucket_and_nothing_is_paid_twice(part: int) -> None:
    for seed in range(part * HISTORIES // 10, (part + 1) * HISTORIES // 10):
        world = run(seed, Odds())
        check_records(world, f"seed {seed}")
        check_bills(world, f"seed {seed}")


@pytest.mark.parametrize("part", range(5))
def test_backfill_heals_lost_events_rebuilt_and_restored_catalogs_and_wrong_clocks(part: int) -> None:
    for seed in range(part * TROUBLED // 5, (part + 1) * TROUBLED // 5):
        world = run(seed, TROUBLE)
        for _ in range(BACKFILLS):
            world.backfill()
            rest(world)
        check_records(world, f"troubled seed {seed}")
        check_bills(world, f"troubled seed {seed}")


def check_records(world: World, seed: str) -> None:
    """That each record says what the bucket holds, and that nothing of the shop's own is changed."""
    for product in ALL_PRODUCTS:
        record, told = world.index.records[product], f"product {product}, {seed}:\n{story(world)}"
        pictures = world.bucket.list_product(product)
        shops = {name: value for name, value in record.items() if name in {"name", "text", HIDDEN}}
        assert shops, told
        if product == FOREIGN:
            assert record == world.bare(FOREIGN), told
            assert not pictures or lost(world) or ("attributes-in-use", FOREIGN) in parked(world), told
        elif product == LARGE and world.judged(LARGE) != (State.CURRENT,):
            assert ("record-too-big", LARGE) in parked(world), told
        elif pictures or world.names.visual in record:
            assert without_version(world, record) == shops | expected(world, product, record), told


def without_version(world: World, record: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name != world.names.version}


def lost(world: World) -> bool:
    return any(line.startswith("lost ") for line in world.history)


def parked(world: World) -> set[tuple[str, str | None]]:
    return {(reason, world.naming.product(event.name)) for reason, event in world.parked}


def expected(world: World, product: str, record: Mapping[str, Any]) -> dict[str, Any]:
    """What is ours of a record, straight from the bucket; a large record may have fewer words."""
    pictures = world.bucket.list_product(product)
    held = [(picture, content(world, picture)) for picture in pictures]
    accepted = [(picture, bytes_) for picture, bytes_ in held if bytes_ not in REFUSED]
    looks = [Appearance(labels_of(bytes_)) for _, bytes_ in accepted]
    looks += [features_of(bytes_) for _, bytes_ in accepted if bytes_ not in UNSEEN]
    look = merged(looks)
    likeness = world.likeness.attributes(look)
    if product == LARGE:
        likeness |= {name: likeness[name][: len(record[name])] for name in world.likeness.optional}
    return attributes(
        Enrichment(
            labels=look.labels,
            image_url=accepted[0][0].name if accepted else None,
            recognizer=world.judge.recognizer_id,
            labeled_at=record[world.names.visual]["labeledAt"],
            pictures=len(accepted),
            refused=len(held) - len(accepted),
            listing=Inventory.of(pictures).listing,
            likeness=likeness,
        ),
        world.names,
    )


def content(world: World, picture: StoredPicture) -> bytes:
    return world.bucket.read(picture)


def check_bills(world: World, seed: str) -> None:
    told = f"{seed}:\n{story(world)}"
    check(world, world.labels, frozenset(CONTENTS), told)
    check(world, world.features, frozenset(CONTENTS) - REFUSED, told)


def check(world: World, asked: Asked[T], shown: frozenset[bytes], story: str) -> None:
    """That each content was sent, and its refusal told of, no oftener than needed, and all is settled.

    `shown` are the contents that are for them to see.
    """
    for paid, times in asked.calls.items():
        assert paid in shown, f"{paid!r} was sent, {story}"
        assert times <= 1 + asked.lost[paid], f"{paid!r} was sent {times} times, {story}"
    for refused in asked.refused & shown:
        told = asked.told[md5(refused)]
        assert told <= 1 + asked.lost[refused], f"{refused!r} was told {told} times, {story}"
        assert told or not asked.store.peek(md5(refused)), f"{refused!r} was never told, {story}"
    for picture in (picture for product in PRODUCTS for picture in world.bucket.list_product(product)):
        settled = asked.store.peek(picture.content_hash) is not None
        assert settled == (content(world, picture) in shown), f"{picture.name} is unsettled, {story}"


def test_the_histories_are_stormy() -> None:
    worlds = [run(seed, TROUBLE) for seed in range(300)]
    lines = [line for world in worlds for line in world.history]
    assert sum(line.startswith("failed") for line in lines) > 200
    assert lines.count("killed") > 50
    for what in ("deletion", "overwrite", "rebuilt", "restored", "lost", "handled look", "handled archived"):
        assert sum(line.startswith(what) for line in lines) > 50, what
    reasons = Counter(reason for world in worlds for reason, _ in world.parked)
    assert min(reasons["attributes-in-use"], reasons["record-too-big"]) > 50
    assert sum(fewer_words(world) for world in worlds) > 2
    assert {content for world in worlds for content in world.labels.calls} == set(CONTENTS)
    assert {content for world in worlds for content in world.features.calls} == set(CONTENTS) - REFUSED
    assert sum(sum(world.features.told.values()) for world in worlds) > 50


def fewer_words(world: World) -> bool:
    record = world.index.records[LARGE]
    return bool(record.get(world.names.colors)) and record.get(world.likeness.optional[0]) == []
