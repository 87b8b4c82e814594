"""The engine's content in one JSON file, written atomically."""

from __future__ import annotations

import json
import os
from pathlib import Path

from devstack.algolia.engine import Engine


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
