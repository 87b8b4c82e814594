from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from devstack.environment import REPOSITORY, child_environment
from shared.pictures.addresses import HostNetwork
from tests.algolia import INDEX, Algolia, local_algolia
from tests.pictures import jpeg
from tests.tools.conftest import ENV
from tests.unit.pictures.tls import LOOPBACK, Authority, TlsServer, answer, tls_server
from tools.cli import cli

HOST, OTHER = "cdn.example", "img.example"


@dataclass
class Shop:
    """A shop with an index and a host of pictures on this machine, and the command that imports them."""

    algolia: Algolia
    server: TlsServer
    network: HostNetwork
    folder: Path

    def file(self, name: str, content: str | bytes) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def serve(self, *names: str) -> list[str]:
        """Let the host have a picture of each name, each another; returns their links."""
        for seed, name in enumerate(names):
            self.server.answers[f"/{name}"] = answer(jpeg(seed + len(self.server.answers)))
        return [f"https://{HOST}/{name}" for name in names]

    def _env(self, **changes: str) -> dict[str, str]:
        return child_environment({**ENV, "ALGOLIA_HOSTS": self.algolia.engine.url, **changes})

    def process(self, *words: object, stdin: int | None = None) -> subprocess.Popen[str]:
        """Start the command as a shell would."""
        command = [sys.executable, "tools", "pictures", "import", *map(str, words)]
        return subprocess.Popen(
            command, env=self._env(), cwd=REPOSITORY, stdin=stdin, stdout=-1, stderr=-1, text=True
        )

    def run(self, *words: object, answered: str = "", **changes: str) -> Result:
        runner, given = CliRunner(env=self._env(**changes)), ["pictures", "import", *map(str, words)]
        result = runner.invoke(cli, given, input=answered, obj=self.network)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    def imported(self, *words: object, **changes: str) -> Any:  # noqa: ANN401 any JSON
        """Import into the folder `out`, and give the report."""
        result = self.run(*words, "--to", self.out, "--yes", "--json", **changes)
        return json.loads(result.stdout) if result.stdout else pytest.fail(result.stderr)

    @property
    def out(self) -> Path:
        return self.folder / "out"

    def pictures(self) -> dict[str, list[bytes]]:
        """The imported pictures of each product, in their order."""
        found: dict[str, list[bytes]] = {}
        for path in sorted((self.out / "products").rglob("*.*")):
            found.setdefault(path.parent.name, []).append(path.read_bytes())
        return found

    def served(self, *links: str) -> list[bytes]:
        """The pictures behind the links."""
        answers = [self.server.answers["/" + link.rpartition("/")[2]] for link in links]
        return [each.partition(b"\r\n\r\n")[2] for each in answers if isinstance(each, bytes)]

    def asked(self) -> list[str]:
        """The paths that the host was asked for."""
        return [head.split(maxsplit=2)[1] for head in self.server.heads]


@pytest.fixture(scope="session")
def algolia() -> Iterator[Algolia]:
    with local_algolia() as running:
        yield running


@pytest.fixture(scope="session")
def authority() -> Authority:
    return Authority()


@pytest.fixture(scope="session")
def server(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TlsServer]:
    with tls_server(authority.serving([HOST, OTHER], tmp_path_factory.mktemp("tls"))) as running:
        yield running


@pytest.fixture
def shop(algolia: Algolia, server: TlsServer, authority: Authority, tmp_path: Path) -> Shop:
    for kept in (server.answers, server.heads, server.names):
        kept.clear()

    def resolve(host: str) -> Sequence[str]:
        return ["10.0.0.1"] if host == "inside.example" else [LOOPBACK]

    algolia.send("POST", f"/1/indexes/{INDEX}/clear")
    algolia.seed([{"objectID": each} for each in ("0", "1", "2", "3")])
    network = HostNetwork(resolve, LOOPBACK.__eq__, authority.trusting, server.port)
    return Shop(algolia, server, network, tmp_path)
