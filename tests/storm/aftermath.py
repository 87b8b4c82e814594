"""What can be seen from outside once a storm is over."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from devstack.stack import LocalStack
from devstack.topology import DEAD_LETTER, PARKED
from tests.outside import Outside
from tests.storm.chaos import Chaos, Claimed
from tests.storm.contents import Contents
from tests.storm.shop import Done, LiveObject, Shop


@dataclass(frozen=True, slots=True)
class Parked:
    """A parked event: what it says about itself."""

    reason: str
    stage: str
    content: str


@dataclass(frozen=True, slots=True)
class Aftermath:
    """The shop's contents and history, and what has become of them.

    `answered` is Vision's count by content, `outcomes` what the function's log says became of the deliveries;
    pictures are `shown_at` this address.
    """

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

    def kills_of(self, content: str) -> int:
        """How often the function was killed while this content was at the recogniser."""
        return sum(claimed.content == content for claimed in self.in_flight)


def look_around(stack: LocalStack, shop: Shop, chaos: Chaos) -> Aftermath:
    names, outside = stack.endpoints, Outside(stack)
    return Aftermath(
        contents=shop.plan.contents,
        history=shop.done,
        objects=shop.bucket(),
        records=shop.records(),
        parked=[
            Parked(about["reason"], about["stage"], about.get("contentHash", ""))
            for about in _kept(outside, PARKED)
        ],
        dead_letters=[about.get("objectId", "") for about in _kept(outside, DEAD_LETTER)],
        answered=requests.get(f"{names.vision_rest}/_devstack/contents", timeout=10).json(),
        outcomes=_outcomes(stack.processes.log("enrich")),
        in_flight=frozenset(chaos.in_flight),
        shown_at=f"{names.storage_url}/{names.bucket}",
    )


def _kept(outside: Outside, topic: str) -> list[dict[str, str]]:
    kept: list[dict[str, str]] = []
    while taken := outside.kept(topic):
        kept += [attributes for attributes, _ in taken]
    return kept


def _outcomes(log: Path) -> dict[str, int]:
    outcomes: Counter[str] = Counter()
    with log.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            if line.startswith("{") and '"outcome"' in line:
                entry = json.loads(line)
                outcomes[f"{entry['outcome']} {entry.get('reason', '')}".rstrip()] += 1
    return dict(sorted(outcomes.items()))
