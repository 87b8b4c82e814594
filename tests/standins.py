"""What holds for every recognizer's stand-in as its own process."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

from devstack.environment import REPOSITORY, child_environment
from devstack.processes import Command


def ends_within_two_seconds(command: Command, number: signal.Signals) -> None:
    with subprocess.Popen(command.argv, env=dict(command.env), cwd=REPOSITORY) as process:
        try:
            deadline = time.monotonic() + 30
            while not command.healthy() and time.monotonic() < deadline:
                time.sleep(0.02)
            process.send_signal(number)
            assert process.wait(2) == 0
        finally:
            process.kill()


def names_a_missing_model(module: str, missing: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", module, "--model", str(missing)],
        env=child_environment(),
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 2
    assert f"EMBEDDED_MODEL: cannot read {missing}" in done.stderr
