"""What holds for every recognizer's stand-in as its own process."""

from __future__ import annotations

import signal
import subprocess
import time

from devstack.environment import REPOSITORY
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
