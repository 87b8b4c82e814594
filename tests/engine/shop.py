"""An engine on a clock of the test's own, and what tests do with it."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

from devstack.algolia.documents import JsonObject
from devstack.algolia.engine import Engine, EngineConfig


class Clock:
    """Time that passes when a test says so."""

    def __init__(self) -> None:
        self.seconds = 1_700_000_000.0

    def __call__(self) -> float:
        return self.seconds

    def pass_by(self, seconds: float) -> None:
        self.seconds += seconds


class Shop:
    """An engine with one index, and what tests do with it."""

    def __init__(self, clock: Clock, config: EngineConfig) -> None:
        numbers = itertools.count(1)
        self.engine = Engine(clock, lambda: f"{next(numbers):032x}", config)
        self.clock = clock

    def fill(self, records: Iterable[JsonObject], settings: JsonObject | None = None) -> None:
        if settings:
            self.engine.set_settings("shop", settings)
        self.write(*(("addObject", record) for record in records))

    def write(self, *actions: tuple[str, JsonObject]) -> None:
        self.engine.batch("shop", [{"action": name, "body": body} for name, body in actions])

    def search(self, **parameters: object) -> JsonObject:
        return self.engine.search("shop", parameters)

    def ids(self, **parameters: object) -> list[str]:
        return [hit["objectID"] for hit in self.search(**parameters)["hits"]]

    def points(self, **parameters: object) -> dict[str, int]:
        hits = self.search(**parameters, getRankingInfo=True)["hits"]
        return {hit["objectID"]: hit["_rankingInfo"]["filters"] for hit in hits}

    def record(self, object_id: str) -> JsonObject:
        return self.engine.get_object("shop", object_id)
