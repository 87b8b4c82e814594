"""The hosts that may be called, and the test that their addresses are public."""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network

import idna

from shared.errors import Misconfigured

HTTPS_PORT = 443
MAX_NAME_LENGTH = 253
"""Characters of a host name without its trailing dot; RFC 1035, section 2.3.4."""

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
# No top-level domain begins with a digit, but every way to write an IPv4 address ends in such a label.
_NAME = re.compile(rf"(?:{_LABEL}\.)+(?=[a-z]){_LABEL}")

_GLOBAL_UNICAST = ip_network("2000::/3")

# IANA's special-purpose registries, as far as `is_global` leaves some out or varies by version of Python.
_SPECIAL = tuple(
    map(
        ip_network,
        (
            "192.0.0.0/24",  # protocol assignments
            "192.88.99.0/24",  # relays of 6to4
            "168.63.129.16/32",  # Azure's metadata, though from a public range
            "2001::/23",  # protocol assignments, Teredo among them
            "2002::/16",  # 6to4
            "3fff::/20",  # documentation
        ),
    )
)


def host_name(text: str) -> str:
    """A name in the one form in which names are compared: ASCII, lower case, no trailing dot.

    Other scripts become A-labels as browsers do it (UTS 46). Raises `ValueError` for what is no name of at
    least two labels: addresses in any notation, single labels, other characters.
    """
    ascii_form = text if text.isascii() else idna.encode(text, uts46=True, std3_rules=True).decode()
    name = ascii_form.lower().removesuffix(".")
    if len(name) > MAX_NAME_LENGTH or not _NAME.fullmatch(name):
        raise ValueError("not a host name")
    return name


class AllowedHosts:
    """A list of names; `*.cdn.example` stands for every name one or more labels below `cdn.example`.

    Raises `Misconfigured` for an entry that is neither.
    """

    def __init__(self, entries: Sequence[str]) -> None:
        self.names = frozenset(_allowed(entry) for entry in entries if not entry.startswith("*."))
        self._parents = tuple(_allowed(entry) for entry in entries if entry.startswith("*."))

    def __contains__(self, name: str) -> bool:
        return name in self.names or name.endswith(self._parents)


def _allowed(entry: str) -> str:
    wildcard = "." if entry.startswith("*.") else ""
    try:
        return wildcard + host_name(entry.removeprefix("*."))
    except ValueError:
        advice = f"{entry!r} is no host name; write names such as cdn.example or *.cdn.example"
        raise Misconfigured("PICTURE_URL_HOSTS", advice) from None


def is_public(address: str) -> bool:
    """True of a unicast address of the public internet; raises `ValueError` for what is no address.

    Addresses that carry another one (IPv4-mapped and -compatible, 6to4, Teredo, NAT64) never are: what they
    reach depends on gateways, and no host needs them.
    """
    ip = ip_address(address)
    if isinstance(ip, IPv6Address) and ip not in _GLOBAL_UNICAST:
        return False
    if ip.is_multicast or not ip.is_global:
        return False
    return not any(ip in network for network in _SPECIAL)


def resolve(host: str) -> list[str]:
    """Every address of a name as the system knows it, in its order of preference; raises `OSError`."""
    return [str(entry[4][0]) for entry in socket.getaddrinfo(host, HTTPS_PORT, type=socket.SOCK_STREAM)]


@dataclass(frozen=True)
class HostNetwork:
    """The steps between a host's name and a verified connection to it.

    `resolve` gives a name's addresses or raises `OSError`; `is_public` judges one of them; `tls` makes the
    context, its owner's to change, that verifies certificates; connections go to `port`.
    """

    resolve: Callable[[str], Sequence[str]] = resolve
    is_public: Callable[[str], bool] = is_public
    tls: Callable[[], ssl.SSLContext] = ssl.create_default_context
    port: int = HTTPS_PORT


INTERNET = HostNetwork()
