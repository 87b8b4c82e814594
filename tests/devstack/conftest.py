from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from devstack.processes import Processes
from devstack.pubsub import emulator
from tests.devstack.hub import Hub, Line, pubsub, receiving

Hubs = Callable[[], Hub]


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[Processes]:
    started = Processes(tmp_path, patience=10)
    yield started
    started.end()


@pytest.fixture(scope="session")
def stand_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hubs]:
    with pubsub("stand-in", tmp_path_factory.mktemp("pubsub")) as hubs:
        yield hubs


@pytest.fixture(scope="session")
def emulated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hubs]:
    if emulator.find_jar() is None:
        pytest.skip("no Java or no Pub/Sub emulator: gcloud components install pubsub-emulator")
    with pubsub("emulator", tmp_path_factory.mktemp("pubsub")) as hubs:
        yield hubs


@pytest.fixture(params=["emulated", "stand_in"])
def hub(request: pytest.FixtureRequest) -> Hub:
    """At each Pub/Sub there is; all tests that ask for it run on both."""
    hubs: Hubs = request.getfixturevalue(request.param)
    return hubs()


@pytest.fixture
def quick_hub(stand_in: Hubs) -> Hub:
    """The contract suite shows that both behave alike; the quick one will do for the rest."""
    return stand_in()


@pytest.fixture
def line(quick_hub: Hub) -> Iterator[Line]:
    with receiving() as function:
        yield Line(quick_hub, function)
