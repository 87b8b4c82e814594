"""Whatever happens in whatever order, the index ends up as the function of the bucket."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from shared.catalog.judging import Inventory, State
from shared.catalog.record import attributes, merged
from shared.labeling import T
from shared.model import Appearance, Enrichment, md5
from tests.property.function import Asked
from tests.property.world import (
    ALL_PRODUCTS,
    CONTENTS,
    FOREIGN,
    HIDDEN,
    LARGE,
    PRODUCTS,
    REFUSED,
    UNSEEN,
    Odds,
    World,
    features_of,
    labels_of,
)

HISTORIES, TROUBLED = 1_300, 700
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
    raise AssertionError("never comes to rest:\n" + "\n".join(world.history))


def test_the_index_is_the_function_of_the_bucket_and_nothing_is_paid_twice() -> None:
    for seed in range(HISTORIES):
        check(run(seed, Odds()), f"seed {seed}")


def test_backfill_heals_lost_events_rebuilt_and_restored_catalogs_and_wrong_clocks() -> None:
    worlds = [run(seed, TROUBLE) for seed in range(TROUBLED)]
    check_storms(worlds)
    for seed, world in enumerate(worlds):
        for _ in range(BACKFILLS):
            world.backfill()
            rest(world)
        check(world, f"troubled seed {seed}")


def check_storms(worlds: Sequence[World]) -> None:
    """That everything that may happen did so in every sixth world, on average."""
    often = len(worlds) // 6
    lines = [line for world in worlds for line in world.history]
    assert sum(line.startswith("failed") for line in lines) > 4 * often
    for what in (
        "killed",
        "deletion",
        "overwrite",
        "rebuilt",
        "restored",
        "lost",
        "handled look",
        "handled archived",
    ):
        assert sum(line.startswith(what) for line in lines) > often, what
    reasons = Counter(reason for world in worlds for reason, _ in world.parked)
    assert min(reasons["attributes-in-use"], reasons["record-too-big"]) > often
    assert sum(fewer_words(world) for world in worlds) > 2
    assert {content for world in worlds for content in world.labels.calls} == set(CONTENTS)
    assert {content for world in worlds for content in world.features.calls} == set(CONTENTS) - REFUSED
    assert sum(world.features.told.total() for world in worlds) > often


def fewer_words(world: World) -> bool:
    record = world.index.records[LARGE]
    return bool(record.get(world.names.colors)) and record.get(world.likeness.optional[0]) == []


def check(world: World, seed: str) -> None:
    told = "\n".join([f"{seed}:", *world.history])
    for product in ALL_PRODUCTS:
        check_record(world, product, told)
    check_bills(world, world.labels, frozenset(CONTENTS), told)
    check_bills(world, world.features, frozenset(CONTENTS) - REFUSED, told)


def check_record(world: World, product: str, told: str) -> None:
    """That it says what the bucket holds, and that nothing of the shop's own is changed."""
    record, pictures = world.index.records[product], world.bucket.list_product(product)
    told = f"product {product}, {told}"
    shops = {name: value for name, value in record.items() if name in {"name", "text", HIDDEN}}
    parked = {(reason, world.naming.product(event.name)) for reason, event in world.parked}
    assert shops, told
    if product == FOREIGN:
        assert record == world.bare(FOREIGN), told
        lost = any(line.startswith("lost ") for line in world.history)
        assert not pictures or lost or ("attributes-in-use", FOREIGN) in parked, told
    elif product == LARGE and world.judged(LARGE) != (State.CURRENT,):
        assert ("record-too-big", LARGE) in parked, told
    elif pictures or world.names.visual in record:
        written = {name: value for name, value in record.items() if name != world.names.version}
        assert written == shops | expected(world, product, record), told


def expected(world: World, product: str, record: Mapping[str, Any]) -> dict[str, Any]:
    """What is ours of a record, straight from the bucket; a large record may have fewer words."""
    pictures = world.bucket.list_product(product)
    held = [(picture, world.bucket.read(picture)) for picture in pictures]
    accepted = [(picture, content) for picture, content in held if content not in REFUSED]
    looks = [Appearance(labels_of(content)) for _, content in accepted]
    looks += [features_of(content) for _, content in accepted if content not in UNSEEN]
    look = merged(looks)
    likeness = world.likeness.attributes(look)
    if product == LARGE:
        likeness |= {name: likeness[name][: len(record[name])] for name in world.likeness.optional}
    told = Enrichment(
        labels=look.labels,
        image_url=accepted[0][0].name if accepted else None,
        recognizer=world.judge.recognizer_id,
        labeled_at=record[world.names.visual]["labeledAt"],
        pictures=len(accepted),
        refused=len(held) - len(accepted),
        listing=Inventory.of(pictures).listing,
        likeness=likeness,
    )
    return attributes(told, world.names)


def check_bills(world: World, asked: Asked[T], shown: frozenset[bytes], story: str) -> None:
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
        assert settled == (world.bucket.read(picture) in shown), f"{picture.name} is unsettled, {story}"
