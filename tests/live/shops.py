"""A shop in an index of its own at Algolia, made for one test and removed after it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from shared.catalog.algolia import AlgoliaCatalog, AlgoliaIndex, transporter
from tests.contract.shops import LIKENESS, PRODUCTS, Shop
from tests.live.recording import Recording
from tools.live.scratch import Budget, CountedConnection, made

NEEDED = ("LIVE_ALGOLIA_APP_ID", "LIVE_ALGOLIA_API_KEY")
HOSTS, RECORD = "LIVE_ALGOLIA_HOSTS", "LIVE_RECORD"


class Patient(CountedConnection):
    """A connection that writes, and waits until it is written: a test looks at once."""

    def write(self, action: str, *records: Mapping[str, Any]) -> int:
        task = super().write(action, *records)
        self.apply(task)
        return task

    def change_settings(self, changes: Mapping[str, Any]) -> int:
        task = super().change_settings(changes)
        self.apply(task)
        return task


def missing(env: Mapping[str, str] = os.environ) -> list[str]:
    return [name for name in NEEDED if not env.get(name)]


@contextmanager
def live_shop(env: Mapping[str, str] = os.environ) -> Iterator[Shop]:
    app, key = (env[name] for name in NEEDED)
    hosts = tuple(filter(None, env.get(HOSTS, "").split(",")))
    to = transporter(AlgoliaIndex(app, key, "any", hosts))
    if env.get(RECORD):
        to = Recording(to, Path(env[RECORD]))
    with made(Patient(to, "any", Budget(10_000))) as index:
        index.change_settings({"attributesForFaceting": list(LIKENESS.facets)})
        index.write("addObject", *PRODUCTS)
        catalog = AlgoliaCatalog(index)

        def record(product: str) -> Mapping[str, Any]:
            [found] = index.records([product])
            if found is None:
                raise KeyError(product)
            return found

        yield Shop(
            catalog,
            catalog,
            record,
            hide=lambda attributes: index.change_settings({"unretrievableAttributes": list(attributes)}),
            limit=lambda reachable: index.change_settings({"paginationLimitedTo": reachable}),
            add=lambda product, record: index.write("addObject", {"objectID": product, **record}),
        )
