from __future__ import annotations

from collections.abc import Iterable
from ipaddress import ip_address

import pytest
from flask import Request
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import EnvironBuilder

from functions.search.clients import client_address, limits, rate_key
from shared.settings import SearchSettings

PEER = "169.254.1.1"


def calling(forwarded: str | None, peer: str | None = PEER) -> Request:
    environ = EnvironBuilder(
        environ_overrides={"REMOTE_ADDR": peer} if peer is not None else {}
    ).get_environ()
    if forwarded is not None:
        environ["HTTP_X_FORWARDED_FOR"] = forwarded
    return Request(environ)


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
        (1, None),
        (1, ""),
        (1, "198.51.100.7,"),
        (1, "198.51.100.7, unknown"),
        (1, "198.51.100.7:"),
        (1, "198.51.100.7:443:443"),
        (1, "[198.51.100.7"),
        (1, "[]:443"),
        (1, "198.51.100.256"),
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


@given(
    written=st.text(st.characters(codec="latin-1", exclude_characters="\r\n")),
    address=st.ip_addresses(v=4),
    after=st.lists(st.just("192.0.2.1"), max_size=2),
)
def test_nothing_a_caller_writes_changes_who_it_is(written: str, address: object, after: list[str]) -> None:
    header = ", ".join([written, str(address), *after])
    assert client_address(calling(header), 1 + len(after)) == address


@given(st.text(st.characters(codec="latin-1")), st.integers(0, 4))
def test_any_header_names_somebody(header: str, hops: int) -> None:
    assert client_address(calling(header), hops) is not None


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
    ],
)
def test_a_client_is_an_ipv4_address_or_an_ipv6_network(address: str, key: str) -> None:
    assert rate_key(ip_address(address)) == key


def test_callers_without_an_address_are_one_client() -> None:
    assert rate_key(None) == "unknown"


def settings(**env: str) -> SearchSettings:
    return SearchSettings.from_env({"CLIENT_RATE": "0.01", "CLIENT_BURST": "3", **env})


def let_in(addresses: Iterable[str], **env: str) -> int:
    allowed = limits(settings(**env)).clients
    return sum(allowed.wait(rate_key(ip_address(address))) == 0 for address in addresses)


@pytest.mark.parametrize(
    ("addresses", "expected"),
    [
        ((f"198.51.100.{number}" for number in range(200)), 200),
        (("198.51.100.7" for _ in range(200)), 3),
        (("::ffff:198.51.100.7" for _ in range(200)), 3),
        ((f"2001:db8:1:1::{number:x}" for number in range(200)), 3),
        ((f"2001:db8:1:1{number:02x}::1" for number in range(200)), 4 * 3),
        ((f"2001:db8:1:{number:02x}00::1" for number in range(200)), 16 * 3),
        ((f"2001:db8:1:{number:x}::1" for number in range(65_536)), 16 * 3),
        ((f"2001:db8:{number:x}::1" for number in range(200)), 200),
    ],
    ids=["IPv4", "one", "mapped", "a /64", "a /56", "every /56 of a /48", "every /64 of a /48", "many /48"],
)
def test_a_network_is_let_in_as_some_clients_whatever_address_it_takes(
    addresses: Iterable[str], expected: int
) -> None:
    assert let_in(addresses) == expected


def test_no_limit_is_none_for_a_network_either() -> None:
    addresses = (f"2001:db8:1:1::{number:x}" for number in range(200))
    assert let_in(addresses, CLIENT_RATE="0") == 200
