from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import requests

from devstack.visenze.server import Service, serving
from shared import wiring
from shared.labeling import Recognizer
from shared.settings.labeling import LabelingSettings
from tests.visenze.shapes import KEYS, SizeRecognizer


@pytest.fixture(scope="session")
def host() -> Iterator[str]:
    with serving(Service(SizeRecognizer(), KEYS)) as address:
        yield address


@pytest.fixture
def order(host: str) -> Iterator[Callable[..., None]]:
    """Order a fault, by the fields of `VisenzeFault`; forgotten when the test ends."""

    def post(*faults: dict[str, object]) -> None:
        requests.post(f"{host}/_devstack/faults", json=faults, timeout=5).raise_for_status()

    yield lambda **fault: post(fault)
    post()


@pytest.fixture
def counts(host: str) -> Callable[[], dict[str, int]]:
    """Count calls and pictures since the test began."""

    def get() -> dict[str, int]:
        answer: dict[str, int] = requests.get(f"{host}/_devstack/calls", timeout=5).json()
        return answer

    before = get()
    return lambda: {name: count - before[name] for name, count in get().items()}


@pytest.fixture
def settings(host: str) -> dict[str, str]:
    """Where the stand-in is, and who may ask."""
    access, secret = KEYS
    return {
        "RECOGNIZER": "visenze",
        "ENCODER": "none",
        "VISENZE_ACCESS_KEY": access,
        "VISENZE_SECRET_KEY": secret,
        "VISENZE_TAG_GROUP": "shapes",
        "VISENZE_HOST": host,
    }


@pytest.fixture
def create(settings: dict[str, str]) -> Callable[..., Recognizer]:
    """The recognizer as deployed; variables replace or add to the settings."""
    return lambda **variables: wiring.chosen_recognizer(LabelingSettings.from_env(settings | variables))
