"""The commands that run each server of the stack on free ports."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Literal

from devstack.algolia.limits import DEFAULT_RECORD_BYTES, TooBig
from devstack.endpoints import Endpoints
from devstack.environment import python_command
from devstack.processes import LOOPBACK, Command, free_ports, http_answers
from devstack.standins import StandIn

Signature = Literal["cloudevent", "http"]

THREADS_PER_SEARCH = 4
"""Threads of the search function for each search at work, as Terraform deploys it by default."""


def algolia(
    names: Endpoints,
    task_delay_ms: int = 0,
    snapshot: Path | None = None,
    max_record_bytes: int = DEFAULT_RECORD_BYTES,
    too_big: TooBig = "in-task",
) -> Command:
    """Return how to run the local Algolia with the three keys."""
    (port,) = free_ports(1)
    keys = {
        names.keys.admin: {"acl": ["admin"]},
        names.keys.enrich: {"acl": ["addObject", "search"], "indexes": [names.index]},
        names.keys.search: {"acl": ["search"], "indexes": [f"{names.index}*"]},
    }
    options = ("--port", str(port), "--app-id", names.app_id, "--keys", json.dumps(keys))
    delay = ("--task-delay-ms", str(task_delay_ms))
    size = ("--max-record-bytes", str(max_record_bytes), "--too-big", too_big)
    kept = ("--snapshot", str(snapshot.resolve())) if snapshot else ()
    words = ("devstack.algolia", *options, *delay, *size, *kept)
    return python_command("algolia", words, (port,), http_answers(port, "/1/isalive"))


def recognizer(stand_in: StandIn, model: Path | None, answer_ms: int = 0) -> Command:
    """Return how to run a recognizer's stand-in; one port for each of its options.

    Without a model, labels are drawn from each picture's bytes. An answer takes at least `answer_ms`.
    """
    ports = free_ports(len(stand_in.port_options))
    labels = ("--model", str(model.resolve())) if model else ("--by-content",)
    listening = (
        part
        for name, port in zip(stand_in.port_options, ports, strict=True)
        for part in (f"--{name}", str(port))
    )
    words = (stand_in.package, *labels, "--answer-ms", str(answer_ms), *listening)
    return python_command("recognizer", words, ports, http_answers(ports[-1], "/healthz"))


def function(name: str, signature: Signature, env: Mapping[str, str], threads: int) -> Command:
    """Return how to serve `functions/NAME/main.py`, target NAME, by the functions framework."""
    (port,) = free_ports(1)
    options = {
        "target": name,
        "source": f"functions/{name}/main.py",
        "signature-type": signature,
        "host": LOOPBACK,
        "port": str(port),
    }
    flags = (part for option, value in options.items() for part in (f"--{option}", value))
    healthy = (
        # An event function takes POSTs only: that GET is refused shows that it is loaded.
        http_answers(port, "/", HTTPStatus.METHOD_NOT_ALLOWED)
        if signature == "cloudevent"
        else http_answers(port, "/healthz")
    )
    words = ("functions_framework", *flags)
    return python_command(name, words, (port,), healthy, {**env, "THREADS": str(threads)})
