from __future__ import annotations

from ipaddress import IPv6Address, ip_address

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.errors import Misconfigured
from shared.pictures.addresses import AllowedHosts, host_name, is_public, resolve

EMBEDDINGS = {
    "mapped": lambda ip: (0xFFFF << 32) + ip,
    "compatible": lambda ip: ip,
    "translated": lambda ip: (0xFFFF << 48) + ip,
    "6to4": lambda ip: (0x2002 << 112) + (ip << 80) + 1,
    "teredo-server": lambda ip: (0x20010000 << 96) + (ip << 64),
    "teredo-client": lambda ip: (0x20010000 << 96) + (ip ^ 0xFFFFFFFF),
    "nat64": lambda ip: (0x64FF9B << 96) + ip,
    "nat64-local": lambda ip: (0x64FF9B0001 << 80) + ip,
}


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "8.8.8.8", "93.184.216.34", "172.32.0.1", "2606:4700:4700::1111", "2a00:1450::1"]
)
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",  # noqa: S104 nothing is bound to it
        *("0.1.2.3", "10.0.0.1", "100.64.0.1", "100.100.100.200", "100.127.255.255", "127.0.0.1"),
        *("127.255.255.254", "168.63.129.16", "169.254.169.254", "172.16.0.1", "172.31.255.255"),
        *("192.0.0.9", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1"),
        *("198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1"),
        *("255.255.255.255", "::", "::1", "100::1", "2001::1", "2001:2::1", "2001:10::1", "2001:20::1"),
        *("2001:db8::1", "3fff::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fd20:ce::254", "fe80::1"),
        *("fe80::1%eth0", "fec0::1", "ff02::1", "ff0e::1"),
    ],
)
def test_addresses_of_special_purpose_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("form", EMBEDDINGS)
@settings(max_examples=20)
@given(st.integers(0, 2**32 - 1))
def test_an_address_that_carries_another_is_never_public(form: str, ip: int) -> None:
    assert not is_public(str(IPv6Address(EMBEDDINGS[form](ip))))


@pytest.mark.parametrize("text", ["", "cdn.example", "127.1", "2130706433", "0x7f000001", "1.1.1.1/32"])
def test_what_is_no_address_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="does not appear"):
        is_public(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("cdn.example", "cdn.example"),
        ("CDN.Example.", "cdn.example"),
        ("r3---a.cdn.example", "r3---a.cdn.example"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("BÜCHER.example", "xn--bcher-kva.example"),
        ("XN--Bcher-KVA.example", "xn--bcher-kva.example"),
        ("cdn。example", "cdn.example"),
        ("ｃｄｎ．ｅｘａｍｐｌｅ", "cdn.example"),  # noqa: RUF001 full width is the point
    ],
)
def test_a_name_has_one_form(text: str, name: str) -> None:
    assert host_name(text) == name


@pytest.mark.parametrize(
    "text",
    [
        *("", ".", "localhost", "com.", "cdn..example", ".cdn.example", "cdn.example..", "-cdn.example"),
        *("cdn-.example", "c_dn.example", "cdn%2eexample", "cdn.example:443", "a" * 64 + ".example"),
        *(".".join(["abcdefg"] * 32), "127.0.0.1", "127.1", "0177.0.0.1", "0x7f.0.0.1", "127.0.0.0x1"),
        *("2130706433", "１２７．０．０．１", "①②⑦.0.0.1", "::1", "[::1]"),  # noqa: RUF001
        *("cdn\u0338.example/", "☃\u200d.example"),
    ],
)
def test_what_is_no_name_of_the_internet_is_an_error(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 the library's errors for other scripts are many
        host_name(text)


HOSTS = AllowedHosts(["CDN.example.", "*.Shop.example", "bücher.example"])


@pytest.mark.parametrize(
    "name", ["cdn.example", "a.shop.example", "a.b.shop.example", "xn--bcher-kva.example"]
)
def test_listed_names_and_those_below_a_wildcard_are_allowed(name: str) -> None:
    assert name in HOSTS
    assert name not in AllowedHosts([])


@pytest.mark.parametrize(
    "entry",
    ["", "*", "*.", "*.com", "*.*.example", "a.*.example", "localhost", "10.0.0.1", "https://a.example"],
)
def test_an_entry_that_is_no_name_is_a_misconfiguration(entry: str) -> None:
    with pytest.raises(Misconfigured, match="PICTURE_URL_HOSTS"):
        AllowedHosts([entry])


def test_the_systems_resolver_gives_plain_addresses() -> None:
    assert all(ip_address(found).is_loopback for found in resolve("localhost"))
