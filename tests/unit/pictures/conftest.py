from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from shared.pictures.addresses import HostNetwork
from shared.pictures.by_url import PictureUrls
from tests.unit.pictures.tls import LOOPBACK, Authority, TlsServer, tls_server

HOSTS = ("cdn.example", "*.shop.example", "bücher.example", "impostor.example")
CERTIFIED = ("cdn.example", "*.shop.example", "xn--bcher-kva.example", "unlisted.example")
MAX_BYTES = 100_000


@dataclass
class World:
    """Names that lead to one server of this machine, its address passing for the only public one."""

    authority: Authority
    server: TlsServer
    addresses: dict[str, list[str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def resolve(self, host: str) -> Sequence[str]:
        self.asked.append(host)
        return self.addresses.get(host, [LOOPBACK])

    def pictures(self, deadline: float = 5.0, **changes: Any) -> PictureUrls:  # noqa: ANN401 fields of HostNetwork
        network = replace(self.network, **changes)
        return PictureUrls(HOSTS, max_bytes=MAX_BYTES, deadline=deadline, network=network)

    @property
    def network(self) -> HostNetwork:
        return HostNetwork(self.resolve, LOOPBACK.__eq__, self.authority.trusting, self.server.port)


@pytest.fixture(scope="session")
def authority() -> Authority:
    return Authority()


@pytest.fixture(scope="session")
def server(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TlsServer]:
    with tls_server(authority.serving(CERTIFIED, tmp_path_factory.mktemp("tls"))) as running:
        yield running


@pytest.fixture
def world(authority: Authority, server: TlsServer) -> World:
    for kept in (server.answers, server.heads, server.names):
        kept.clear()
    return World(authority, server)
