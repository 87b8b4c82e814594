from __future__ import annotations

import pytest
import requests

from shared.errors import Failure, Misconfigured, Permanent, Transient
from shared.labeling.providers.visenze.client import Keys, Reply, ask
from shared.labeling.providers.visenze.recognizer import VisenzeAnswer

OK = Reply(200, b'{"status": "OK", "result": []}')
FAILED = Reply(200, b'{"status": "fail", "error": ["Invalid image"]}')


def asked(outcome: Reply | Exception) -> VisenzeAnswer:
    """What comes of one reply, or of trouble instead of one."""

    def send(content: bytes, seconds: float) -> Reply:
        assert (content, seconds) == (b"picture", 5.0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    return ask(send, Keys("K1", "S1"), b"picture", 5.0)


def test_an_answer_is_read() -> None:
    assert asked(OK).ok


@pytest.mark.parametrize(
    ("outcome", "kind", "name"),
    [
        (requests.ConnectionError("refused"), Transient, "visenze-unavailable"),
        (requests.exceptions.ChunkedEncodingError("broken off"), Transient, "visenze-unavailable"),
        (requests.exceptions.SSLError("no certificate"), Transient, "visenze-unavailable"),
        (requests.ReadTimeout("slow"), Transient, "visenze-timeout"),
        (requests.ConnectTimeout("slow"), Transient, "visenze-timeout"),
        (requests.exceptions.InvalidURL("no host"), Misconfigured, "VISENZE_HOST"),
        (Transient("visenze-malformed", "too long"), Transient, "visenze-malformed"),
        (Reply(503, b""), Transient, "visenze-unavailable"),
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
def test_everything_else_has_a_name(outcome: Reply | Exception, kind: type[Exception], name: str) -> None:
    with pytest.raises((Failure, Misconfigured)) as raised:
        asked(outcome)
    problem = raised.value
    named = problem.reason if isinstance(problem, Failure) else getattr(problem, "setting", "")
    assert (type(problem), named) == (kind, name)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("30", 30.0), (None, None), ("soon", None), ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0)],
)
def test_a_wish_to_wait_is_read_in_seconds(header: str | None, seconds: float | None) -> None:
    with pytest.raises(Transient) as raised:
        asked(Reply(429, b"", header))
    assert raised.value.retry_after == seconds


@pytest.mark.parametrize("status", [200, 400, 401, 500])
@pytest.mark.parametrize(
    "body", [b'{"status": "fail", "error": ["no user K1 / S1"]}', b"no user\n  K1 / S1"], ids=["JSON", "text"]
)
def test_a_key_that_the_service_repeats_is_not_passed_on(status: int, body: bytes) -> None:
    with pytest.raises((Failure, Misconfigured), match=r"no user \.\.\. / \.\.\.") as raised:
        asked(Reply(status, body))
    assert "K1" not in str(raised.value)
    assert "S1" not in str(raised.value)


def test_a_long_message_is_cut() -> None:
    with pytest.raises(Transient) as raised:
        asked(Reply(500, b"x" * 100_000))
    assert len(str(raised.value)) < 500


def test_keys_are_in_no_text_made_of_them() -> None:
    keys = Keys("K1", "S1")
    assert "K1" not in f"{keys} {keys!r}"
    assert "S1" not in f"{keys} {keys!r}"


def test_an_empty_key_hides_nothing() -> None:
    assert Keys("", "").hidden_in("as it was") == "as it was"
