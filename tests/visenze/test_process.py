"""The stand-in as it is run: its own process."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from devstack import recipes
from devstack.processes import LOOPBACK, Processes
from devstack.standins import KEY, SECRET
from devstack.visenze import STAND_IN
from shared.imaging import Picture
from shared.labeling import Recognizer
from tests.models import embedded_model
from tests.pictures import jpeg
from tests.standins import ends_within_two_seconds, names_a_missing_model


def test_the_models_labels_come_back_over_the_wire(tmp_path: Path, create: Callable[..., Recognizer]) -> None:
    running = Processes(tmp_path)
    model = embedded_model(tmp_path)
    try:
        (started,) = running.start(lambda: recipes.recognizer(STAND_IN, model))
        address = f"http://{LOOPBACK}:{started.ports[0]}"
        keys = {"VISENZE_ACCESS_KEY": KEY, "VISENZE_SECRET_KEY": SECRET}
        labels = create(VISENZE_HOST=address, LABEL_MIN_SCORE="0", **keys).label(Picture(jpeg()))
    finally:
        running.end()
    assert labels
    assert {label.kind for label in labels} == {"category"}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_within_two_seconds_of_a_signal(number: signal.Signals) -> None:
    ends_within_two_seconds(recipes.recognizer(STAND_IN, None), number)


def test_a_missing_model_is_named(tmp_path: Path) -> None:
    names_a_missing_model("devstack.visenze", tmp_path / "model.onnx")
