"""Both doors of the stand-in, opened and closed together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from devstack.serving import serving as serving_http
from devstack.vision import rest, rpc
from devstack.vision.service import Service


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the stand-in listens, in the form `VISION_ENDPOINT` takes: grpc://HOST:PORT and http://HOST:PORT."""

    grpc: str
    rest: str


@contextmanager
def serving(service: Service, grpc_port: int = 0, rest_port: int = 0) -> Iterator[Addresses]:
    """Serve `service` while the context lasts; 0 picks a free port. gRPC serves before REST opens.

    Raises `OSError` or `RuntimeError` for a port that is taken.
    """
    with (
        rpc.serving(service, grpc_port) as grpc_bound,
        serving_http(rest.application(service), rest_port) as rest_bound,
    ):
        try:
            yield Addresses(f"grpc://127.0.0.1:{grpc_bound}", f"http://127.0.0.1:{rest_bound}")
        finally:
            service.stop()
