"""The engine as a process of its own."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from devstack.processes import LOOPBACK


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def start(port: int, *options: str) -> subprocess.Popen[bytes]:
    keys = json.dumps({"k": {"acl": ["admin"]}})
    command = [sys.executable, "-m", "devstack.algolia", "--port", str(port), "--app-id", "A", "--keys", keys]
    process = subprocess.Popen([*command, *options])
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            if requests.get(f"http://{LOOPBACK}:{port}/1/isalive", timeout=1).ok:
                return process
        except requests.ConnectionError:
            time.sleep(0.05)
    process.kill()
    raise TimeoutError("the engine did not answer")


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_the_process_keeps_its_content_in_a_snapshot_and_ends_at_once(
    tmp_path: Path, ending: signal.Signals
) -> None:
    port, snapshot = free_port(), tmp_path / "algolia.json"
    url = f"http://{LOOPBACK}:{port}/1/indexes/shop/1"
    headers = {"x-algolia-application-id": "A", "x-algolia-api-key": "k"}
    for expected in (404, 200):
        process = start(port, "--snapshot", str(snapshot), "--task-delay-ms", "60000")
        with requests.Session() as session:
            assert session.get(url, headers=headers, timeout=5).status_code == expected
            session.put(url, json={"name": "bag"}, headers=headers, timeout=5).raise_for_status()
            process.send_signal(ending)
            process.wait(timeout=2)
    assert [path.name for path in tmp_path.iterdir()] == ["algolia.json"]
    assert json.loads(snapshot.read_text())["indices"]["shop"]["records"] == [
        {"name": "bag", "objectID": "1"}
    ]


def test_the_process_says_what_is_wrong_with_its_keys() -> None:
    command = [sys.executable, "-m", "devstack.algolia", "--port", "0", "--app-id", "A", "--keys", "{}"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    assert ended.returncode == 2
    assert "expected a JSON object such as" in ended.stderr
