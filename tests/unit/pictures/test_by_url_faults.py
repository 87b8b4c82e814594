"""Hosts that misbehave: size, time, certificates, answers that are no pictures."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.errors import Failure, Permanent, Transient
from shared.pictures.by_url import NoPicture
from tests.devstack.hub import receiving
from tests.unit.pictures.conftest import MAX_BYTES, World
from tests.unit.pictures.tls import LOOPBACK, PATIENCE, answer

URL = "https://cdn.example/secret-path"
PATH = "/secret-path"
OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"


def failure(world: World, deadline: float = 5.0, **changes: int) -> tuple[type[Failure], str]:
    with pytest.raises(Failure) as caught:
        world.pictures(deadline, **changes).fetch(URL)
    assert "secret" not in str(caught.value)
    assert LOOPBACK not in str(caught.value)
    return (Transient if isinstance(caught.value, Transient) else Permanent), caught.value.reason


def chunked(body: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(body), body)


@pytest.mark.parametrize(
    "sent",
    [
        answer(bytes(MAX_BYTES)),
        answer(bytes(MAX_BYTES), length=None),
        CHUNKED + chunked(bytes(MAX_BYTES)) + chunked(b""),
        CHUNKED + chunked(bytes(MAX_BYTES // 2)) * 2 + chunked(b""),
    ],
)
def test_a_picture_of_the_largest_size_is_fetched(world: World, sent: bytes) -> None:
    world.server.answers[PATH] = sent
    assert world.pictures().fetch(URL) == bytes(MAX_BYTES)


WRONG = {
    (Permanent, "too-large"): (
        answer(bytes(MAX_BYTES + 1)),
        answer(bytes(MAX_BYTES + 1), length=None),
        answer(bytes(MAX_BYTES * 3), length=None),
        answer(b"", length=MAX_BYTES + 1),
        CHUNKED + chunked(bytes(MAX_BYTES + 1)) + chunked(b""),
        CHUNKED + chunked(bytes(1_000)) * (MAX_BYTES // 1_000 + 1) + chunked(b""),
    ),
    (Transient, "picture-unreachable"): (
        *(answer(b"half", length=8), CHUNKED + chunked(b"half"), CHUNKED + b"8\r\nhalf", CHUNKED + b"x\r\n"),
        *(answer(b"picture", status) for status in ("408 Slow", "429 Many", "500 Oops", "502 Bad")),
        *(answer(b"picture", status) for status in ("503 Later", "504 Late")),
    ),
    (Permanent, "picture-unreachable"): (
        *(answer(b"picture", status) for status in ("400 Bad", "401 Who", "403 No", "404 Gone", "410 Gone")),
        *(answer(b"picture", status) for status in ("451 Law", "101 Switch", "204 Empty", "206 Part")),
        *(answer(b"", status) for status in ("300 Many", "304 Same", "305 Proxy", "101 Switch", "206 Part")),
        *(answer(b"picture", Content_Encoding=coding) for coding in ("gzip", "GZIP", "br", "zstd")),
        answer(b"picture", Content_Encoding="identity, gzip"),
    ),
}
"""Answers that are too large, that may be better next time, and that are no whole picture."""


@pytest.mark.parametrize(
    ("sent", "outcome"),
    [(sent, outcome) for outcome, answers in WRONG.items() for sent in answers],
    ids=lambda value: repr(value[:90]) if isinstance(value, bytes) else value[1],
)
def test_an_answer_that_is_no_whole_picture_fails_with_its_reason(
    world: World, sent: bytes, outcome: tuple[type[Failure], str]
) -> None:
    world.server.answers[PATH] = sent
    assert failure(world) == outcome


def endlessly(part: bytes, start: bytes = b"") -> Callable[[ssl.SSLSocket], None]:
    """Send a part every now and then, long enough for the client to give up first."""

    def send(client: ssl.SSLSocket) -> None:
        client.sendall(start)
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            client.sendall(part)
            time.sleep(0.02)

    return send


def once(part: bytes) -> Callable[[ssl.SSLSocket], None]:
    """Send a part, then nothing more until the client gives up."""

    def send(client: ssl.SSLSocket) -> None:
        client.sendall(part)
        client.recv(1)

    return send


DRIPS = {
    "body": endlessly(b"x", OK + b"\r\n"),
    "known": endlessly(b"x", answer(length=MAX_BYTES)),
    "chunks": endlessly(b"1\r\nx\r\n", CHUNKED),
    "chunk-size": endlessly(b"0", CHUNKED),
    "trailers": endlessly(b"X-More: 1\r\n", CHUNKED + b"0\r\n"),
    "status": endlessly(b"h"),
    "header": endlessly(b"X-More: 1", OK),
    "continue": endlessly(b"HTTP/1.1 100 Continue\r\n\r\n"),
    "silent": once(b""),
    "stuck": once(OK + b"\r\n"),
}


@pytest.mark.parametrize("drip", DRIPS)
def test_a_drip_is_cut_off_by_the_deadline(world: World, drip: str) -> None:
    world.server.answers[PATH] = DRIPS[drip]
    assert failure(world, deadline=0.2) == (Transient, "picture-slow")


def test_redirects_share_one_deadline(world: World) -> None:
    def slowly(client: ssl.SSLSocket) -> None:
        time.sleep(0.1)
        client.sendall(answer(status="302 Found", Location=PATH))

    world.server.answers[PATH] = slowly
    assert failure(world, deadline=0.25) == (Transient, "picture-slow")
    assert len(world.server.heads) < 4


def test_a_port_that_says_nothing_or_is_closed_is_worth_another_try(world: World) -> None:
    with socket.create_server((LOOPBACK, 0)) as mute:
        port = mute.getsockname()[1]
        assert failure(world, deadline=0.1, port=port) == (Transient, "picture-slow")
    assert failure(world, port=port) == (Transient, "picture-unreachable")


def test_a_host_without_tls_is_not_spoken_to(world: World) -> None:
    with receiving() as plain:
        assert failure(world, port=plain.server_port) == (Transient, "picture-unreachable")
        assert plain.seen == []


def test_a_host_must_prove_its_name(world: World) -> None:
    with pytest.raises(Permanent, match=r"impostor\.example has no valid certificate"):
        world.pictures().fetch("https://impostor.example/a.jpg")
    assert world.server.names == ["impostor.example"]
    assert world.server.heads == []


def test_an_authority_nobody_knows_proves_nothing(world: World) -> None:
    with pytest.raises(Permanent, match="certificate"):
        world.pictures(tls=ssl.create_default_context).fetch(URL)
    assert world.server.heads == []


@pytest.mark.parametrize("kind", ["image/jpeg", "application/octet-stream", "text/plain", "", ";;;"])
def test_other_content_types_are_left_to_the_pictures_check(world: World, kind: str) -> None:
    world.server.answers[PATH] = answer(b"picture", Content_Type=kind)
    assert world.pictures().fetch(URL) == b"picture"


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from([b"", OK]), st.binary(max_size=200))
def test_whatever_a_host_sends_is_bytes_or_a_failure(world: World, start: bytes, sent: bytes) -> None:
    world.server.answers[PATH] = start + sent
    with suppress(Permanent, Transient):
        assert isinstance(world.pictures().fetch(URL), bytes)


@pytest.mark.parametrize(("told", "wait"), [("7", 7), ("soon", None)])
def test_the_pause_that_a_host_asks_for_is_passed_on(world: World, told: str, wait: float | None) -> None:
    world.server.answers[PATH] = answer(b"", "429 Many", Retry_After=told)
    with pytest.raises(Transient) as caught:
        world.pictures().fetch(URL)
    assert caught.value.retry_after == wait


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        ("404 Gone", "", "instead of a picture"),
        ("403 No", "", "instead of a picture"),
        ("200 OK", "text/html", "web page"),
        ("200 OK", "Text/HTML; charset=utf-8", "web page"),
    ],
)
def test_an_answer_that_is_no_picture_keeps_its_status(
    world: World, status: str, kind: str, words: str
) -> None:
    world.server.answers[PATH] = answer(b"<html>", status, Content_Type=kind)
    with pytest.raises(NoPicture, match=words) as caught:
        world.pictures().fetch(URL)
    assert caught.value.status == int(status[:3])
