from __future__ import annotations

from collections.abc import Iterator

import pytest
from google.cloud.pubsub_v1 import PublisherClient

from devstack import storage
from devstack.processes import LOOPBACK, Processes
from devstack.pubsub import emulator
from tests.contract.shops import Shop, in_algolia, in_memory

PROJECT = "contract"
EVENTS = f"projects/{PROJECT}/topics/pictures"


@pytest.fixture(scope="session")
def processes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processes]:
    running = Processes(tmp_path_factory.mktemp("servers"))
    yield running
    running.end()


@pytest.fixture(scope="session")
def pubsub_host(processes: Processes) -> str:
    (command,) = processes.start(lambda: emulator.command("stand-in"))
    return f"{LOOPBACK}:{command.ports[0]}"


@pytest.fixture(scope="session")
def publisher(pubsub_host: str) -> Iterator[PublisherClient]:
    client = emulator.publisher(pubsub_host)
    yield client
    client.stop()
    client.transport.close()


@pytest.fixture(scope="session")
def storage_url(processes: Processes, pubsub_host: str, publisher: PublisherClient) -> str:
    publisher.create_topic(name=EVENTS)
    (command,) = processes.start(
        lambda: storage.command(PROJECT, "pictures", pubsub_host=pubsub_host, topic="pictures")
    )
    return f"http://{LOOPBACK}:{command.ports[0]}"


@pytest.fixture(params=[in_memory, in_algolia], ids=["in-memory", "algolia"])
def shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    with request.param() as shop:
        yield shop
