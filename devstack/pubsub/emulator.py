"""Pub/Sub on this machine: the stand-in or Google's emulator, and its clients."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

import grpc
from google.cloud.pubsub_v1 import PublisherClient, SubscriberClient
from google.cloud.pubsub_v1.types import BatchSettings
from google.pubsub_v1.services.publisher.transports import PublisherGrpcTransport
from google.pubsub_v1.services.subscriber.transports import SubscriberGrpcTransport

from devstack.environment import REPOSITORY, child_environment
from devstack.processes import LOOPBACK, Command, free_ports, tcp_open


def _channel(host: str) -> grpc.Channel:
    return grpc.insecure_channel(
        host, options=[("grpc.max_receive_message_length", -1), ("grpc.enable_http_proxy", 0)]
    )


def publisher(host: str) -> PublisherClient:
    """Return a client of `HOST:PORT` that sends each message at once; end it with `.transport.close()`."""
    return PublisherClient(
        batch_settings=BatchSettings(max_messages=1),
        transport=PublisherGrpcTransport(channel=_channel(host)),
    )


def subscriber(host: str) -> SubscriberClient:
    """Return a client of `HOST:PORT`; a context manager."""
    return SubscriberClient(transport=SubscriberGrpcTransport(channel=_channel(host)))


Kind = Literal["stand-in", "emulator"]

_JAR = "platform/pubsub-emulator/lib/cloud-pubsub-emulator-*-all.jar"
_DEBIAN_ROOT = Path("/usr/lib/google-cloud-sdk")


def find_jar(env: Mapping[str, str] = os.environ) -> Path | None:
    """Return `PUBSUB_EMULATOR_JAR`, or the newest jar of a Google Cloud CLI; None without it or Java."""
    if shutil.which("java", path=env.get("PATH")) is None:
        return None
    if named := env.get("PUBSUB_EMULATOR_JAR"):
        return Path(named)
    jars = [jar for root in cloud_sdk_roots(env) for jar in sorted(root.glob(_JAR), reverse=True)]
    return jars[0] if jars else None


def command(kind: Kind = "stand-in") -> Command:
    """Return how to run Pub/Sub on a free port; raises FileNotFoundError when "emulator" is missing."""
    (port,) = free_ports(1)
    jar = find_jar() if kind == "emulator" else None
    if kind == "emulator" and jar is None:
        raise FileNotFoundError(
            "no Pub/Sub emulator: install Java and `gcloud components install pubsub-emulator`, "
            "or name its jar in PUBSUB_EMULATOR_JAR"
        )
    return Command(
        name="pubsub",
        argv=_emulator(jar, port) if jar else (sys.executable, "-m", "devstack.pubsub", "--port", str(port)),
        healthy=tcp_open(port),
        env=child_environment(),
        ports=(port,),
        cwd=REPOSITORY,
    )


def _emulator(jar: Path, port: int) -> tuple[str, ...]:
    return ("java", "-Xmx128m", "-jar", str(jar), f"--host={LOOPBACK}", f"--port={port}")


def cloud_sdk_roots(env: Mapping[str, str]) -> Iterator[Path]:
    """The folders in which a Google Cloud CLI may be, the likeliest first."""
    if root := env.get("CLOUDSDK_ROOT"):
        yield Path(root)
    if gcloud := shutil.which("gcloud", path=env.get("PATH")):
        yield Path(gcloud).resolve().parent.parent
    yield _DEBIAN_ROOT
