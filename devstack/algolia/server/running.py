"""Running the server: in the foreground, or in a thread of the caller's process."""

from __future__ import annotations

import contextlib
import secrets
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

from starlette.applications import Starlette

from devstack.algolia.engine import Engine, EngineConfig
from devstack.algolia.keys import KeyRing
from devstack.algolia.server.app import Services, create_app
from devstack.algolia.snapshot import Snapshot
from devstack.processes import LOOPBACK
from devstack.serving import serving


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
