"""Speed and consumption of the enrich function: `python -m devstack.bench.enriching`.

Speed: pictures per second through one instance, the real functions framework, while the recognizer takes
250 ms a picture. No more than `threads / 0.25 s` can be had; the share of it that is reached says what all
the rest costs. The best round counts, because whatever else the machine does only makes a round slower.
Appetite: what 1,000 uploads make the function ask of the recognizer, and the bytes it moves, as counted on
the wire.
"""

from __future__ import annotations

import statistics
import sys
import time
import uuid
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from operator import sub

import requests

from devstack import storage
from devstack.bench._tap import Tap
from devstack.bench.labeling import made_up_photo
from devstack.delivery import wire
from devstack.endpoints import Endpoints
from devstack.stack import LocalStack, Part, StackOptions

PARALLEL = 4
_TIMEOUT = 30.0


class Uploads:
    """Puts pictures into the bucket of a running stack."""

    def __init__(self, endpoints: Endpoints) -> None:
        self._endpoints = endpoints

    def add_records(self, products: Iterable[str]) -> None:
        """Let the index know these products; raises `requests.HTTPError`."""
        names = self._endpoints
        batch = [{"action": "addObject", "body": {"objectID": product}} for product in products]
        answer = requests.post(
            f"{names.algolia_url}/1/indexes/{names.index}/batch",
            json={"requests": batch},
            headers={"X-Algolia-Application-Id": names.app_id, "X-Algolia-API-Key": names.keys.admin},
            timeout=_TIMEOUT,
        )
        answer.raise_for_status()

    def put(self, pictures: Sequence[tuple[str, bytes]]) -> None:
        """Upload name and content of each; raises what Google's client raises."""
        with storage.client(self._endpoints.storage_url, self._endpoints.project) as client:
            bucket = client.bucket(self._endpoints.bucket)
            for name, content in pictures:
                bucket.blob(name).upload_from_string(content, content_type="image/jpeg")

    def announce(self, names: Sequence[str], parallel: int) -> None:
        """POST to the function what a push subscription would, `parallel` at a time.

        Raises `requests.HTTPError` for an event that was not accepted.
        """
        with ThreadPoolExecutor(parallel) as pool, requests.Session() as session:
            session.mount("http://", requests.adapters.HTTPAdapter(pool_maxsize=parallel))
            for _ in pool.map(lambda name: self._push(session, name), names):
                pass

    def _push(self, session: requests.Session, name: str) -> None:
        now = datetime.now(UTC)
        told = {
            "eventType": "OBJECT_FINALIZE",
            "bucketId": self._endpoints.bucket,
            "objectId": name,
            "eventTime": now.isoformat(),
        }
        request = wire.push(wire.Envelope("bench", uuid.uuid4().hex, now, attributes=told))
        answer = session.post(
            self._endpoints.enrich_url, data=request.body, headers=dict(request.headers), timeout=_TIMEOUT
        )
        answer.raise_for_status()


LATENCY = 0.25
"""Seconds the recognizer takes."""

CONCURRENCY = (1, 4, 8)
DEFAULT_CONCURRENCY = 4
TARGET = 0.85
"""The least share of the ideal at `DEFAULT_CONCURRENCY` threads."""

ROUNDS, PICTURES = 4, 15
"""Rounds at each concurrency, and the pictures that each thread gets to handle in one."""

SAMPLE = 100
"""Uploads that are measured of each kind, and scaled to 1,000."""

_PARTS: frozenset[Part] = frozenset({"pubsub", "storage", "algolia", "recognizer", "enrich"})
_PATIENCE = 60.0


def photos(count: int) -> list[bytes]:
    """JPEG files of about 36 kB, all different: decoders ignore what follows the picture."""
    drawn = [made_up_photo(seed) for seed in range(10)]
    return [drawn[number % len(drawn)] + number.to_bytes(4) for number in range(count)]


def pictures_per_second(threads: int) -> list[float]:
    """Send the events of new pictures, one picture a product, to an instance that takes `threads` at once.

    Returns the speed of each round, after one that is not counted.
    """
    count = threads * PICTURES
    products = [f"{number}" for number in range(count * (ROUNDS + 1))]
    names = [f"products/{product}.jpg" for product in products]
    answer_ms = round(1_000 * LATENCY)
    options = StackOptions(parts=_PARTS, model=None, answer_ms=answer_ms, threads=threads)
    with LocalStack(options) as stack:
        uploads = Uploads(stack.endpoints)
        uploads.add_records(products)
        uploads.put(list(zip(names, photos(len(names)), strict=True)))
        times = [
            timed(partial(uploads.announce, names[start : start + count], threads))
            for start in range(0, len(names), count)
        ]
    return [count / seconds for seconds in times[1:]]


