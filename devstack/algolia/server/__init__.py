"""The engine over HTTP: Algolia's paths, access rights and error answers; thin, one thread, loopback only."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

from starlette.applications import Starlette

from devstack.algolia.engine import Engine, EngineConfig
from devstack.algolia.keys import KeyRing
from devstack.algolia.server.app import Services, create_app
from devstack.processes import LOOPBACK
from devstack.serving import serving


class Snapshot:
    """A file that outlives the process."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def restore(self, engine: Engine) -> None:
        """Load the file into `engine`; without a file the engine stays empty."""
        if self._path.exists():
            engine.load(json.loads(self._path.read_text(encoding="utf-8")))

    def write(self, engine: Engine) -> None:
        """Publish what was accepted and write everything; the file holds the old or the new content."""
        engine.drain()
        beside = self._path.with_name(f"{self._path.name}.{os.getpid()}.tmp")
        beside.write_text(json.dumps(engine.dump(), ensure_ascii=False), encoding="utf-8")
        beside.replace(self._path)


def new_engine(config: EngineConfig) -> Engine:
    """Return an engine on the system's clock."""
    return Engine(time.time, lambda: secrets.token_hex(16), config)


@dataclass(frozen=True, slots=True)
class RunningEngine:
    """A server in a thread; `services` gives tests the engine, the faults and the events received."""

    port: int
    services: Services

    @property
    def url(self) -> str:
        """Return the server's base URL."""
        return f"http://{LOOPBACK}:{self.port}"


def application(services: Services, snapshot: Snapshot | None = None) -> Starlette:
    """Return the server's application; it restores `snapshot` before it serves and writes it when it ends."""

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        if snapshot:
            snapshot.restore(services.engine)
        yield
        if snapshot:
            snapshot.write(services.engine)

    app = create_app(services)
    app.router.lifespan_context = lifespan
    return app


@contextlib.contextmanager
def running(keys: KeyRing, config: EngineConfig, port: int = 0) -> Iterator[RunningEngine]:
    """Serve from a thread until the block ends; raises TimeoutError when the server does not come up."""
    services = Services(new_engine(config), keys)
    with serving(application(services), port) as bound:
        yield RunningEngine(bound, services)
