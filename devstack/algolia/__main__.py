"""Run the engine: `python -m devstack.algolia --port N --app-id X --keys '{"KEY": {"acl": ["search"]}}'`."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import get_args

from devstack.algolia.engine import EngineConfig
from devstack.algolia.keys import KeyRing
from devstack.algolia.limits import DEFAULT_RECORD_BYTES, AlgoliaError, TooBig
from devstack.algolia.server import Snapshot, application, new_engine
from devstack.algolia.server.app import Services
from devstack.algolia.switches import Switches
from devstack.serving import run, serving


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="devstack.algolia", description="A strict local Algolia, loopback only."
    )
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--app-id", required=True)
    parser.add_argument("--keys", required=True, help='JSON: {"KEY": {"acl": [...], "indexes": ["*"]}}')
    parser.add_argument(
        "--task-delay-ms", type=int, default=0, help="from acceptance of a write to its visibility"
    )
    parser.add_argument("--snapshot", type=Path, help="JSON file, read at the start and written at the end")
    parser.add_argument("--max-record-bytes", type=int, default=DEFAULT_RECORD_BYTES)
    parser.add_argument(
        "--too-big",
        choices=get_args(TooBig),
        default="in-task",
        help="when to refuse a partial update that makes its record too big",
    )
    parser.add_argument(
        "--switches", default="{}", help='JSON: {"max_optional_filters": 1, "pinned": {"INDEX": {"ID": 0}}}'
    )
    return parser


def main() -> int:
    """Serve until SIGTERM or SIGINT."""
    parser = _arguments()
    options = parser.parse_args()
    try:
        keys = KeyRing.from_json(options.app_id, options.keys)
        switches = Switches.read(json.loads(options.switches))
    except (ValueError, AlgoliaError) as error:
        parser.error(str(error))
    config = EngineConfig(
        options.task_delay_ms / 1000, options.max_record_bytes, options.too_big, switches=switches
    )
    services = Services(new_engine(config), keys)
    app = application(services, Snapshot(options.snapshot) if options.snapshot else None)
    try:
        run("Algolia", serving(app, options.port))
    except OSError as error:
        parser.error(f"--port {options.port}: {error.strerror}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
