from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import requests

from devstack.vision.server import Addresses, Service, serving
from shared.labeling import Recognizer
from tests.vision.shapes import SizeRecognizer
from tests.vision.standing_in import pointed_to


@pytest.fixture(scope="session")
def addresses() -> Iterator[Addresses]:
    with serving(Service(SizeRecognizer())) as bound:
        yield bound


@pytest.fixture
def order(addresses: Addresses) -> Iterator[Callable[..., None]]:
    """Order a fault, by the fields of `VisionFault`; forgotten when the test ends."""

    def post(*faults: dict[str, object]) -> None:
        requests.post(f"{addresses.rest}/_devstack/faults", json=faults, timeout=5).raise_for_status()

    yield lambda **fault: post(fault)
    post()


@pytest.fixture
def counts(addresses: Addresses) -> Callable[[], dict[str, int]]:
    """Count calls and pictures since the test began."""

    def get() -> dict[str, int]:
        answer: dict[str, int] = requests.get(f"{addresses.rest}/_devstack/calls", timeout=5).json()
        return answer

    before = get()
    return lambda: {name: count - before[name] for name, count in get().items()}


@pytest.fixture(params=["grpc", "rest"])
def endpoint(request: pytest.FixtureRequest, addresses: Addresses) -> str:
    """Where the official client is pointed to; every test that uses it runs over both transports."""
    address: str = getattr(addresses, request.param)
    return address


@pytest.fixture
def recognizer(endpoint: str) -> Recognizer:
    return pointed_to(endpoint, timeout=10.0)
