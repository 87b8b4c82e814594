"""Whether the promises held: the index, the parked events, the dead letters and the recogniser's bill."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from tests.storm import oracle
from tests.storm.aftermath import Aftermath
from tests.storm.shop import Done, LiveObject

REFUSALS = frozenset({"bad-picture", "unsupported-format"})
"""The second where a provider opens pictures itself, to fit them to the recogniser."""


def complaints(after: Aftermath) -> list[str]:
    """Every broken promise, in words; empty when all held."""
    return [*_records(after), *_parking(after), *_bill(after), *_events(after)]


def _records(after: Aftermath) -> Iterator[str]:
    said = oracle.answers(after.contents)
    histories: dict[str, list[Done]] = defaultdict(list)
    for done in after.history:
        if done.step.product:
            histories[done.step.product].append(done)
    pictures: dict[str | None, list[LiveObject]] = defaultdict(list)
    for stored in after.objects:
        pictures[oracle.product_of(stored.name)].append(stored)
    if pictures.keys() - {None} - histories.keys():
        yield f"pictures of nobody's product: {pictures.keys() - histories.keys()}"
    for product, history in histories.items():
        expected = oracle.wanted(pictures[product], said, after.shown_at)
        wrong = list(oracle.differences(after.records[product], expected, pictures[product], history))
        if wrong:
            yield _told(product, wrong, pictures[product], history)


def _told(product: str, wrong: Iterable[str], pictures: Iterable[LiveObject], history: Iterable[Done]) -> str:
    lines = [*wrong, *(f"live: {picture}" for picture in pictures), *(f"did: {done}" for done in history)]
    return "\n    ".join([f"product {product!r}:", *lines])


def _parking(after: Aftermath) -> Iterator[str]:
    for parked in after.parked:
        if parked.stage != "labelling" or parked.reason not in REFUSALS:
            yield f"parked for another reason than a refused picture: {parked}"
    times = Counter(parked.content for parked in after.parked)
    refused = {content for content in after.answered if content in after.contents.spoilt}
    live = {stored.content for stored in after.objects if oracle.product_of(stored.name)}
    for content in times.keys() - after.contents.spoilt:
        yield f"parked though it is a picture: {content}"
    for content in (live & after.contents.spoilt) - times.keys():
        yield f"not parked: {content}"
    for content in refused - times.keys():
        if not after.kills_of(content):
            yield f"refused by the recogniser and not parked: {content}"
    for content, count in times.items():
        if count > 1 + after.kills_of(content):
            yield f"parked {count} times, {after.kills_of(content)} kills: {content}"


def _bill(after: Aftermath) -> Iterator[str]:
    for content in after.answered.keys() - after.contents.known.keys():
        yield f"the recogniser saw bytes nobody uploaded: {content}"
    for content, times in after.answered.items():
        if times > 1 + after.kills_of(content):
            yield f"the recogniser answered {times} times, {after.kills_of(content)} kills: {content}"


def repeated(after: Aftermath) -> list[str]:
    """The contents that were answered more than once, and why."""
    return [
        f"{content} was answered {times} times, in flight at {after.kills_of(content)} kills"
        for content, times in sorted(after.answered.items())
        if times > 1
    ]


def _events(after: Aftermath) -> Iterator[str]:
    for name in after.dead_letters:
        yield f"dead letter: {name}"
    for outcome, times in after.outcomes.items():
        if outcome.split()[0] not in {"again", "enriched"}:
            yield f"{times} deliveries ended as: {outcome}"
