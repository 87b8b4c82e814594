"""The stand-in as it is run: its own process, and the real model."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from devstack import recipes
from devstack.processes import LOOPBACK, Processes
from devstack.vision import STAND_IN
from shared.errors import Permanent
from shared.imaging import Picture
from tests.models import embedded_model
from tests.pictures import jpeg
from tests.standins import ends_within_two_seconds, names_a_missing_model
from tests.vision.standing_in import pointed_to


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return embedded_model(tmp_path_factory.mktemp("model"))


def test_the_models_labels_come_back_over_the_wire(tmp_path: Path, model: Path) -> None:
    running = Processes(tmp_path)
    try:
        (started,) = running.start(lambda: recipes.recognizer(STAND_IN, model))
        recognizer = pointed_to(f"grpc://{LOOPBACK}:{started.ports[0]}")
        labels, bad = recognizer.label_many([Picture(jpeg()), Picture(b"BM no picture")])
    finally:
        running.end()
    assert labels
    assert isinstance(bad, Permanent)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_within_two_seconds_of_a_signal(model: Path, number: signal.Signals) -> None:
    ends_within_two_seconds(recipes.recognizer(STAND_IN, model), number)


def test_a_missing_model_is_named(tmp_path: Path) -> None:
    names_a_missing_model("devstack.vision", tmp_path / "model.onnx")
