from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from devstack.environment import REPOSITORY, child_environment
from devstack.processes import (
    ChildFailed,
    Command,
    ExitedEarly,
    Processes,
    exit_on_sigterm,
    free_ports,
    http_answers,
)
from tests.outside import eventually

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


def python(name: str, code: str, healthy: Callable[[], bool] = lambda: True) -> Command:
    return Command(name, (sys.executable, "-c", code), healthy, env=child_environment())


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


def all_end(*pids: int) -> list[int]:
    """Wait until none is running."""
    return eventually(lambda: [pid for pid in pids if is_running(pid)], lambda running: not running)


def children(pid: int) -> list[int]:
    return list(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()))


def test_an_early_death_is_told_with_name_code_and_the_end_of_the_log(processes: Processes) -> None:
    code = "import sys\nfor n in range(30): print('line', n, flush=True)\nsys.exit(7)"
    with pytest.raises(ExitedEarly) as failure:
        processes.start(lambda: python("shop", code, lambda: False))
    assert "shop exited with code 7 before it was healthy" in str(failure.value)
    assert [line in str(failure.value) for line in ("line 9\n", "line 10\n")] == [False, True]
    assert str(failure.value).endswith("line 29")
    with pytest.raises(ExitedEarly, match="no-such-program"):
        processes.start(lambda: Command("shop", ("no-such-program",), lambda: False, env=child_environment()))


def test_a_child_that_never_gets_healthy_is_told(tmp_path: Path) -> None:
    processes = Processes(tmp_path, patience=0.3)
    with pytest.raises(ChildFailed, match=r"shop was not healthy within 0.3 s"):
        processes.start(lambda: python("shop", "import time; time.sleep(60)", lambda: False))
    processes.end()


def test_a_child_that_exits_early_gets_a_second_try_with_a_new_command(processes: Processes) -> None:
    tries = itertools.count(1)

    def recipe() -> Command:
        number = next(tries)
        ready = processes.run_dir / "ready"
        code = f"import pathlib, time\nif {number} == 2: pathlib.Path({str(ready)!r}).touch(); time.sleep(60)"
        return python(f"try-{number}", code, ready.exists)

    (command,) = processes.start(recipe)
    assert command.name == "try-2"


PARENT = """
import pathlib, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])
pathlib.Path({!r}).write_text(str(child.pid))
"""


@LINUX
def test_the_end_reaches_grandchildren_and_those_who_ignore_the_request(processes: Processes) -> None:
    ready = processes.run_dir / "ready"
    code = PARENT.format(str(ready)) + "time.sleep(60)"
    processes.start(lambda: python("stubborn", code, lambda: ready.exists() and bool(ready.read_text())))
    grandchild, child = int(ready.read_text()), processes.pids()["stubborn"]
    assert is_running(grandchild)
    processes.kill("stubborn")
    all_end(grandchild)
    assert not is_running(child)


@LINUX
def test_a_dead_childs_leftovers_are_ended(processes: Processes) -> None:
    pid_file = processes.run_dir / "pid"
    with pytest.raises(ExitedEarly):
        processes.start(lambda: python("careless", PARENT.format(str(pid_file)), lambda: False))
    all_end(int(pid_file.read_text()))


def test_a_killed_child_can_be_started_again_on_its_port(processes: Processes) -> None:
    (port,) = free_ports(1)
    argv = (sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1")
    server = Command("web", argv, http_answers(port, "/"), env=child_environment(), cwd=processes.run_dir)
    processes.start(lambda: server)
    before = processes.pids()["web"]
    processes.kill("web")
    assert not server.healthy()
    processes.restart("web")
    assert server.healthy()
    assert processes.pids()["web"] != before


def test_free_ports_are_distinct() -> None:
    assert len(set(free_ports(50))) == 50


def small_stack() -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    command = [sys.executable, str(Path(__file__).parent / "scripts" / "small_stack.py")]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=environment, start_new_session=True
    )


def named(number: signal.Signals) -> str:
    return number.name


@LINUX
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=named)
def test_no_process_outlives_a_stack_that_a_signal_ends(number: signal.Signals) -> None:
    with small_stack() as stack:
        assert stack.stdout is not None
        pids = json.loads(stack.stdout.readline())
        assert set(pids) == {"pubsub", "algolia"}
        assert all(is_running(pid) for pid in pids.values())
        stack.send_signal(number)
        stack.wait(timeout=15)
    all_end(*pids.values())


@LINUX
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=named)
def test_no_process_outlives_a_stack_interrupted_while_it_starts(number: signal.Signals) -> None:
    with small_stack() as stack:
        started = eventually(lambda: children(stack.pid), lambda pids: len(pids) >= 2)
        stack.send_signal(number)
        assert stack.stdout is not None
        assert stack.stdout.read() == ""
        stack.wait(timeout=15)
    all_end(*started)


def test_a_second_sigterm_does_not_cut_short_what_the_first_began() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with exit_on_sigterm():
        with pytest.raises(SystemExit):
            signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) is before
