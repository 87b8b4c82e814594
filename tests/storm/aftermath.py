"""What can be seen from outside once a storm is over."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from unicodedata import normalize

import requests

from devstack.topology import DEAD_LETTER, PARKED
from tests.outside import Outside
from tests.storm.chaos import Chaos, Claimed
from tests.storm.contents import Contents
from tests.storm.naming import product_of
from tests.storm.records import PARKED_FOR, Records
from tests.storm.shop import Done, LiveObject, Shop


@dataclass(frozen=True, slots=True)
class Parked:
    """A parked event: what it says about itself; `product` is the one that it is about."""

    reason: str
    stage: str
    content: str
    product: str | None


@dataclass(frozen=True, slots=True)
class Aftermath:
    """The shop's contents and history, and what has become of them.

    `made` are the records as the shop made them, and `payable` the contents that the recognizer may be asked
    about. `answered` is Vision's count by content, `outcomes` what the instances' logs say became of the
    deliveries; pictures are `shown_at` this address. Of the messages `sent` some were `acknowledged`; `lost`
    are the products of those that were lost on purpose. A further backfill would ask for `due` products that
    can be written to.
    """

    made: Records
    payable: frozenset[str]
    troubled: bool
    contents: Contents
    history: Sequence[Done]
    objects: Sequence[LiveObject]
    records: Mapping[str, Mapping[str, Any]]
    parked: Sequence[Parked]
    dead_letters: Sequence[str]
    answered: Mapping[str, int]
    outcomes: Mapping[str, int]
    in_flight: frozenset[Claimed]
    shown_at: str
    sent: int
    acknowledged: int
    lost: frozenset[str | None] = frozenset()
    due: int = 0

    @property
    def hopeless(self) -> dict[str, str]:
        """The products whose records cannot be written to, with the reason for which events are parked."""
        return {
            product: reason for product, kind in self.made.kinds.items() if (reason := PARKED_FOR.get(kind))
        }

    def pictures(self) -> dict[str, list[LiveObject]]:
        """The pictures of each product."""
        found: dict[str, list[LiveObject]] = defaultdict(list)
        for stored in self.objects:
            if product := product_of(stored.name):
                found[product].append(stored)
        return found

    def kills_of(self, content: str) -> int:
        """How often the function was killed while this content was at the recognizer."""
        return sum(claimed.content == content for claimed in self.in_flight)


def look_around(shop: Shop, chaos: Chaos, *, troubled: bool, asked: int, due: int) -> Aftermath:
    """Look once everything is at rest; backfills `asked` for so many products."""
    stack = chaos.stack
    names = stack.endpoints
    composed = {normalize("NFC", product): product for product in shop.plan.products}
    with ThreadPoolExecutor(2) as at_once:
        parked, dead = at_once.map(partial(_kept, Outside(stack)), (PARKED, DEAD_LETTER))
    return Aftermath(
        made=shop.records,
        payable=shop.plan.payable(),
        troubled=troubled,
        contents=shop.plan.contents,
        history=shop.done,
        objects=shop.bucket(),
        records=shop.index(),
        parked=[_parked(*kept, composed=composed) for kept in parked],
        dead_letters=[about.get("objectId", "") for about, _ in dead],
        answered=requests.get(f"{names.recognizer_url}/_devstack/contents", timeout=10).json(),
        outcomes=_outcomes(stack.processes.log(name) for name in stack.enrich_processes),
        in_flight=frozenset(chaos.lost_claims()),
        shown_at=f"{names.storage_url}/{names.bucket}",
        sent=shop.plan.events() + asked,
        acknowledged=stack.bridge.counts.acknowledged + min(asked, stack.bridge.counts.requests),
        due=due,
        lost=frozenset(map(product_of, stack.bridge.lost)),
    )


def _parked(about: Mapping[str, str], body: Mapping[str, Any], composed: Mapping[str, str]) -> Parked:
    """What is parked, about the product as the shop spells it: requests for another look compose its name."""
    product = product_of(body["event"]["data"]["message"]["attributes"]["objectId"])
    shops = composed.get(normalize("NFC", product), product) if product else None
    return Parked(about["reason"], about["stage"], about.get("contentHash", ""), shops)


def _kept(outside: Outside, topic: str) -> list[tuple[dict[str, str], Any]]:
    kept: list[tuple[dict[str, str], Any]] = []
    while taken := outside.kept(topic):
        kept += taken
    return kept


def _outcomes(logs: Iterable[Path]) -> dict[str, int]:
    outcomes: Counter[str] = Counter()
    for log in logs:
        for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("{") and '"outcome"' in line:
                entry = json.loads(line)
                outcomes[f"{entry['outcome']} {entry.get('reason', '')}".rstrip()] += 1
    return dict(sorted(outcomes.items()))