def timed(work: Callable[[], None]) -> float:
    """Return the seconds that some work takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


@dataclass(frozen=True, slots=True)
class Cost:
    """The cost of some uploads: recognizer calls and pictures, bytes by direction, bytes of the pictures."""

    calls: int
    pictures: int
    downloaded: int
    sent: int
    uploaded: int

    def per_thousand(self, uploads: int) -> str:
        """Columns of the table: counts and megabytes."""
        scale = 1_000 / uploads
        megabytes = (self.uploaded, self.downloaded, self.sent)
        return f"{self.calls * scale:9.0f}{self.pictures * scale:9.0f}" + "".join(
            f"{each * scale / 1e6:12.2f}" for each in megabytes
        )


class Meter:
    """Measures what uploads cost a running stack whose function goes through two taps."""

    def __init__(self, stack: LocalStack, storage: Tap, vision: Tap) -> None:
        self._stack = stack
        self._storage = storage
        self._vision = vision
        self._uploads = Uploads(stack.endpoints)

    def cost(self, pictures: Sequence[tuple[str, bytes]], events: int) -> Cost:
        """Upload, and wait until that many notifications were handled; raises TimeoutError."""
        before = self._reading()
        wanted = self._stack.bridge.counts.acknowledged + events
        self._uploads.put(pictures)
        if not self._stack.bridge.wait(lambda counts: counts.acknowledged >= wanted, _PATIENCE):
            raise TimeoutError(f"the uploads were not handled within {_PATIENCE:g} s")
        calls, asked, downloaded, sent = map(sub, self._reading(), before)
        return Cost(calls, asked, downloaded, sent, sum(len(content) for _, content in pictures))

    def _reading(self) -> tuple[int, int, int, int]:
        url = f"{self._stack.endpoints.recognizer_url}/_devstack/calls"
        calls = requests.get(url, timeout=_PATIENCE).json()
        return calls["calls"], calls["pictures"], self._storage.received, self._vision.sent


def costs() -> dict[str, Cost]:
    """Upload new pictures, the same bytes twice more in different ways, and other bytes over them."""
    products = [f"{number}" for number in range(2 * SAMPLE)]
    contents = photos(2 * SAMPLE)
    first = [(f"products/{number}/a.jpg", contents[number]) for number in range(SAMPLE)]
    copied = [(f"products/{SAMPLE + number}/a.jpg", contents[number]) for number in range(SAMPLE)]
    replaced = [(name, contents[SAMPLE + number]) for number, (name, _) in enumerate(first)]
    addresses: list[Callable[[], str]] = [
        lambda: stack.endpoints.storage_url.removeprefix("http://"),
        lambda: stack.endpoints.recognizer_hosts[0],
    ]
    with Tap.on(addresses[0]) as storage, Tap.on(addresses[1]) as vision:
        tapped = {
            "STORAGE_EMULATOR_HOST": f"http://{storage.host}",
            "VISION_ENDPOINT": f"grpc://{vision.host}",
        }
        options = StackOptions(
            parts=_PARTS | {"bridge"}, model=None, threads=PARALLEL, env={"enrich": tapped}
        )
        with LocalStack(options) as stack:
            Uploads(stack.endpoints).add_records(products)
            meter = Meter(stack, storage, vision)
            # Storage tells of an overwrite twice: the new generation, and the end of the old one.
            return {
                "new": meter.cost(first, SAMPLE),
                "same bytes, another name": meter.cost(copied, SAMPLE),
                "same bytes, same name": meter.cost(first, 2 * SAMPLE),
                "other bytes, same name": meter.cost(replaced, 2 * SAMPLE),
            }


def share_of_ideal(threads: int) -> float:
    """Measure, print, and return what the best round reached of the ideal."""
    speeds, ideal = pictures_per_second(threads), threads / LATENCY
    best, middle = max(speeds) / ideal, statistics.median(speeds) / ideal
    sys.stdout.write(
        f"  {threads} threads{max(speeds):8.2f} pictures/s of{ideal:5.0f}: {best:.2f}, median {middle:.2f}\n"
    )
    return best


def main() -> int:
    """Measure and print; 1 when the target is missed."""
    sys.stdout.write(f"one enrich instance, a recognizer that takes {1_000 * LATENCY:.0f} ms\n")
    shares = {threads: share_of_ideal(threads) for threads in CONCURRENCY}
    sys.stdout.write(f"per 1,000 uploads{'calls':>18}{'pictures':>9}")
    sys.stdout.write(f"{'MB uploaded':>12}{'downloaded':>12}{'sent':>12}\n")
    for kind, cost in costs().items():
        sys.stdout.write(f"  {kind:<24}{cost.per_thousand(SAMPLE)}\n")
    reached = shares[DEFAULT_CONCURRENCY]
    verdict = "met" if reached >= TARGET else "MISSED"
    sys.stdout.write(f"target {TARGET:.2f} of the ideal at {DEFAULT_CONCURRENCY} threads: {verdict}\n")
    return 0 if reached >= TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
