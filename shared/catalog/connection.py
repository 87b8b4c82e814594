"""How an index is reached: hosts, time-outs and the key, for everything that speaks to Algolia."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from algoliasearch.http.hosts import Host, HostsCollection
from algoliasearch.search.config import SearchConfig

from shared.errors import Misconfigured, Permanent

CONNECT_TIMEOUT_MS = 1_000
READ_TIMEOUT_MS = 2_000
WRITE_TIMEOUT_MS = 10_000


@dataclass(frozen=True, slots=True)
class Index:
    """Where an index is and the key that opens it; `hosts` replaces Algolia's own addresses."""

    app_id: str
    api_key: str
    name: str
    hosts: Sequence[str] = ()


def configuration(index: Index) -> SearchConfig:
    """The official client's configuration for the index; raises `Misconfigured`."""
    config = SearchConfig(index.app_id, index.api_key)
    config.connect_timeout = CONNECT_TIMEOUT_MS
    config.read_timeout = READ_TIMEOUT_MS
    config.write_timeout = WRITE_TIMEOUT_MS
    if index.hosts:
        config.hosts = HostsCollection([_host(address) for address in index.hosts])
    else:
        config.set_default_hosts()
    return config


@contextmanager
def existing_index() -> Iterator[None]:
    """Give the answer that there is no such index its name: raises `Misconfigured`."""
    try:
        yield
    except Permanent as error:
        if error.reason != "algolia-not-found":
            raise
        raise Misconfigured("ALGOLIA_INDEX", f"{error}; write the name of an existing index") from error


def _host(address: str) -> Host:
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise Misconfigured(
            "ALGOLIA_HOSTS", f"{address!r} is no address; write one such as http://127.0.0.1:7700"
        )
    return Host(parts.hostname, scheme=parts.scheme, port=parts.port)
