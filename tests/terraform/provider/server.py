"""One process that stands in for several providers, each behind a socket of its own."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import grpc
from tf.gen import tfplugin_pb2_grpc as rpc

from tests.terraform.provider.service import Provider

_PROTOCOL = 6


def main(told: list[str]) -> None:
    """Serve `ADDRESS=SCHEMA.json` for each argument, until stdin ends; what a file after a + has counts more.

    The line on stdout is what Terraform reads from `TF_REATTACH_PROVIDERS`.
    """
    with tempfile.TemporaryDirectory(prefix="tf-") as folder, ExitStack() as servers:
        reattach = {}
        for number, (address, _, schema) in enumerate(each.partition("=") for each in told):
            socket = f"{folder}/{number}"
            server = _started(schema.split("+"), socket)
            servers.callback(server.stop, grace=None)
            reattach[address] = _process(socket)
        sys.stdout.write(json.dumps(reattach) + "\n")
        sys.stdout.flush()
        sys.stdin.read()


def _started(files: Sequence[str], socket: str) -> grpc.Server:
    schema: dict[str, Any] = {}
    for told in (json.loads(Path(file).read_text("utf-8")) for file in files):
        members = {name: part for name, part in told.items() if name in schema and name != "version"}
        schema |= told | {name: {**schema[name], **part} for name, part in members.items()}
    server = grpc.server(ThreadPoolExecutor(max_workers=8))
    rpc.add_ProviderServicer_to_server(Provider(schema), server)
    server.add_insecure_port(f"unix:{socket}")
    server.start()
    return server


def _process(socket: str) -> dict[str, Any]:
    return {
        "Protocol": "grpc",
        "ProtocolVersion": _PROTOCOL,
        "Pid": os.getpid(),
        "Test": True,
        "Addr": {"Network": "unix", "String": socket},
    }
