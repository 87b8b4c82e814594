"""Engines for tests: pure ones on a clock of the test's own, and a server in a thread."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from devstack.algolia.engine import EngineConfig
from devstack.algolia.keys import KeyRing
from devstack.algolia.server import RunningEngine, running
from devstack.algolia.switches import Switches
from tests.engine.shop import APP_ID, KEYS, Caller, Clock, NewShop, Shop


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def new_shop(clock: Clock) -> NewShop:
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
def filled(server: RunningEngine) -> RunningEngine:
    for index in ("shop_products", "other"):
        server.services.engine.batch(
            index, [{"action": "addObject", "body": {"objectID": "1", "name": "bag"}}]
        )
    return server
