"""The stand-in as it is run: its own process."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from devstack import recipes
from devstack.endpoints import RECOGNISER_KEYS
from devstack.environment import REPOSITORY, child_environment
from devstack.processes import LOOPBACK, Processes
from shared.labeling.providers import visenze
from shared.model import Picture
from tests.models import embedded_model
from tests.pictures import jpeg

ACCESS, SECRET = RECOGNISER_KEYS


def test_the_models_labels_come_back_over_the_wire(tmp_path: Path) -> None:
    running = Processes(tmp_path)
    model = embedded_model(tmp_path)
    try:
        (started,) = running.start(lambda: recipes.other_recogniser("visenze", model))
        labeler = visenze.create(
            access_key=ACCESS,
            secret_key=SECRET,
            tag_group="local",
            host=f"http://{LOOPBACK}:{started.ports[0]}",
            min_score=0.0,
        )
        labels = labeler.label(Picture(jpeg()))
    finally:
        running.end()
    assert labels
    assert {label.kind for label in labels} == {"category"}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_within_two_seconds_of_a_signal(number: signal.Signals) -> None:
    command = recipes.other_recogniser("visenze", None)
    with subprocess.Popen(command.argv, env=dict(command.env), cwd=REPOSITORY) as process:
        try:
            deadline = time.monotonic() + 30
            while not command.healthy() and time.monotonic() < deadline:
                time.sleep(0.02)
            process.send_signal(number)
            assert process.wait(2) == 0
        finally:
            process.kill()


def test_a_missing_model_is_named(tmp_path: Path) -> None:
    missing = str(tmp_path / "model.onnx")
    keys = ["--access-key", ACCESS, "--secret-key", SECRET]
    done = subprocess.run(
        [sys.executable, "-m", "devstack.visenze", "--model", missing, *keys],
        env=child_environment(),
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 2
    assert f"EMBEDDED_MODEL: cannot read {missing}" in done.stderr
