"""Engines for tests: pure ones on a clock of the test's own, and a server in a thread."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest

from devstack.algolia.engine import EngineConfig
from devstack.algolia.keys import KeyRing
from devstack.algolia.server import RunningEngine, running
from devstack.algolia.switches import Switches
from tests.engine.caller import Caller
from tests.engine.keys import APP_ID, KEYS
from tests.engine.shop import Clock, Shop


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def new_shop(clock: Clock) -> Callable[[EngineConfig], Shop]:
    return lambda config: Shop(clock, config)


@pytest.fixture
def shop(clock: Clock) -> Shop:
    return Shop(clock, EngineConfig())


@pytest.fixture(scope="session")
def shared_server() -> Iterator[RunningEngine]:
    with running(KeyRing.from_json(APP_ID, json.dumps(KEYS)), EngineConfig(max_record_bytes=2_000)) as engine:
        yield engine


@pytest.fixture
def server(shared_server: RunningEngine) -> RunningEngine:
    """The one server, as empty as a new one."""
    shared_server.services.engine.load({"lastTask": 0, "indices": {}})
    shared_server.services.engine.switches = Switches()
    shared_server.services.faults.set([])
    shared_server.services.events.clear()
    return shared_server


@pytest.fixture
def admin(server: RunningEngine) -> Caller:
    return Caller(server, "admin-key")


@pytest.fixture
def filled(server: RunningEngine, admin: Caller) -> RunningEngine:
    for index in ("shop_products", "other"):
        admin("PUT", f"/1/indexes/{index}/1", {"name": "bag"}).raise_for_status()
    return server
