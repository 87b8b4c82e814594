"""Time and peak memory of `pictures backfill`, planning and publishing, over buckets of two sizes.

Run `python -m devstack.bench.backfill`; it ends with 1 when the larger bucket takes more memory than allowed,
or when a message is missing. The buckets are a stand-in's: filling the local stack's Storage with so many
objects would take minutes, and only the listing is wanted.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from devstack import recipes, topology
from devstack.bench.search import footprint
from devstack.endpoints import Endpoints
from devstack.environment import REPOSITORY, child_environment
from devstack.processes import LOOPBACK, Processes
from devstack.pubsub import emulator
from devstack.serving import serving
from shared.model import md5
from shared.settings import EnrichSettings
from shared.wiring import chosen_recognizer

PAGE = 1_000
"""Objects on one page, as Cloud Storage's own default."""

PER_PRODUCT = 4
_GENERATION = 1_700_000_000_000_000
_SIZE = 250_000


@dataclass(frozen=True, slots=True)
class Buckets:
    """A bucket of so many `pictures`, and one, `labels`, with what `recognizer_id` said about every other."""

    pictures: int
    recognizer_id: str

    def application(self) -> Starlette:
        """Serve both."""
        return Starlette(routes=[Route("/storage/v1/b/{bucket}/o", self._list)])

    def _list(self, request: Request) -> JSONResponse:
        labels = request.path_params["bucket"] == "labels"
        count = self.pictures // 2 if labels else self.pictures
        start = int(request.query_params.get("pageToken", "0"))
        end = min(start + PAGE, count)
        items = [self._label(number) if labels else _picture(number) for number in range(start, end)]
        return JSONResponse({"items": items} | ({"nextPageToken": str(end)} if end < count else {}))

    def _label(self, number: int) -> Mapping[str, Any]:
        name = md5(b"%d" % (2 * number)).replace("/", "_").replace("+", "-")
        return {"name": f"{self.recognizer_id}/{name}.json"}


def _picture(number: int) -> Mapping[str, Any]:
    return {
        "name": f"products/{number // PER_PRODUCT:08}/{number % PER_PRODUCT}.jpg",
        "generation": str(_GENERATION + number),
        "md5Hash": md5(b"%d" % number),
        "size": str(_SIZE),
        "contentType": "image/jpeg",
    }


SIZES = (10_000, 100_000)
ALLOWED_GROWTH = 1.10
TIMEOUT = 120.0


@dataclass(frozen=True, slots=True)
class Measured:
    """One run: seconds of the clock and of the processor, bytes at the peak, messages that arrived."""

    seconds: float
    cpu: float
    peak: int
    messages: int


@contextmanager
def services() -> Iterator[Endpoints]:
    """A Pub/Sub stand-in with the stack's topics, and an index of no records, while the block lasts."""
    with TemporaryDirectory(prefix="bench-") as folder:
        processes = Processes(Path(folder))
        try:
            events, catalog = processes.start(emulator.command, lambda: recipes.algolia(Endpoints()))
            names = Endpoints(
                pubsub_host=f"{LOOPBACK}:{events.ports[0]}",
                algolia_url=f"http://{LOOPBACK}:{catalog.ports[0]}",
                recognizer_hosts=(f"{LOOPBACK}:1",),
            )
            topology.create_topics(names.pubsub_host, names.project, topology.Redelivery())
            topology.create_index(names.algolia_url, names.app_id, names.keys.admin, names.index)
            yield names
        finally:
            processes.end()


def run(objects: int, options: list[str], names: Endpoints) -> Measured:
    """Backfill a bucket of so many objects; raises RuntimeError when the command fails."""
    recognizer_id = chosen_recognizer(EnrichSettings.from_env(names.operator_env())).recognizer_id
    with serving(Buckets(objects, recognizer_id).application()) as port:
        env = {**names.operator_env(), "STORAGE_EMULATOR_HOST": f"http://{LOOPBACK}:{port}"}
        measured = _measured(["pictures", "backfill", *options], env)
    return Measured(measured["seconds"], measured["cpu"], int(measured["peak"]), _taken(names))


def _measured(words: list[str], env: Mapping[str, str]) -> dict[str, float]:
    command = [sys.executable, footprint.__file__, sys.executable, "-m", "tools", *words]
    done = subprocess.run(  # noqa: S603 - the bench's own command, no shell
        command,
        env=child_environment(env),
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{words} ended with {done.returncode}: {done.stderr}")
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _taken(names: Endpoints) -> int:
    """Take every message that was published, and count them."""
    count = 0
    subscription = topology.subscription_path(names.project, topology.PICTURES)
    with emulator.subscriber(names.pubsub_host) as subscriber:
        while True:
            pulled = subscriber.pull(subscription=subscription, max_messages=1_000, timeout=10)
            ids = [received.ack_id for received in pulled.received_messages]
            if not ids:
                return count
            subscriber.acknowledge(subscription=subscription, ack_ids=ids)
            count += len(ids)


def report(name: str, objects: int, measured: Measured) -> None:
    """Print one line."""
    print(  # noqa: T201 - the report is what this program is for
        f"{name:<24} {objects:>7,} objects {measured.seconds:6.2f} s {measured.cpu:6.2f} s of processor"
        f" {objects / measured.seconds:>9,.0f} objects/s  peak {measured.peak / 1e6:6.1f} MB"
        f" {measured.messages:>7,} messages"
    )


def compare(name: str, options: list[str], names: Endpoints, *, publishing: bool) -> bool:
    """Measure one way to backfill for every size; returns whether memory stayed and no message is missing."""
    runs = {objects: run(objects, options, names) for objects in SIZES}
    for objects, measured in runs.items():
        report(name, objects, measured)
    complete = all(
        measured.messages == (objects // PER_PRODUCT if publishing else 0)
        for objects, measured in runs.items()
    )
    growth = runs[SIZES[-1]].peak / runs[SIZES[0]].peak
    met = growth <= ALLOWED_GROWTH and complete
    print(  # noqa: T201 - as above
        f"{name:<24} peak x{growth:.3f} for x{SIZES[-1] // SIZES[0]} objects, allowed x{ALLOWED_GROWTH:.2f},"
        f" messages {'complete' if complete else 'MISSING'}: {'met' if met else 'MISSED'}"
    )
    return met


def main() -> int:
    """Measure planning and publishing; 1 when memory grows or a message is missing."""
    with services() as names:
        met = [
            compare("backfill --dry-run", ["--dry-run"], names, publishing=False),
            compare("backfill --yes", ["--yes", "--force"], names, publishing=True),
        ]
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
