"""The engine as a process of its own."""

from __future__ import annotations

import itertools
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

KEYS = {"k": {"acl": ["admin"]}}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def start(port: int, *options: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "devstack.algolia", "--port", str(port), "--app-id", "A"]
    process = subprocess.Popen([*command, "--keys", json.dumps(KEYS), *options])
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
            assert process.wait(timeout=2) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["algolia.json"]
    assert json.loads(snapshot.read_text())["indices"]["shop"]["records"] == [
        {"name": "bag", "objectID": "1"}
    ]


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("--keys", "{}", "expected a JSON object such as"),
        ("--switches", "{", "Expecting"),
        ("--switches", '{"max_optional_filters": -1}', "max_optional_filters must be a number"),
    ],
)
def test_the_process_says_what_is_wrong_with_its_options(option: str, value: str, message: str) -> None:
    options = {"--port": "0", "--app-id": "A", "--keys": json.dumps(KEYS), option: value}
    command = [sys.executable, "-m", "devstack.algolia", *itertools.chain(*options.items())]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    assert ended.returncode == 2
    assert message in ended.stderr


def test_the_process_starts_with_its_switches_and_takes_others() -> None:
    port = free_port()
    url = f"http://{LOOPBACK}:{port}"
    process = start(port, "--switches", '{"max_optional_filters": 0}')
    try:
        with requests.Session() as session:
            session.headers.update({"x-algolia-application-id": "A", "x-algolia-api-key": "k"})
            session.put(f"{url}/1/indexes/shop/1", json={}, timeout=5).raise_for_status()
            search = {"optionalFilters": ["color:red"]}
            refused = session.post(f"{url}/1/indexes/shop/query", json=search, timeout=5)
            session.post(f"{url}/_devstack/switches", json={}, timeout=5).raise_for_status()
            taken = session.post(f"{url}/1/indexes/shop/query", json=search, timeout=5)
    finally:
        process.terminate()
        process.wait(timeout=5)
    assert (refused.status_code, taken.status_code) == (400, 200)
