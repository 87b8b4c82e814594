"""The log lines that the operations guide shows."""

from __future__ import annotations

import json
from typing import Any

from tests.pages import code, text

PAGE = "docs/operations.md"
GUIDE = text(PAGE)
LOG_SECTION = GUIDE.partition("\n## What the functions log\n")[2].partition("\n## ")[0]


def _lines(block: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in block.splitlines() if not line.startswith("//")]


LOG_LINES = dict(zip(("enrich", "search"), map(_lines, code(PAGE, "jsonc")), strict=True))
"""The lines of both functions; comments say what each means."""
