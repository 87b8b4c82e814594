"""The address of the caller, as far as somebody trustworthy tells it, and how often it may come."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from flask import Request

from shared.limiting import Layered, RateLimiter, TokenBuckets
from shared.settings import SearchSettings

Address = IPv4Address | IPv6Address

_SITE_BITS = 64
"""The smallest share of IPv6 that a site is given; below it a caller picks addresses freely (RFC 6177)."""

NETWORKS = {_SITE_BITS: 1, 56: 4, 48: 16}
"""Networks of IPv6 by their bits, and as how many clients each may come at most: a customer is given a /56 or
a /48 as often as a /64, and could come from each of the 65,536 in it; a mobile carrier's customers share
a /48."""

_WITH_PORT = re.compile(r"""\[(?P<v6>[^]]+)](?::\d+)?|(?P<v4>[\d.]+):\d+""")
"""An address as some proxies write it; of IPv6 without brackets, nobody could tell a port."""


def client_address(request: Request, hops: int) -> Address | None:
    """The address that the platform saw, IPv4-mapped IPv6 as IPv4; None where nobody says anything usable.

    `hops` counts from the right end of X-Forwarded-For to the entry that the platform vouches for:

    - 0 ignores the header: a server without a proxy in front of it;
    - 1 is the last entry: Cloud Run's front end, called directly, puts the caller's address there;
    - 2 is the last but one: a load balancer appends the caller's address, then its own (Google Cloud
      documentation, "External Application Load Balancer overview", X-Forwarded-For header). Cloud Run behind
      one has been seen to append the caller once more, which makes it 1: look at a real request first.

    Whatever stands left of it may be the caller's invention and is not looked at. Where that entry is missing
    or no address, the socket's peer counts, which behind a proxy is the proxy: all such callers are one.
    An address may come with a port, in brackets, with a zone.
    """
    if hops > 0:
        entries = request.headers.get("X-Forwarded-For", "").rsplit(",", hops)
        vouched = _parsed(entries[-hops]) if len(entries) >= hops else None
        if vouched is not None:
            return vouched
    return _parsed(request.remote_addr or "")


def rate_key(address: Address | None) -> str:
    """The key of a client: an IPv4 address, the /64 of an IPv6 one, "unknown" without any."""
    if address is None:
        return "unknown"
    address = _unmapped(address)
    if isinstance(address, IPv4Address):
        return str(address)
    return str(IPv6Network((int(address), _SITE_BITS), strict=False))


@dataclass(frozen=True, slots=True)
class RateLimits:
    """Limits of how often each client, by its key of `rate_key`, may come, and all together may search."""

    clients: RateLimiter
    together: RateLimiter


def limits(settings: SearchSettings) -> RateLimits:
    """The limits of a client and of the networks around it, and that of the instance."""
    rate, burst = settings.client_rate, settings.client_burst
    networks = [
        (partial(_network, bits=bits), TokenBuckets(rate * clients, burst * clients))
        for bits, clients in NETWORKS.items()
    ]
    return RateLimits(Layered(networks), TokenBuckets(settings.total_rate, settings.total_burst))


def _network(key: str, bits: int) -> str:
    """The network of so many bits that a client belongs to; an IPv4 address is its own."""
    return str(IPv6Network(key).supernet(new_prefix=bits)) if ":" in key else key


def _parsed(text: str) -> Address | None:
    text = text.strip().strip('"')
    if ported := _WITH_PORT.fullmatch(text):
        text = ported["v6"] or ported["v4"]
    try:
        # A zone is a matter of the machine that wrote it (RFC 4007).
        return _unmapped(ip_address(text.partition("%")[0]))
    except ValueError:
        return None


def _unmapped(address: Address) -> Address:
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
