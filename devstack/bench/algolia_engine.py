"""Speed of the local Algolia engine on scored optionalFilters, beside a plain-Python baseline.

Run `python -m devstack.bench.algolia_engine`; it ends with 1 when a median misses its target.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import accumulate

from algoliasearch.http.hosts import Host, HostsCollection
from algoliasearch.search.client import SearchClientSync
from algoliasearch.search.config import SearchConfig

from devstack.algolia.documents import JsonObject
from devstack.algolia.engine import Engine, EngineConfig
from devstack.algolia.keys import KeyRing
from devstack.algolia.server import new_engine, running
from devstack.processes import LOOPBACK

SEED = 20_240_601
QUERIES = 40
FILTERS = 30
LABELS_PER_RECORD = 12
VOCABULARY = [f"label {number}" for number in range(2_000)]
ZIPF_WEIGHTS = list(accumulate(1 / rank for rank in range(1, len(VOCABULARY) + 1)))
TARGET_MS = {10_000: 10.0, 50_000: 60.0}
INDEX = "products"
SETTINGS: JsonObject = {
    "attributesForFaceting": ["labels.description"],
    "customRanking": ["desc(popularity)"],
}

Weighted = Sequence[tuple[str, int]]


def zipf_labels(generator: random.Random, count: int) -> list[str]:
    """Return `count` different labels, the n-th of the vocabulary drawn with a weight of 1/n."""
    drawn = generator.choices(VOCABULARY, cum_weights=ZIPF_WEIGHTS, k=count * 8)
    return list(dict.fromkeys(drawn))[:count]


def make_records(generator: random.Random, count: int) -> list[JsonObject]:
    """Return `count` records with labels and a popularity."""
    return [
        {
            "objectID": str(number),
            "name": f"product {number}",
            "popularity": generator.randrange(1_000),
            "labels": [
                {"description": label, "score": round(generator.random(), 3)}
                for label in zipf_labels(generator, LABELS_PER_RECORD)
            ],
        }
        for number in range(count)
    ]


def make_queries(generator: random.Random) -> list[Weighted]:
    """Return queries of weighted labels."""
    return [
        [(label, generator.randint(1, 1_000)) for label in zipf_labels(generator, FILTERS)]
        for _ in range(QUERIES)
    ]


def as_parameters(query: Weighted) -> JsonObject:
    """Return the search parameters of a query."""
    filters = [f"labels.description:{label}<score={score}>" for label, score in query]
    return {"optionalFilters": filters, "hitsPerPage": 20, "attributesToHighlight": []}


class Baseline:
    """The obvious engine: a dict of sets, a dict of scores, and one sort of all records."""

    def __init__(self, records: Sequence[JsonObject]) -> None:
        self._records = records
        self._rows_of: dict[str, set[int]] = defaultdict(set)
        for row, record in enumerate(records):
            for label in record["labels"]:
                self._rows_of[label["description"].lower()].add(row)

    def top(self, query: Weighted) -> list[str]:
        """Return the objectIDs of the 20 best records."""
        points: dict[int, int] = defaultdict(int)
        for label, score in query:
            for row in self._rows_of.get(label, ()):
                points[row] += score
        records = self._records
        order = sorted(range(len(records)), key=lambda row: (-points[row], -records[row]["popularity"], row))
        return [records[row]["objectID"] for row in order[:20]]


def loaded_engine(records: Sequence[JsonObject]) -> Engine:
    """Return an engine that holds the records."""
    engine = new_engine(EngineConfig())
    fill(engine, records)
    return engine


def fill(engine: Engine, records: Sequence[JsonObject]) -> None:
    """Write the settings and records."""
    engine.set_settings(INDEX, SETTINGS)
    engine.batch(INDEX, [{"action": "addObject", "body": record} for record in records])


def engine_top(engine: Engine, query: Weighted) -> list[str]:
    """Return the objectIDs of the engine's first page."""
    return [hit["objectID"] for hit in engine.search(INDEX, as_parameters(query))["hits"]]


@contextmanager
def http_top(records: Sequence[JsonObject]) -> Iterator[Callable[[Weighted], list[str]]]:
    """Give a search through the official client and a server in this process."""
    keys = KeyRing.from_json("bench", '{"key": {"acl": ["admin"]}}')
    with running(keys, EngineConfig()) as server:
        fill(server.services.engine, records)
        config = SearchConfig("bench", "key")
        config.hosts = HostsCollection([Host(LOOPBACK, scheme="http", port=server.port)])
        client = SearchClientSync.create_with_config(config)

        def top(query: Weighted) -> list[str]:
            answer = client.search_single_index(INDEX, as_parameters(query))
            return [hit.object_id for hit in answer.hits]

        yield top


def milliseconds(search: Callable[[Weighted], list[str]], queries: Sequence[Weighted]) -> list[float]:
    """Return the time of each query, after one to warm up."""
    search(queries[0])
    times = []
    for query in queries:
        started = time.perf_counter()
        search(query)
        times.append((time.perf_counter() - started) * 1000)
    return times


def update_milliseconds(engine: Engine, generator: random.Random, count: int) -> list[float]:
    """Return the time of each of some partial updates of labels, with the search that follows it."""
    query = make_queries(generator)[0]
    engine_top(engine, query)
    times = []
    for _ in range(QUERIES):
        body = {
            "objectID": str(generator.randrange(count)),
            "labels": [{"description": "label 1", "score": 1}],
        }
        started = time.perf_counter()
        engine.batch(INDEX, [{"action": "partialUpdateObjectNoCreate", "body": body}])
        engine_top(engine, query)
        times.append((time.perf_counter() - started) * 1000)
    return times


def report(name: str, times: Sequence[float], target: float, baseline: float) -> bool:
    """Print one line and return whether the median is within the target."""
    median, p95 = statistics.median(times), statistics.quantiles(times, n=20)[-1]
    print(  # noqa: T201 - the report is what this program is for
        f"{name:<28} median {median:7.2f} ms  p95 {p95:7.2f} ms  target {target:5.1f} ms "
        f"(x{median / target:.2f} of it)  baseline x{baseline / median:.1f}"
    )
    return median <= target


def measure(count: int) -> bool:
    """Measure an index of `count` records and return whether every target is met."""
    generator = random.Random(SEED)  # noqa: S311 - repeatable data, not secrets
    records, queries = make_records(generator, count), make_queries(generator)
    target = TARGET_MS[count]
    baseline, engine = Baseline(records), loaded_engine(records)
    if any(baseline.top(query) != engine_top(engine, query) for query in queries[:5]):
        raise RuntimeError("the engine and the baseline rank differently: nothing to compare")
    plain = milliseconds(baseline.top, queries)
    reference = statistics.median(plain)
    report(f"{count} records, baseline", plain, target, reference)
    met = [
        report(
            f"{count} records, engine",
            milliseconds(lambda q: engine_top(engine, q), queries),
            target,
            reference,
        ),
        report(
            f"{count} records, update+search",
            update_milliseconds(engine, generator, count),
            target,
            reference,
        ),
    ]
    with http_top(records) as top:
        met.append(report(f"{count} records, over HTTP", milliseconds(top, queries), target, reference))
    return all(met)


def main() -> int:
    """Measure every size; return 0 when all targets are met, else 1."""
    results = [measure(count) for count in TARGET_MS]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
