from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from google.cloud import pubsub_v1

from devstack.delivery.bridge import Bridge, BridgeOptions
from devstack.processes import LOOPBACK, Processes
from devstack.pubsub import emulator
from tests.devstack.receiving import Function, Publish, receiving


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[Processes]:
    started = Processes(tmp_path, patience=10)
    yield started
    started.end()


@pytest.fixture(scope="session", params=["emulator", "stand-in"])
def pubsub_host(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run each Pub/Sub there is; all tests that ask for it run on both."""
    if request.param == "emulator" and emulator.find_jar() is None:
        pytest.skip("no Java or no Pub/Sub emulator: gcloud components install pubsub-emulator")
    with pubsub(request.param, tmp_path_factory.mktemp("pubsub")) as host:
        yield host


@pytest.fixture(scope="session")
def stand_in_host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with pubsub("stand-in", tmp_path_factory.mktemp("pubsub")) as host:
        yield host


@contextmanager
def pubsub(kind: emulator.Kind, run_dir: Path) -> Iterator[str]:
    processes = Processes(run_dir)
    try:
        (command,) = processes.start(lambda: emulator.command(kind))
        yield f"{LOOPBACK}:{command.ports[0]}"
    finally:
        processes.end()


@pytest.fixture
def publisher(pubsub_host: str) -> Iterator[pubsub_v1.PublisherClient]:
    client = emulator.publisher(pubsub_host)
    yield client
    client.stop()
    client.transport.close()


@pytest.fixture
def subscriber(pubsub_host: str) -> Iterator[pubsub_v1.SubscriberClient]:
    with emulator.subscriber(pubsub_host) as client:
        yield client


_numbers = itertools.count(1)


@pytest.fixture
def project() -> str:
    """A project of the test's own, because the servers live for the whole run."""
    return f"projects/project-{next(_numbers)}"


@pytest.fixture
def topic(project: str, publisher: pubsub_v1.PublisherClient) -> str:
    name = f"{project}/topics/pictures"
    publisher.create_topic(name=name)
    return name


@pytest.fixture
def subscribe(project: str, topic: str, subscriber: pubsub_v1.SubscriberClient) -> Callable[..., str]:
    """Create a subscription of the topic (or of `topic=`) with any further settings."""

    def create(name: str = "pictures", **settings: object) -> str:
        full = f"{project}/subscriptions/{name}"
        subscriber.create_subscription(request={"name": full, "topic": topic, **settings})
        return full

    return create


@pytest.fixture
def function() -> Iterator[Function]:
    with receiving() as server:
        yield server


@pytest.fixture
def bridge(pubsub_host: str, subscribe: Callable[..., str], function: Function) -> Callable[..., Bridge]:
    def make(subscription: str | None = None, **options: Any) -> Bridge:  # noqa: ANN401 - fields of BridgeOptions
        return Bridge(pubsub_host, subscription or subscribe(), function.url, BridgeOptions(**options))

    return make


@pytest.fixture
def publish(topic: str, publisher: pubsub_v1.PublisherClient) -> Publish:
    def send(data: bytes, **attributes: str) -> str:
        return str(publisher.publish(topic, data, **attributes).result(timeout=10))

    return send


@pytest.fixture
def dead_lettered(
    project: str, publisher: pubsub_v1.PublisherClient, subscribe: Callable[..., str]
) -> tuple[str, str]:
    """A subscription with a dead-letter policy, and the one that gets the dead letters."""
    dead = f"{project}/topics/dead-letter"
    publisher.create_topic(name=dead)
    backoff = {name: timedelta(milliseconds=10) for name in ("minimum_backoff", "maximum_backoff")}
    policy = {"dead_letter_topic": dead, "max_delivery_attempts": 5}
    return subscribe(retry_policy=backoff, dead_letter_policy=policy), subscribe("letters", topic=dead)
