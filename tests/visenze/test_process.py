"""The stand-in as it is run: its own process."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from devstack import recipes
from devstack.endpoints import RECOGNISER_KEYS
from devstack.processes import LOOPBACK, Processes
from shared.imaging import Picture
from shared.labeling import Labeler
from tests.models import embedded_model
from tests.pictures import jpeg
from tests.standins import ends_within_two_seconds, names_a_missing_model

ACCESS, SECRET = RECOGNISER_KEYS


def test_the_models_labels_come_back_over_the_wire(tmp_path: Path, create: Callable[..., Labeler]) -> None:
    running = Processes(tmp_path)
    model = embedded_model(tmp_path)
    try:
        (started,) = running.start(lambda: recipes.other_recogniser("visenze", model))
        address = f"http://{LOOPBACK}:{started.ports[0]}"
        keys = {"VISENZE_ACCESS_KEY": ACCESS, "VISENZE_SECRET_KEY": SECRET}
        labels = create(VISENZE_HOST=address, LABEL_MIN_SCORE="0", **keys).label(Picture(jpeg()))
    finally:
        running.end()
    assert labels
    assert {label.kind for label in labels} == {"category"}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_within_two_seconds_of_a_signal(number: signal.Signals) -> None:
    ends_within_two_seconds(recipes.other_recogniser("visenze", None), number)


def test_a_missing_model_is_named(tmp_path: Path) -> None:
    names_a_missing_model(
        "devstack.visenze", tmp_path / "model.onnx", "--access-key", ACCESS, "--secret-key", SECRET
    )
