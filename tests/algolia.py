"""The local Algolia engine for tests of whatever talks to Algolia."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import requests

from devstack.algolia.engine import EngineConfig
from devstack.algolia.keys import KeyRing
from devstack.algolia.server import RunningEngine, running
from devstack.serving import Fault
from shared.attribute_names import DEFAULT_NAMES, AttributeNames
from shared.catalog.algolia import AlgoliaCatalog, AlgoliaIndex, connect

APP = "LOCALAPP"
INDEX = "products"
ADMIN, ENRICH, SEARCH, SETTINGS = "admin-key", "enrich-key", "search-key", "settings-key"
OPERATOR = "operator-key"
_KEYS = {
    ADMIN: {"acl": ["addObject", "browse", "deleteIndex", "search", "settings", "editSettings"]},
    ENRICH: {"acl": ["addObject", "search"], "indexes": [INDEX]},
    SEARCH: {"acl": ["search"], "indexes": [INDEX]},
    SETTINGS: {"acl": ["addObject", "settings", "editSettings"], "indexes": [INDEX]},
    OPERATOR: {"acl": ["addObject", "browse", "search", "settings", "editSettings"], "indexes": [INDEX]},
}


@dataclass(frozen=True)
class Algolia:
    """A running engine, seen from outside."""

    engine: RunningEngine

    def catalog(
        self,
        key: str = ENRICH,
        *,
        hosts: Sequence[str] = (),
        index: str = INDEX,
        deadline: float = 5.0,
        names: AttributeNames = DEFAULT_NAMES,
    ) -> AlgoliaCatalog:
        at = AlgoliaIndex(APP, key, index, tuple(hosts) or (self.engine.url,))
        return connect(at, names=names, deadline=deadline)

    def finder(
        self, key: str = SEARCH, *, hosts: Sequence[str] = (), index: str = INDEX, deadline: float = 5.0
    ) -> AlgoliaCatalog:
        return self.catalog(key, hosts=hosts, index=index, deadline=deadline)

    def seed(
        self, records: Sequence[Mapping[str, Any]], facets: Sequence[str] = ("labels.description",)
    ) -> None:
        self.send("PUT", f"/1/indexes/{INDEX}/settings", {"attributesForFaceting": list(facets)})
        batch = [{"action": "addObject", "body": record} for record in records]
        self.send("POST", f"/1/indexes/{INDEX}/batch", {"requests": batch})

    def record(self, product: str) -> dict[str, Any]:
        record: dict[str, Any] = self.send("GET", f"/1/indexes/{INDEX}/{product}").json()
        return record

    def fail(self, *faults: Fault) -> None:
        self.engine.services.faults.set(faults)

    def send(self, method: str, path: str, body: object = None) -> requests.Response:
        headers = {"X-Algolia-Application-Id": APP, "X-Algolia-API-Key": ADMIN}
        return requests.request(
            method, self.engine.url + path, headers=headers, data=json.dumps(body), timeout=5
        )


@contextmanager
def local_algolia(
    config: EngineConfig | None = None, more_keys: Mapping[str, object] = MappingProxyType({})
) -> Iterator[Algolia]:
    """Serve until the block ends; without a `config`, writes are visible at once."""
    keys = KeyRing.from_json(APP, json.dumps({**_KEYS, **more_keys}))
    with running(keys, config or EngineConfig()) as engine:
        yield Algolia(engine)
