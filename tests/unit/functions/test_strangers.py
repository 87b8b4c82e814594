from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from functions.search.strangers import AT_ONCE, FAREWELL_BYTES, Stranger, Strangers

NEVER = float("inf")
PATIENCE = 20


Pair = tuple[socket.socket, socket.socket]


@pytest.fixture
def pair() -> Iterator[Pair]:
    """The server's side of a connection, and the other one."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        other, ours = socket.create_connection(server.getsockname()), server.accept()[0]
        with other, ours:
            other.settimeout(PATIENCE)
            ours.settimeout(PATIENCE)
            yield ours, other


def sender(connection: socket.socket, moved: int = 0, ago: float = 0.0) -> Stranger:
    return Stranger(connection, socket.SHUT_RD, time.monotonic() - ago, moved=moved)


def test_a_body_is_waited_for_until_it_is_due(pair: Pair) -> None:
    ours, _ = pair
    slow = sender(ours)
    with Strangers(9).waiting(slow, time.monotonic() + 0.1):
        assert ours.recv(1) == b""
    assert slow.ended == "slow"


def test_what_comes_in_time_is_read(pair: Pair) -> None:
    ours, other = pair
    quick, strangers = sender(ours), Strangers(9)
    for _ in range(3):
        other.sendall(b"x")
        with strangers.waiting(quick, time.monotonic() + PATIENCE):
            assert ours.recv(1) == b"x"
    assert quick.ended == ""


def test_an_answer_that_is_not_taken_in_is_given_up_as_if_the_reader_had_hung_up(
    pair: Pair,
) -> None:
    ours, _ = pair
    reader = Stranger(ours, socket.SHUT_RDWR, time.monotonic())
    with pytest.raises(BrokenPipeError), Strangers(9).waiting(reader, time.monotonic() + 0.1):
        ours.sendall(bytes(50_000_000))
    assert reader.ended == "slow"


@pytest.fixture
def held() -> Iterator[ExitStack]:
    with ExitStack() as all_of_them:
        yield all_of_them


def connected(held: ExitStack) -> socket.socket:
    ours, _ = (held.enter_context(each) for each in socket.socketpair())
    return ours


def test_of_too_many_the_slowest_gives_way(held: ExitStack) -> None:
    """Neither the newest, nor who has sent for long and much."""
    paces = ((9_000_000, 60), (10_000, 10), (0, 1), (0, 0))
    diligent, slow, new, newest = (sender(connected(held), moved, ago) for moved, ago in paces)
    strangers = Strangers(2)
    for each in (diligent, slow, new):
        held.enter_context(strangers.waiting(each, NEVER))
    assert [each.ended for each in (diligent, slow, new)] == ["", "crowded", ""]
    held.enter_context(strangers.waiting(newest, NEVER))
    assert [each.ended for each in (diligent, new, newest)] == ["", "crowded", ""]


def test_of_those_that_keep_memory_waiting_who_has_most_gives_way(held: ExitStack) -> None:
    """Neither who is at work, nor who was asked for a piece only now."""
    idle, slow, quick, working = senders = [sender(connected(held)) for _ in range(4)]
    for thread, each in enumerate(senders):
        each.thread = thread
    strangers, memory = Strangers(9), {1: 10, 2: 20, 3: 30}
    for each in (idle, slow):
        held.enter_context(strangers.waiting(each, NEVER))
    time.sleep(2 * AT_ONCE)
    held.enter_context(strangers.waiting(quick, NEVER))
    for _ in range(2):
        strangers.give_up_holder(memory)
    assert [each.ended for each in senders] == ["", "crowded", "", ""]
    time.sleep(2 * AT_ONCE)
    strangers.give_up_holder(memory)
    assert (quick.ended, working.ended) == ("crowded", "")


@pytest.mark.parametrize(("ago", "ended"), [(0.0, ("", "")), (PATIENCE, ("crowded", ""))])
def test_an_answer_has_a_moment_to_go_out_whoever_else_comes(
    held: ExitStack, ago: float, ended: tuple[str, str]
) -> None:
    """It is slower than a sender whose body has just begun to come."""
    answer = Stranger(connected(held), socket.SHUT_RDWR, time.monotonic() - ago, PATIENCE / 2)
    quick, strangers = sender(connected(held), moved=9_000_000), Strangers(1)
    for each in (answer, quick):
        held.enter_context(strangers.waiting(each, NEVER))
    assert (answer.ended, quick.ended) == ended


def test_a_farewell_keeps_nobody_and_takes_in_what_still_comes(
    pair: Pair,
) -> None:
    """The server is left with a socket at which the other side has hung up already."""
    ours, other = pair
    ours.sendall(b"413")
    Strangers(9).bid_farewell(ours, deaf=False)
    assert ours.recv(1) == b""
    ours.close()
    other.sendall(bytes(30_000_000))
    assert (other.recv(10), other.recv(10)) == (b"413", b"")


def test_after_so_many_bytes_a_sender_is_cut_off(pair: Pair) -> None:
    ours, other = pair
    Strangers(9).bid_farewell(ours, deaf=False)
    with pytest.raises(OSError, match=r"reset|pipe"):
        other.sendall(bytes(2 * FAREWELL_BYTES))


def test_who_is_waited_for_no_longer_can_still_read_why(pair: Pair) -> None:
    """Linux would reset the connection at what comes after both sides are shut down."""
    ours, other = pair
    ours.shutdown(socket.SHUT_RD)
    ours.sendall(b"408")
    Strangers(9).bid_farewell(ours, deaf=True)
    for _ in range(20):
        other.sendall(b"x")
        time.sleep(0.01)
    assert other.recv(10) == b"408"
