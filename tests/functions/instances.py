"""Further instances of the search function beside a stack, and what happens to the servers behind them."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import requests

from devstack import recipes
from devstack.processes import Processes
from devstack.stack import LocalStack, Part, Server

PARTS: frozenset[Part] = frozenset({"algolia", "recognizer", "search"})
STORM = 1_000
"""Faults that go on for as long as a test looks."""


@contextmanager
def instance(stack: LocalStack, env: Mapping[str, str], run_dir: Path) -> Iterator[str]:
    """Start one, whose settings are the stack's but for `env`; yields its address."""
    processes = Processes(run_dir)
    try:
        [command] = processes.start(
            lambda: recipes.function("search", "http", {**stack.search_env(), **env}, threads=32)
        )
        yield f"http://127.0.0.1:{command.ports[0]}"
    finally:
        processes.end()


def search(url: str, photo: bytes, **fields: str) -> requests.Response:
    return requests.post(url, data=fields, files={"image": photo}, timeout=20)


def calls(stack: LocalStack) -> int:
    """The calls that the recognizer has received so far, answered or not."""
    answer = requests.get(f"{stack.endpoints.recognizer_url}/_devstack/calls", timeout=5)
    return int(answer.json()["calls"])


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    started = time.monotonic()
    yield
    assert time.monotonic() - started < seconds


@contextmanager
def frozen(stack: LocalStack, server: Server) -> Iterator[None]:
    """The server takes connections and says nothing."""
    group = stack.processes.pids()[server]
    os.killpg(group, signal.SIGSTOP)
    os.waitpid(group, os.WUNTRACED)  # until it stands still
    try:
        yield
    finally:
        os.killpg(group, signal.SIGCONT)


@contextmanager
def gone(stack: LocalStack, server: Server) -> Iterator[None]:
    stack.kill(server)
    try:
        yield
    finally:
        stack.restart(server)
