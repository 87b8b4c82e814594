"""The functions that are compared, each served by the functions framework as in a deployment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from devstack.bench.search import footprint
from devstack.bench.search.upstreams import encoded_index
from devstack.endpoints import Endpoints
from devstack.environment import REPOSITORY, python_command
from devstack.processes import LOOPBACK, Child, Command, free_ports, tcp_open

Name = Literal["bare", "ours", "labels", "guide"]
NAMES: tuple[Name, ...] = ("bare", "ours", "labels", "guide")

THREADS = 8
"""As many as searches are at work in an instance by default; a deployed one has more beside them."""

_SEARCH = REPOSITORY / "functions" / "search" / "main.py"
_HERE = Path(__file__).parent
PATIENCE = 30.0


@dataclass(frozen=True, slots=True)
class Function:
    """A function that runs: its port on loopback, and the process that serves its requests."""

    port: int
    child: Child

    def worker(self) -> int:
        """The id of the one process that gunicorn lets work, which is there once something was answered."""
        workers = footprint.children(self.child.pid or 0)
        if len(workers) != 1:
            raise RuntimeError(f"gunicorn runs {len(workers)} workers where one was expected")
        return workers[0]


@dataclass(frozen=True, slots=True)
class Functions:
    """Starts the functions beside the servers at `names`; logs go to `run_dir`.

    `upstream_seconds` is how long *bare* sleeps.
    """

    names: Endpoints
    run_dir: Path
    upstream_seconds: float

    def command(self, name: Name) -> Command:
        """The command that runs it on a free port; it counts as healthy once that accepts connections."""
        match name:
            case "ours":
                return _served("search", _SEARCH, self._ours() | encoded_index(self.names))
            case "labels":
                return _served("search", _SEARCH, self._ours())
            case "bare":
                env = {"UPSTREAM_SECONDS": str(self.upstream_seconds), "THREADS": str(THREADS)}
                return _served("bare", _HERE / "bare.py", env)
            case "guide":
                return _served("guide", _HERE / "guide.py", self._guide())

    @contextmanager
    def started(self, name: Name) -> Iterator[Function]:
        """A process of its own while the block lasts, which may not listen yet."""
        child = Child(self.command(name), self.run_dir)
        try:
            child.start()
            yield Function(child.command.ports[0], child)
        finally:
            child.kill()

    @contextmanager
    def serving(self, name: Name) -> Iterator[Function]:
        """A process of its own while the block lasts, which listens; raises `ChildFailed`."""
        with self.started(name) as function:
            function.child.wait_healthy(PATIENCE)
            yield function

    def _ours(self) -> dict[str, str]:
        """Nobody is refused, because the baselines refuse nobody."""
        return {**self.names.search_env(), "MAX_CONCURRENT_SEARCHES": "200", "THREADS": str(THREADS)}

    def _guide(self) -> dict[str, str]:
        """The framework chooses the threads, because the guide does not."""
        return {
            "ALGOLIA_API_KEY": self.names.keys.search,
            "ALGOLIA_APP_ID": self.names.app_id,
            "ALGOLIA_INDEX": self.names.index,
            "ALGOLIA_URL": self.names.algolia_url,
            "VISION_HOST": self.names.recognizer_hosts[0],
        }


def _served(target: str, source: Path, env: Mapping[str, str]) -> Command:
    (port,) = free_ports(1)
    flags = ("--target", target, "--source", str(source), "--host", LOOPBACK, "--port", str(port))
    return python_command(target, ("functions_framework", *flags), (port,), tcp_open(port), env)
