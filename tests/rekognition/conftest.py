from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import requests

from devstack.recognizers import ContentRecognizer
from devstack.rekognition.server import Service, serving
from devstack.standins import KEY
from shared import wiring
from shared.labeling import Recognizer
from shared.settings.labeling import LabelingSettings

Create = Callable[..., Recognizer]


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    with serving(Service(ContentRecognizer())) as bound:
        yield bound


@pytest.fixture
def order(address: str) -> Iterator[Callable[..., None]]:
    """Order a fault, by the fields of `RekognitionFault`; forgotten when the test ends."""

    def post(*faults: dict[str, object]) -> None:
        requests.post(f"{address}/_devstack/faults", json=faults, timeout=5).raise_for_status()

    yield lambda **fault: post(fault)
    post()


@pytest.fixture
def counts(address: str) -> Callable[[], dict[str, int]]:
    """Count calls and pictures since the test began."""

    def get() -> dict[str, int]:
        answer: dict[str, int] = requests.get(f"{address}/_devstack/calls", timeout=5).json()
        return answer

    before = get()
    return lambda: {name: count - before[name] for name, count in get().items()}


@pytest.fixture
def create(address: str) -> Create:
    """The recognizer as deployed, told where the stand-in is and who may ask; variables replace or add."""
    known = {
        "RECOGNIZER": "rekognition",
        "ENCODER": "none",
        "REKOGNITION_REGION": "eu-west-1",
        "REKOGNITION_ENDPOINT": address,
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": "secret",
    }
    return lambda **variables: wiring.chosen_recognizer(LabelingSettings.from_env(known | variables))


@pytest.fixture
def recognizer(create: Create) -> Recognizer:
    return create()
