from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
import requests
from shared.labeling.providers.visenze.keys import Keys

from shared.errors import Failure, Misconfigured, Permanent, Transient
from shared.labeling.providers.visenze.client import BoundedCalls, Reply

OK = Reply(200, b'{"status": "OK", "result": []}')
FAILED = Reply(200, b'{"status": "fail", "error": ["Invalid image"]}')


class ScriptedSend:
    """Raises each problem or returns each reply in turn, then answers OK."""

    def __init__(self, *replies: Reply | Exception) -> None:
        self._replies: Iterator[Reply | Exception] = iter(replies)
        self.seconds: list[float] = []

    def __call__(self, content: bytes, seconds: float) -> Reply:
        assert content == b"picture"
        self.seconds.append(seconds)
        reply = next(self._replies, OK)
        if isinstance(reply, Exception):
            raise reply
        return reply


def ask(send: ScriptedSend, timeout: float = 5.0) -> bool:
    return BoundedCalls(send, Keys("K1", "S1"))(b"picture", time.monotonic() + timeout).ok


def failure(send: ScriptedSend, timeout: float = 5.0) -> tuple[type[Exception], str]:
    with pytest.raises((Failure, Misconfigured)) as raised:
        ask(send, timeout)
    problem = raised.value
    name = problem.reason if isinstance(problem, Failure) else str(getattr(problem, "setting", ""))
    return type(problem), name


@pytest.mark.parametrize(
    "trouble",
    [
        requests.ConnectionError("refused"),
        requests.exceptions.ChunkedEncodingError("broken off"),
        requests.exceptions.SSLError("no certificate"),
        Reply(502, b"<html>"),
        Reply(503, b""),
    ],
    ids=lambda trouble: str(getattr(trouble, "status", type(trouble).__name__)),
)
def test_what_nobody_answered_is_asked_again(trouble: Reply | Exception) -> None:
    send = ScriptedSend(trouble, trouble)
    assert ask(send)
    assert len(send.seconds) == 3
    assert 0 < send.seconds[2] < send.seconds[1] < send.seconds[0] <= 5.0


@pytest.mark.parametrize(
    ("trouble", "kind", "name"),
    [
        (requests.ReadTimeout("slow"), Transient, "visenze-timeout"),
        (requests.ConnectTimeout("slow"), Transient, "visenze-timeout"),
        (requests.exceptions.InvalidURL("no host"), Misconfigured, "VISENZE_HOST"),
        (Transient("visenze-malformed", "too long"), Transient, "visenze-malformed"),
        (Reply(503, b"", "2"), Transient, "visenze-unavailable"),
        (Reply(500, b"<html>"), Transient, "visenze-failed"),
        (Reply(429, b"{}"), Transient, "throttled"),
        (Reply(200, b"<html>"), Transient, "visenze-malformed"),
        (Reply(401, b""), Misconfigured, "VISENZE_ACCESS_KEY"),
        (FAILED, Permanent, "bad-picture"),
        (Reply(400, FAILED.body), Permanent, "bad-picture"),
        (Reply(400, b"Invalid image"), Permanent, "bad-picture"),
        (Reply(202, OK.body), Transient, "visenze-failed"),
    ],
    ids=str,
)
def test_everything_else_is_asked_once(trouble: Reply | Exception, kind: type[Exception], name: str) -> None:
    send = ScriptedSend(trouble)
    assert failure(send) == (kind, name)
    assert len(send.seconds) == 1


def test_a_lasting_outage_ends_before_the_deadline() -> None:
    started = time.monotonic()
    assert failure(ScriptedSend(*[Reply(503, b"")] * 1_000), 0.4) == (Transient, "visenze-unavailable")
    assert time.monotonic() - started < 1.0


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("30", 30.0), (None, None), ("soon", None), ("Wed, 21 Oct 2026 07:28:00 GMT", None)],
)
def test_a_wish_to_wait_is_read_in_seconds(header: str | None, seconds: float | None) -> None:
    with pytest.raises(Transient) as raised:
        ask(ScriptedSend(Reply(429, b"", header)))
    assert raised.value.retry_after == seconds


@pytest.mark.parametrize("status", [200, 400, 401, 500])
@pytest.mark.parametrize(
    "body", [b'{"status": "fail", "error": ["no user K1 / S1"]}', b"no user\n  K1 / S1"], ids=["JSON", "text"]
)
def test_a_key_that_the_service_repeats_is_not_passed_on(status: int, body: bytes) -> None:
    with pytest.raises((Failure, Misconfigured), match=r"no user \.\.\. / \.\.\.") as raised:
        ask(ScriptedSend(Reply(status, body)))
    assert "K1" not in str(raised.value)
    assert "S1" not in str(raised.value)


def test_a_long_message_is_cut() -> None:
    with pytest.raises(Transient) as raised:
        ask(ScriptedSend(Reply(500, b"x" * 100_000)))
    assert len(str(raised.value)) < 500


def test_keys_are_in_no_text_made_of_them() -> None:
    keys = Keys("K1", "S1")
    assert "K1" not in f"{keys} {keys!r}"
    assert "S1" not in f"{keys} {keys!r}"


def test_an_empty_key_hides_nothing() -> None:
    assert Keys("", "").hidden_in("as it was") == "as it was"
