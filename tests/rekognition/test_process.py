"""The stand-in as it is run: its own process, with the real model behind it."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from devstack.environment import REPOSITORY, child_environment
from shared.imaging import Picture
from shared.labeling import Recognizer
from tests.local import embedded_recognizer
from tests.models import embedded_model
from tests.pictures import jpeg
from tests.standins import names_a_missing_model


@contextmanager
def running(options: Sequence[str]) -> Iterator[tuple[subprocess.Popen[str], str]]:
    command = [sys.executable, "-m", "devstack.rekognition", *options]
    environment = child_environment()
    with subprocess.Popen(
        command, env=environment, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout
            yield process, process.stdout.readline().rpartition(" ")[2].strip()
        finally:
            process.kill()


def test_pictures_get_the_models_labels_from_whom_it_knows(
    tmp_path: Path, create: Callable[..., Recognizer]
) -> None:
    model = embedded_model(tmp_path)
    with running(["--model", str(model), "--key-id", "SHOP"]) as (_, address):
        labels = create(REKOGNITION_ENDPOINT=address, AWS_ACCESS_KEY_ID="SHOP").label(Picture(jpeg()))
    expected = embedded_recognizer(model).label(Picture(jpeg()))
    assert [label.name for label in labels] == [label.name for label in expected[: len(labels)]]
    assert labels


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_is_healthy_and_ends_within_two_seconds_of_a_signal(number: signal.Signals) -> None:
    with running(["--by-content"]) as (process, address):
        assert requests.get(f"{address}/healthz", timeout=5).json() == {"status": "ok"}
        process.send_signal(number)
        assert process.wait(2) == 0


def test_a_missing_model_is_named(tmp_path: Path) -> None:
    names_a_missing_model("devstack.rekognition", tmp_path / "model.onnx")
