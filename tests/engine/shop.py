"""An engine on a clock of the test's own, and HTTP calls to the test server, with its keys."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable

import requests

from devstack.algolia.documents import JsonObject
from devstack.algolia.engine import Engine, EngineConfig
from devstack.algolia.server import RunningEngine


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

    def write(self, *actions: tuple[str, JsonObject], index: str = "shop") -> int:
        """Write in one batch; returns its task."""
        return self.engine.batch(index, [{"action": name, "body": body} for name, body in actions])[0]

    def search(self, index: str = "shop", /, **parameters: object) -> JsonObject:
        return self.engine.search(index, parameters)

    def ids(self, index: str = "shop", /, **parameters: object) -> list[str]:
        return [hit["objectID"] for hit in self.search(index, **parameters)["hits"]]

    def points(self, **parameters: object) -> dict[str, int]:
        hits = self.search(**parameters, getRankingInfo=True)["hits"]
        return {hit["objectID"]: hit["_rankingInfo"]["filters"] for hit in hits}

    def record(self, object_id: str) -> JsonObject:
        return self.engine.get_object("shop", object_id)


NewShop = Callable[[EngineConfig], Shop]


APP_ID = "TESTAPP"
KEYS: dict[str, JsonObject] = {
    "admin-key": {"acl": ["admin"]},
    "search-key": {"acl": ["search"]},
    "shop-search-key": {"acl": ["search"], "indexes": ["shop_*"]},
    "indexing-key": {"acl": ["addObject"], "indexes": ["shop_products"]},
    "reader-key": {"acl": ["search", "browse"], "indexes": ["secrets"]},
    "insight-key": {"acl": ["search", "browse", "seeUnretrievableAttributes"], "indexes": ["secrets"]},
    "browse-key": {"acl": ["browse", "listIndexes"], "indexes": ["shop_*"]},
    "narrow-key": {"acl": ["search", "browse"], "maxHitsPerQuery": 4, "indexes": ["long"]},
    "unlimited-key": {"acl": ["search", "browse"], "maxHitsPerQuery": 0, "indexes": ["long"]},
}


class Caller:
    """HTTP calls with one key."""

    def __init__(self, server: RunningEngine, key: str) -> None:
        self._url = server.url
        self.headers = {"x-algolia-application-id": APP_ID, "x-algolia-api-key": key}

    def __call__(self, method: str, path: str, body: object = None, **options: object) -> requests.Response:
        url, headers = self._url + path, self.headers
        return requests.request(method, url, json=body, headers=headers, timeout=5, **options)  # type: ignore[arg-type]

    def batch(self, index: str, *actions: tuple[str, JsonObject]) -> requests.Response:
        sent = [{"action": name, "body": body} for name, body in actions]
        return self("POST", f"/1/indexes/{index}/batch", {"requests": sent})
