"""Child processes: each in a session of its own, watched until healthy, always ended and only by its id.

The library mirakuru, tried in version 3.1, promises less: a child outlives a parent that SIGTERM or SIGKILL
ends, as does a grandchild that ignores SIGTERM; children get our whole environment on top of their own; one
that ends early with code 0 is only missed at the time limit, and what a child wrote is not in the message.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import FrameType

LOOPBACK = "127.0.0.1"

_WRAPPER = Path(__file__).with_name("child.py")
_GRACE = 2.0
"""Seconds a child may take to end by itself before it is killed."""
_POLL = 0.005
_LOG_TAIL = 20


class ChildFailed(RuntimeError):
    """A child did not become healthy; the message holds its name and the end of its log."""


class ExitedEarly(ChildFailed):
    """A child ended before it was healthy."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command to run, and the check that it works.

    `env` is the whole environment of the child; `ports` are the ones it was told to listen on.
    """

    name: str
    argv: tuple[str, ...]
    healthy: Callable[[], bool]
    env: Mapping[str, str] = field(default_factory=dict)
    ports: tuple[int, ...] = ()
    cwd: Path | None = None


Recipe = Callable[[], Command]
"""Makes a command with freshly chosen ports; called again when another process took them first."""


def free_ports(count: int) -> tuple[int, ...]:
    """Return different loopback ports nobody listens on; another process may still take one first."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for listener in sockets:
            listener.bind((LOOPBACK, 0))
        return tuple(listener.getsockname()[1] for listener in sockets)


class Child:
    """One process and whatever it starts itself, as one process group.

    On Linux the kernel ends a child with the *thread* that started it, so start children from a thread that
    lives as long as they shall.
    """

    def __init__(self, command: Command, run_dir: Path) -> None:
        self.command = command
        self.log = run_dir / f"{command.name}.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._group_known = False

    @property
    def pid(self) -> int | None:
        """The process id, which is the group's too; None before the start."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start without waiting; output is appended to the log file."""
        wrapped = [sys.executable, "-IS", str(_WRAPPER), str(os.getpid()), *self.command.argv]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - the stack's own commands, no shell
                wrapped,
                env=dict(self.command.env),
                cwd=self.command.cwd,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._group_known = True

    def exit_code(self) -> int | None:
        """Return the exit code, or None while it runs; what a dead child left behind is killed."""
        if self._process is None:
            return None
        code = self._process.poll()
        if code is not None:
            self._kill_group()
        return code

    def wait_healthy(self, patience: float) -> None:
        """Return once healthy; raises `ChildFailed` when it ends first or `patience` seconds pass."""
        deadline = time.monotonic() + patience
        while True:
            healthy = self.command.healthy()
            code = self.exit_code()
            if code is not None:
                raise ExitedEarly(self._report(f"exited with code {code} before it was healthy"))
            if healthy:
                return
            if time.monotonic() > deadline:
                raise ChildFailed(self._report(f"was not healthy within {patience:g} s"))
            time.sleep(_POLL)

    def kill(self) -> None:
        """End the whole group at once, as a crash would."""
        if self._process is not None:
            self._kill_group()
            self._process.wait()

    def end(self, grace: float = _GRACE) -> None:
        """Ask the child to end, and kill what is left of its group after `grace` seconds."""
        if self._process is None:
            return
        self._process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(grace)
        self.kill()

    def _kill_group(self) -> None:
        # At most once per start: afterwards the kernel may give the id to somebody else.
        if self._group_known and self._process is not None:
            self._group_known = False
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def _report(self, problem: str) -> str:
        with self.log.open(encoding="utf-8", errors="replace") as log:
            tail = "".join(deque(log, _LOG_TAIL)).rstrip() or "(empty)"
        return f"{self.command.name} {problem}; the end of {self.log}:\n{tail}"


class Processes:
    """The children of one stack, ended in the reverse order of their start."""

    def __init__(self, run_dir: Path, patience: float = 20.0) -> None:
        self.run_dir = run_dir
        self._patience = patience
        self._children: dict[str, Child] = {}

    def start(self, *recipes: Recipe) -> list[Command]:
        """Start all at once and wait until each is healthy; raises `ChildFailed`.

        One that exits early gets a second try on new ports.
        """
        started = [(recipe, self._spawn(recipe())) for recipe in recipes]
        return [self._settle(recipe, child) for recipe, child in started]

    def pids(self) -> dict[str, int]:
        """Return the ids of all children started, by name."""
        return {name: child.pid for name, child in self._children.items() if child.pid is not None}

    def log(self, name: str) -> Path:
        """Return the log file of one child."""
        return self._children[name].log

    def kill(self, name: str) -> None:
        """End one child without warning; raises KeyError for a name never started."""
        self._children[name].kill()

    def restart(self, name: str) -> None:
        """Start one child again on its old ports; raises KeyError for a name never started."""
        child = self._children[name]
        child.end()
        child.start()
        child.wait_healthy(self._patience)

    def end(self) -> None:
        """End all; calling it again does nothing."""
        for child in reversed(self._children.values()):
            child.end()
        self._children.clear()

    def _spawn(self, command: Command) -> Child:
        child = Child(command, self.run_dir)
        self._children[command.name] = child
        child.start()
        return child

    def _settle(self, recipe: Recipe, child: Child) -> Command:
        try:
            child.wait_healthy(self._patience)
        except ExitedEarly:
            child = self._spawn(recipe())
            child.wait_healthy(self._patience)
        return child.command


@contextmanager
def exit_on_sigterm() -> Iterator[None]:
    """Let SIGTERM raise SystemExit inside; off the main thread Python allows no handlers: nothing is done."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _exit)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Ignore SIGINT and SIGTERM inside, so that clearing up is not cut short; main thread only, as above."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, signal.SIG_IGN) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _exit(number: int, _frame: FrameType | None) -> None:
    # make and uv pass it on, so it may come again; what ends is not to be cut short.
    signal.signal(number, signal.SIG_IGN)
    # What a shell reports for a process that a signal ended.
    sys.exit(128 + number)


_TIMEOUT = 1.0


def tcp_open(port: int) -> Callable[[], bool]:
    """Return a check that somebody accepts connections on the loopback port."""

    def probe() -> bool:
        try:
            with socket.create_connection((LOOPBACK, port), _TIMEOUT):
                return True
        except OSError:
            return False

    return probe


def http_answers(port: int, path: str, status: HTTPStatus = HTTPStatus.OK) -> Callable[[], bool]:
    """Return a check that `GET path` on the loopback port answers with that status."""

    def probe() -> bool:
        connection = HTTPConnection(LOOPBACK, port, timeout=_TIMEOUT)
        try:
            connection.request("GET", path)
            with connection.getresponse() as response:
                return response.status == status
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()

    return probe
