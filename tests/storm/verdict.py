"""Whether the promises held: the index, the parked events, the dead letters and the recognizer's bill."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

from shared.errors import Failure
from shared.model import Labels
from tests.storm import oracle
from tests.storm.aftermath import Aftermath, Parked
from tests.storm.naming import product_of
from tests.storm.shop import Done, LiveObject

REFUSALS = frozenset({"bad-picture", "unsupported-format"})
"""The second where a provider opens pictures itself, to fit them to the recognizer."""

_WORKED = frozenset({"again", "enriched", "parked", "reconciled", "not-reconciled"})
_DONE_WITHOUT = frozenset({"answered", "gone", "left-to-newer", "waiting"})


def complaints(after: Aftermath, said: Mapping[str, Labels | Failure]) -> list[str]:
    """Every broken promise, in words; empty when all held. What the recognizer said is by content."""
    return [*_records(after, said), *_parking(after), *_refusals(after), *_bill(after), *_events(after)]


def _records(after: Aftermath, said: Mapping[str, Labels | Failure]) -> Iterator[str]:
    histories = _histories(after)
    pictures = after.pictures()
    if strange := pictures.keys() - histories.keys():
        yield f"pictures of nobody's product: {strange}"
    for product, history in histories.items():
        expected = oracle.wanted(pictures[product], said, after.shown_at)
        wrong = list(_wrong(after, product, expected, pictures[product], history))
        if wrong:
            yield _told(product, wrong, pictures[product], history)


def _histories(after: Aftermath) -> dict[str, list[Done]]:
    histories: dict[str, list[Done]] = defaultdict(list)
    for done in after.history:
        if done.step.product:
            histories[done.step.product].append(done)
    return histories


def _wrong(
    after: Aftermath,
    product: str,
    expected: oracle.Wanted,
    pictures: list[LiveObject],
    history: list[Done],
) -> Iterator[str]:
    record, shops, names = after.records[product], after.made.of(product), after.made.names
    if product in after.hopeless:
        if record != shops:
            yield f"the record is {record}, and should be as the shop made it: {shops}"
        return
    if after.troubled and not pictures and record == shops:
        return  # wiped when all pictures were gone already, which says the same
    yield from oracle.differences(record, shops, expected, names)
    # A request's time may be that of a clock that is behind.
    yield from oracle.too_old(record, [] if after.troubled else history, pictures, names)


def _told(product: str, wrong: Iterable[str], pictures: Iterable[LiveObject], history: Iterable[Done]) -> str:
    lines = [*wrong, *(f"live: {picture}" for picture in pictures), *(f"did: {done}" for done in history)]
    return "\n    ".join([f"product {product!r}:", *lines])


def _parking(after: Aftermath) -> Iterator[str]:
    """What became of events that cannot succeed, each for the reason that its product's record gives."""
    for parked in after.parked:
        if not _may_be_parked(after, parked):
            yield f"parked for another reason than a refused picture or the product's record: {parked}"
    found = {(parked.product, parked.reason) for parked in after.parked if parked.stage == "handling"}
    for product, reason in after.hopeless.items():
        if (product, reason) not in found and product not in after.lost:
            yield f"not parked as {reason}: {product!r}"


def _may_be_parked(after: Aftermath, parked: Parked) -> bool:
    if parked.stage == "labeling":
        return parked.reason in REFUSALS
    if parked.stage != "handling" or parked.product is None:
        return False
    # A write that is wiped before it could be read back looks like one that Algolia did not take.
    close = after.troubled and after.made.kind(parked.product) == "close"
    return parked.reason == ("record-too-big" if close else after.hopeless.get(parked.product))


def _refusals(after: Aftermath) -> Iterator[str]:
    times = Counter(parked.content for parked in after.parked if parked.stage == "labeling")
    refused = {content for content in after.answered if content in after.contents.spoilt}
    live = {stored.content for stored in after.objects if product_of(stored.name)} & after.payable
    for content in times.keys() - after.contents.spoilt:
        yield f"parked though it is a picture: {content}"
    for content in (live & after.contents.spoilt) - times.keys():
        yield f"not parked: {content}"
    for content in refused - times.keys():
        if not after.kills_of(content):
            yield f"refused by the recognizer and not parked: {content}"
    for content, count in times.items():
        if count > 1 + after.kills_of(content):
            yield f"parked {count} times, {after.kills_of(content)} kills: {content}"


def _bill(after: Aftermath) -> Iterator[str]:
    for content in after.answered.keys() - after.contents.known.keys():
        yield f"the recognizer saw bytes nobody uploaded: {content}"
    for content in (after.answered.keys() & after.contents.known.keys()) - after.payable:
        yield f"paid for though no record takes it: {content}"
    for content, times in after.answered.items():
        if times > 1 + after.kills_of(content):
            yield f"the recognizer answered {times} times, {after.kills_of(content)} kills: {content}"


def _events(after: Aftermath) -> Iterator[str]:
    if after.acknowledged != after.sent:
        yield f"of {after.sent} messages {after.acknowledged} were acknowledged"
    if after.due > 0:
        yield f"{after.due} products are left for a further backfill"
    for name in after.dead_letters:
        yield f"dead letter: {name}"
    for outcome, times in after.outcomes.items():
        if outcome.split()[0] not in _WORKED | _DONE_WITHOUT:
            yield f"{times} deliveries ended as: {outcome}"
