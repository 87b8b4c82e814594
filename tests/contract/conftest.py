from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import get_args

import pytest
from google.cloud.pubsub_v1 import PublisherClient, SubscriberClient
from google.cloud.storage import Client

from devstack import storage
from devstack.algolia.engine import EngineConfig
from devstack.algolia.limits import TooBig
from devstack.processes import LOOPBACK, Processes
from devstack.pubsub import emulator
from tests.algolia import INDEX, Algolia, local_algolia
from tests.contract.shops import MAX_BYTES, Shop, in_algolia, in_memory

PROJECT = "contract"
_numbers = itertools.count()


def path(kind: str, name: str) -> str:
    """The full name of one of the `topics` or `subscriptions`."""
    return f"projects/{PROJECT}/{kind}/{name}"


@pytest.fixture(scope="session")
def processes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processes]:
    running = Processes(tmp_path_factory.mktemp("servers"))
    yield running
    running.end()


@pytest.fixture(scope="session")
def pubsub_host(processes: Processes) -> str:
    (command,) = processes.start(emulator.command)
    return f"{LOOPBACK}:{command.ports[0]}"


@pytest.fixture(scope="session")
def publisher(pubsub_host: str) -> Iterator[PublisherClient]:
    client = emulator.publisher(pubsub_host)
    yield client
    client.stop()
    client.transport.close()


@pytest.fixture(scope="session")
def subscriber(pubsub_host: str) -> Iterator[SubscriberClient]:
    with emulator.subscriber(pubsub_host) as client:
        yield client


@pytest.fixture(scope="session")
def client(processes: Processes, pubsub_host: str, publisher: PublisherClient) -> Iterator[Client]:
    """Google's client of a Cloud Storage on this machine."""
    publisher.create_topic(name=path("topics", "pictures"))
    (command,) = processes.start(
        lambda: storage.command(PROJECT, "pictures", pubsub_host=pubsub_host, topic="pictures")
    )
    with storage.client(f"http://{LOOPBACK}:{command.ports[0]}", PROJECT) as client:
        yield client


@pytest.fixture
def bucket(client: Client) -> str:
    """The name of an empty bucket."""
    return str(client.create_bucket(f"bucket-{next(_numbers)}").name)


@pytest.fixture
def place(publisher: PublisherClient, subscriber: SubscriberClient) -> str:
    """A topic and a subscription of the test's own, of the same name."""
    name = f"place-{next(_numbers)}"
    topic, subscription = path("topics", name), path("subscriptions", name)
    publisher.create_topic(name=topic)
    subscriber.create_subscription(name=subscription, topic=topic, ack_deadline_seconds=10)
    return name


@pytest.fixture(scope="session")
def engines() -> Iterator[Mapping[TooBig, Algolia]]:
    with ExitStack() as running:
        configs = {kind: EngineConfig(max_record_bytes=MAX_BYTES, too_big=kind) for kind in get_args(TooBig)}
        yield {kind: running.enter_context(local_algolia(config)) for kind, config in configs.items()}


@pytest.fixture
def too_big() -> TooBig:
    return "in-task"


@pytest.fixture
def algolia(engines: Mapping[TooBig, Algolia], too_big: TooBig) -> Algolia:
    """A local Algolia without an index."""
    engines[too_big].engine.services.engine.delete_index(INDEX)
    return engines[too_big]


@pytest.fixture(params=["in-memory", "algolia"])
def shop(request: pytest.FixtureRequest, too_big: TooBig) -> Shop:
    in_memory_ = request.param == "in-memory"
    return in_memory(too_big) if in_memory_ else in_algolia(request.getfixturevalue("algolia"))
