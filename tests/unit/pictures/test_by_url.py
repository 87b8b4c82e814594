"""Fetching over real TLS connections: which address is called, under which name, and what is asked."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from threading import Event

import pytest

from shared.errors import Failure, Permanent, Transient
from shared.pictures.by_url import MAX_REDIRECTS
from tests.unit.pictures.conftest import World
from tests.unit.pictures.tls import LOOPBACK, answer, redirect

PICTURE = bytes(range(256)) * 300
URL = "https://cdn.example/a.jpg"


@pytest.mark.parametrize(
    ("url", "host", "target"),
    [
        ("https://cdn.example/a.jpg", "cdn.example", "/a.jpg"),
        ("HTTPS://CDN.Example./a.jpg", "cdn.example", "/a.jpg"),
        ("https://cdn.example:443/a.jpg", "cdn.example", "/a.jpg"),
        ("https://cdn.example:/a.jpg", "cdn.example", "/a.jpg"),
        ("https://cdn.example", "cdn.example", "/"),
        ("https://cdn.example?w=10", "cdn.example", "/?w=10"),
        ("https://cdn.example/a.jpg?w=10&h=%20#part", "cdn.example", "/a.jpg?w=10&h=%20"),
        ("https://cdn.example//evil.example/a.jpg", "cdn.example", "//evil.example/a.jpg"),
        ("https://cdn.example/è<>.jpg", "cdn.example", "/%C3%A8%3C%3E.jpg"),
        ("https://img.shop.example/a.jpg", "img.shop.example", "/a.jpg"),
        ("https://BÜCHER.example/a.jpg", "xn--bcher-kva.example", "/a.jpg"),
        ("https://cdn。example/a.jpg", "cdn.example", "/a.jpg"),
    ],
)
def test_an_allowed_url_is_fetched_from_its_host(world: World, url: str, host: str, target: str) -> None:
    world.server.answers[target] = answer(PICTURE)
    assert world.pictures().fetch(url) == PICTURE
    assert world.asked == [host]
    assert world.server.names == [host]
    assert f"Host: {host}\r\n" in world.server.heads[0]


def test_a_request_tells_nothing_but_what_is_wanted_and_no_cookie_is_sent_back(world: World) -> None:
    world.server.answers = {
        "/a.jpg": answer(status="302 Found", Location="/b.jpg", Set_Cookie="id=1"),
        "/b.jpg": answer(PICTURE),
    }
    world.pictures().fetch("https://cdn.example/a.jpg#secret")
    assert [head.splitlines() for head in world.server.heads] == [
        [
            *(f"GET {path} HTTP/1.1", "Host: cdn.example", "User-Agent: visual-image-search-for-algolia"),
            *("Accept: image/*", "Accept-Encoding: identity", "Connection: close"),
        ]
        for path in ("/a.jpg", "/b.jpg")
    ]


@pytest.mark.parametrize(
    "addresses",
    [
        ["10.0.0.1"],
        [LOOPBACK, "10.0.0.1"],
        ["10.0.0.1", LOOPBACK],
        [LOOPBACK, "::1"],
        [LOOPBACK] * 9 + ["169.254.169.254"],
        [],
    ],
)
def test_one_address_that_is_not_public_refuses_all_like_none(world: World, addresses: list[str]) -> None:
    with pytest.raises(
        Permanent, match=r"^cdn\.example does not resolve to public addresses only$"
    ) as caught:
        world.pictures(resolve=lambda _: addresses).fetch(URL)
    assert caught.value.reason == "url-refused"
    assert world.server.names == []


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (socket.gaierror(socket.EAI_NONAME, "x"), Permanent, "there is no host"),
        (socket.gaierror(socket.EAI_NODATA, "x"), Permanent, "there is no host"),
        (socket.gaierror(socket.EAI_AGAIN, "x"), Transient, "cannot be reached"),
        (socket.gaierror(socket.EAI_SYSTEM, "x"), Transient, "cannot be reached"),
        (OSError("x"), Transient, "cannot be reached"),
    ],
)
def test_a_look_up_that_fails_is_worth_another_try_unless_there_is_no_such_name(
    world: World, error: OSError, kind: type[Failure], words: str
) -> None:
    def resolve(_host: str) -> Sequence[str]:
        raise error

    with pytest.raises(kind, match=words) as caught:
        world.pictures(resolve=resolve).fetch(URL)
    assert caught.value.reason == "picture-unreachable"
    assert world.server.names == []


def test_a_name_that_changes_its_address_is_called_at_the_one_checked(world: World) -> None:
    answers = iter([[LOOPBACK], ["10.0.0.1"], ["10.0.0.1"]])
    world.server.answers["/a.jpg"] = answer(PICTURE)
    pictures = world.pictures(resolve=lambda _: next(answers))
    assert pictures.fetch(URL) == PICTURE
    with pytest.raises(Permanent, match="public"):
        pictures.fetch(URL)
    assert len(world.server.names) == 1


def test_an_address_that_refuses_leads_to_the_next(world: World) -> None:
    world.addresses["cdn.example"] = ["::1", LOOPBACK]
    world.server.answers["/a.jpg"] = answer(PICTURE)
    assert world.pictures(is_public={"::1", LOOPBACK}.__contains__).fetch(URL) == PICTURE


def test_a_resolver_that_hangs_is_given_up_by_the_deadline(world: World) -> None:
    given_up = Event()
    pictures = world.pictures(deadline=0.1, resolve=lambda _: [LOOPBACK] if given_up.wait(5) else [])
    with pytest.raises(Transient) as caught:
        pictures.fetch(URL)
    given_up.set()
    assert caught.value.reason == "picture-slow"


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See", "307 Temporary", "308 Permanent"])
@pytest.mark.parametrize("location", ["/b", "b", "//cdn.example/b", "https://img.shop.example/b"])
def test_a_redirect_to_an_allowed_host_is_followed(world: World, status: str, location: str) -> None:
    world.server.answers = {"/a": redirect(location, status), "/b": answer(PICTURE)}
    assert world.pictures().fetch("https://cdn.example/a") == PICTURE
    assert len(world.asked) == 2


@pytest.mark.parametrize(
    "location",
    [
        *("http://cdn.example/b", "https://unlisted.example/b", "//unlisted.example/b"),
        *("https://cdn.example:8443/b", "https://user@cdn.example/b", "https://127.0.0.1/b"),
        *("https://[::1]/b", "https://[/b", "file:///etc/passwd", "/\\unlisted.example/b"),
    ],
)
def test_a_redirect_is_checked_like_the_first_url(world: World, location: str) -> None:
    world.server.answers = {"/a": redirect(location), "/b": answer(PICTURE)}
    with pytest.raises(Permanent) as caught:
        world.pictures().fetch("https://cdn.example/a")
    assert caught.value.reason == "url-refused"
    assert world.asked == ["cdn.example"]


def test_a_redirect_to_an_allowed_name_of_a_private_address_is_refused(world: World) -> None:
    world.addresses["img.shop.example"] = ["192.168.0.1"]
    world.server.answers["/a"] = redirect("https://img.shop.example/b")
    with pytest.raises(Permanent, match=r"img\.shop\.example does not resolve to public"):
        world.pictures().fetch("https://cdn.example/a")


@pytest.mark.parametrize("path", ["/a", "", "/too-far"])
def test_redirects_are_counted(world: World, path: str) -> None:
    chain = {f"/{hop}": redirect(f"/{hop + 1}") for hop in range(MAX_REDIRECTS)}
    world.server.answers = {**chain, f"/{MAX_REDIRECTS}": answer(PICTURE)}
    assert world.pictures().fetch("https://cdn.example/0") == PICTURE
    world.server.answers |= {"/a": redirect(path), "/too-far": redirect("/0")}
    with pytest.raises(Permanent, match="more than 3 times"):
        world.pictures().fetch("https://cdn.example/a")
    assert len(world.server.heads) == 2 * (MAX_REDIRECTS + 1)
