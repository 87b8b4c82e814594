"""The services behind the functions: slowed down as they are in reality, filled, and asked directly."""

from __future__ import annotations

import math
import random
import statistics
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Self
from urllib.parse import urlsplit

import grpc
from algoliasearch.http.hosts import Host, HostsCollection
from algoliasearch.search.client import SearchClientSync
from algoliasearch.search.config import SearchConfig
from google.cloud.vision_v1 import Image, ImageAnnotatorClient
from google.cloud.vision_v1.services.image_annotator.transports import ImageAnnotatorGrpcTransport

from devstack.endpoints import Endpoints, encoder_variables, likeness
from devstack.recognizers import NAMES
from devstack.serving import Fault
from devstack.stack import LocalStack, Part, StackOptions
from shared.catalog.index_settings import missing_settings
from shared.labeling import MAX_DIMENSIONS, unit_vector
from shared.model import Appearance, Vector

ENCODED = "encoded"
LABELS_ALONE = {"attributesForFaceting": ["labels.description"]}
"""The settings of an index without encodings."""


def encoded_index(names: Endpoints) -> dict[str, str]:
    """The variables of a function with the default encoder, on the index whose records hold what it sees."""
    index = {"ALGOLIA_INDEX": ENCODED, "ALGOLIA_API_KEY": names.keys.admin}
    return {**encoder_variables(), **index}


def with_encodings(records: Iterable[Mapping[str, Any]]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The settings of such an index, and the records with words and codes of made-up pictures."""
    ways = likeness(encoder_variables())
    chance = random.Random(2)  # noqa: S311 - repeatable data, no secret
    looks = [{**ways.attributes(Appearance(vector=_vector(chance))), **record} for record in records]
    return missing_settings({}, ways.facets, unread=ways.unread), looks


def _vector(chance: random.Random) -> Vector:
    """A direction in which the first coordinates tell most, as an encoder's do."""
    return unit_vector([chance.gauss(0, 1 / math.sqrt(1 + place)) for place in range(MAX_DIMENSIONS)])


RECOGNIZER_MS = 250
ALGOLIA_MS = 15
RECORDS = 100
LABELS_PER_RECORD = 8

_PARTS: frozenset[Part] = frozenset({"algolia", "recognizer"})
_ALWAYS = 1_000_000_000
_TIMEOUT = 5.0


@contextmanager
def slow_stack(recognizer_ms: int = RECOGNIZER_MS, algolia_ms: int = ALGOLIA_MS) -> Iterator[LocalStack]:
    """Vision, whose answers take so long, and Algolia with some records, which takes so much longer."""
    options = StackOptions(parts=_PARTS, model=None, answer_ms=recognizer_ms)
    with LocalStack(options) as stack:
        _fill(stack.endpoints)
        stack.set_faults("algolia", Fault(latency_ms=algolia_ms, times=_ALWAYS))
        yield stack


class Upstreams:
    """Both services, asked in turn by their official clients and nothing else."""

    def __init__(self, vision: ImageAnnotatorClient, algolia: SearchClientSync, index: str) -> None:
        self._vision = vision
        self._algolia = algolia
        self._index = index

    @classmethod
    @contextmanager
    def connected(cls, names: Endpoints) -> Iterator[Self]:
        """Connect for as long as the block lasts."""
        options = [("grpc.enable_http_proxy", 0)]
        with (
            grpc.insecure_channel(names.recognizer_hosts[0], options) as channel,
            _client(names, names.keys.search) as algolia,
        ):
            vision = ImageAnnotatorClient(transport=ImageAnnotatorGrpcTransport(channel=channel))
            yield cls(vision, algolia, names.index)

    def seconds(self, photo: bytes) -> float:
        """Return the time that both take together, the parsing of Algolia's answer left out."""
        started = time.perf_counter()
        seen = self._vision.label_detection(image=Image(content=photo), timeout=_TIMEOUT)
        filters = [f"labels.description:{label.description}" for label in seen.label_annotations]
        self._algolia.search_single_index_with_http_info(self._index, {"optionalFilters": filters})
        return time.perf_counter() - started

    def typical_seconds(self, photo: bytes, times: int = 20) -> float:
        """Return the median of some calls after the first, which connects."""
        return statistics.median([self.seconds(photo) for _ in range(1 + times)][1:])


def _client(names: Endpoints, key: str) -> SearchClientSync:
    address = urlsplit(names.algolia_url)
    config = SearchConfig(names.app_id, key)
    config.hosts = HostsCollection([Host(address.hostname or "", scheme=address.scheme, port=address.port)])
    return SearchClientSync.create_with_config(config)


def _fill(names: Endpoints) -> None:
    fill(names, names.index, LABELS_ALONE, _records())
    fill(names, ENCODED, *with_encodings(_records()))


def fill(names: Endpoints, index: str, settings: dict[str, Any], records: list[dict[str, Any]]) -> None:
    """Set up an index, and wait until it holds the records."""
    with _client(names, names.keys.admin) as client:
        client.set_settings(index, settings)
        client.save_objects(index, records, wait_for_tasks=True)


def _records() -> list[dict[str, Any]]:
    """Products with the labels that the recognizer gives to pictures."""
    chance = random.Random(1)  # noqa: S311 - repeatable data, no secret
    return [
        {
            "objectID": f"{number}",
            "name": f"product {number}",
            "labels": [
                {"description": name, "score": round(chance.uniform(0.5, 1.0), 3)}
                for name in chance.sample(NAMES, LABELS_PER_RECORD)
            ],
        }
        for number in range(RECORDS)
    ]
