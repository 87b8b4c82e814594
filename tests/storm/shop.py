"""The shop: plays its plan against the running stack and remembers what it did when."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import requests
from google.cloud.storage import Bucket

from devstack import storage
from devstack.endpoints import Endpoints
from devstack.topology import PICTURES, topic_path
from tests.noncurrent import delete_noncurrent
from tests.storm.plan import Plan, Step
from tests.storm.records import SECRET, Records

_PAGE = 1_000
_TIMEOUT = 10.0


@dataclass(frozen=True, slots=True)
class Done:
    """A step with the microseconds since the epoch before which it cannot have happened."""

    step: Step
    since_us: int

    def __str__(self) -> str:
        return f"{self.since_us} {self.step.kind} {self.step.name} {self.step.content}".rstrip()


@dataclass(frozen=True, slots=True)
class LiveObject:
    """An object of the bucket as it is at the end."""

    name: str
    generation: int
    content: str


@dataclass(frozen=True)
class Shop:
    """Hands on the bucket and the index; `done` grows from several threads.

    `generations` are those of each name that were not deleted for good, in order.
    """

    plan: Plan
    endpoints: Endpoints
    records: Records
    done: list[Done] = field(default_factory=list)
    generations: dict[str, list[int]] = field(default_factory=dict)

    def open(self) -> None:
        facets = {"attributesForFaceting": [self.records.names.label_facet]}
        settings = {**facets, "unretrievableAttributes": [SECRET]}
        self._algolia(f"/1/indexes/{self.endpoints.index}/settings", settings, method="PUT")
        self.make_anew(sorted(self.plan.at_first))

    def play(self, number: int, seconds: float) -> None:
        """Take the steps of one client, each at its moment of so many seconds from now."""
        started = time.monotonic()
        with storage.client(self.endpoints.storage_url, self.endpoints.project) as client:
            bucket = client.bucket(self.endpoints.bucket)
            for step in self.plan.clients[number]:
                time.sleep(max(0.0, started + step.moment * seconds - time.monotonic()))
                self.done.append(Done(step, time.time_ns() // 1_000))
                self._take(step, bucket)

    def _take(self, step: Step, bucket: Bucket) -> None:
        generations = self.generations.setdefault(step.name, [])
        if step.kind == "record":
            self.make_anew([step.product])
        elif step.kind == "old version":
            self._purge(bucket, step.name, generations.pop(0))
        elif step.content:
            blob, content = bucket.blob(step.name), self.plan.contents.known[step.content]
            blob.upload_from_string(content, content_type="image/jpeg")
            generations.append(int(blob.generation))
        else:
            bucket.blob(step.name).delete()

    def _purge(self, bucket: Bucket, name: str, generation: int) -> None:
        host, topic = self.endpoints.pubsub_host, topic_path(self.endpoints.project, PICTURES)
        delete_noncurrent(bucket, name, generation, pubsub_host=host, topic=topic)

    def waiting(self) -> bool:
        """Whether any product waits for its record."""
        with storage.client(self.endpoints.storage_url, self.endpoints.project) as client:
            return any(client.list_blobs(self.endpoints.label_bucket, prefix="waiting/", max_results=1))

    def bucket(self) -> list[LiveObject]:
        """Everything in the picture bucket."""
        with storage.client(self.endpoints.storage_url, self.endpoints.project) as client:
            blobs = client.list_blobs(self.endpoints.bucket)
            return [LiveObject(blob.name, int(blob.generation), blob.md5_hash) for blob in blobs]

    def index(self) -> dict[str, dict[str, Any]]:
        """All records of the index, by product."""
        return {record["objectID"]: record for record in self._browsed()}

    def _browsed(self) -> Iterator[dict[str, Any]]:
        request: dict[str, Any] = {"hitsPerPage": _PAGE}
        while True:
            page = self._algolia(f"/1/indexes/{self.endpoints.index}/browse", request).json()
            yield from page["hits"]
            if "cursor" not in page:
                return
            request = {"cursor": page["cursor"]}

    def make_anew(self, products: Iterable[str]) -> None:
        """Write the records of products as the shop makes them, without what is ours."""
        self.write(map(self.records.of, products))

    def write(self, records: Iterable[Mapping[str, Any]]) -> None:
        """Write whole records, by the batch over several indices, a path that no fault concerns."""
        add = {"action": "addObject", "indexName": self.endpoints.index}
        self._algolia("/1/indexes/*/batch", {"requests": [{**add, "body": record} for record in records]})

    def _algolia(self, path: str, body: object, method: str = "POST") -> requests.Response:
        names = self.endpoints
        headers = {"X-Algolia-Application-Id": names.app_id, "X-Algolia-API-Key": names.keys.admin}
        url = names.algolia_url + path
        answer = requests.request(method, url, headers=headers, json=body, timeout=_TIMEOUT)
        answer.raise_for_status()
        return answer
