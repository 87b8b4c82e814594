from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv4Address, ip_address

import pytest
from flask import Request
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.test import EnvironBuilder

from functions.search.clients import client_address, limits, rate_key
from shared.settings import SearchSettings

PEER = "169.254.1.1"


def calling(forwarded: str | None, peer: str | None = PEER) -> Request:
    told = {"REMOTE_ADDR": peer, "HTTP_X_FORWARDED_FOR": forwarded}
    known = {name: value for name, value in told.items() if value is not None}
    return Request(EnvironBuilder(environ_overrides=known).get_environ())


@pytest.mark.parametrize(
    ("hops", "forwarded", "address"),
    [
        (0, "198.51.100.7", PEER),
        (1, "198.51.100.7", "198.51.100.7"),
        (1, "203.0.113.9, 198.51.100.7", "198.51.100.7"),
        (1, "203.0.113.9,198.51.100.7", "198.51.100.7"),
        (2, "198.51.100.7, 192.0.2.1", "198.51.100.7"),
        (2, "203.0.113.9, 198.51.100.7,192.0.2.1", "198.51.100.7"),
        (1, "2001:DB8:0:0::1", "2001:db8::1"),
        (1, "::ffff:198.51.100.7", "198.51.100.7"),
        (1, "[::ffff:198.51.100.7]:443", "198.51.100.7"),
        (1, "203.0.113.9, 198.51.100.7:443", "198.51.100.7"),
        (1, "[2001:db8::1]", "2001:db8::1"),
        (1, "[2001:db8::1]:443", "2001:db8::1"),
        (1, '"[2001:db8::1]:443"', "2001:db8::1"),
        (1, "[fe80::1%eth0]:443", "fe80::1"),
        (1, "fe80::1%25eth0", "fe80::1"),
    ],
)
def test_the_entry_the_platform_vouches_for_is_the_client(hops: int, forwarded: str, address: str) -> None:
    assert str(client_address(calling(forwarded), hops)) == address


@pytest.mark.parametrize(
    ("hops", "forwarded"),
    [
        *((1, none) for none in (None, "", "198.51.100.7,", "198.51.100.7, unknown", "198.51.100.7:")),
        *((1, none) for none in ("198.51.100.7:443:443", "[198.51.100.7", "[]:443", "198.51.100.256")),
        (2, "198.51.100.7"),
        (2, "198.51.100.7, not an address, 192.0.2.1"),
        (-1, "203.0.113.9, 198.51.100.7"),
    ],
)
def test_without_a_usable_entry_the_peer_is_the_client(hops: int, forwarded: str | None) -> None:
    assert str(client_address(calling(forwarded), hops)) == PEER


@pytest.mark.parametrize("peer", [None, "", "unix:"])
def test_nobody_is_made_up(peer: str | None) -> None:
    assert client_address(calling(None, peer), 1) is None


written_by_anyone = st.text(st.characters(codec="latin-1"))


@settings(max_examples=50)
@given(
    written_by_anyone, st.integers(0, 2**32 - 1).map(IPv4Address), st.lists(st.just("192.0.2.1"), max_size=2)
)
def test_nothing_a_caller_writes_changes_who_it_is(
    written: str, address: IPv4Address, after: list[str]
) -> None:
    header = ", ".join([written, str(address), *after])
    assert client_address(calling(header), 1 + len(after)) == address
    assert client_address(calling(written), 1 + len(after)) is not None, "somebody is named by any header"


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", "unknown"),
    ],
)
def test_a_client_is_an_ipv4_address_or_an_ipv6_network(address: str, key: str) -> None:
    assert rate_key(ip_address(address) if address else None) == key


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (lambda number: f"198.51.100.{number}", 200),
        (lambda _: "198.51.100.7", 3),
        (lambda _: "::ffff:198.51.100.7", 3),
        (lambda number: f"2001:db8:1:1::{number:x}", 3),
        (lambda number: f"2001:db8:1:1{number:02x}::1", 4 * 3),
        (lambda number: f"2001:db8:1:{number:02x}00::1", 16 * 3),
        (lambda number: f"2001:db8:1:{number * 327:x}::1", 16 * 3),
        (lambda number: f"2001:db8:{number:x}::1", 200),
    ],
    ids=["IPv4", "one", "mapped", "a /64", "a /56", "every /56 of a /48", "/64s all over a /48", "many /48"],
)
def test_a_network_is_let_in_as_some_clients_whatever_address_it_takes(
    address: Callable[[int], str], expected: int
) -> None:
    keys = [rate_key(ip_address(address(number))) for number in range(200)]
    for rate, let_in in (("0.01", expected), ("0", 200)):
        allowed = limits(SearchSettings.from_env({"CLIENT_RATE": rate, "CLIENT_BURST": "3"})).clients
        assert sum(allowed.wait(key) == 0 for key in keys) == let_in, "0 is no limit"
