"""The log lines that the operations guide shows."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

GUIDE = (Path(__file__).parents[1] / "docs" / "operations.md").read_text(encoding="utf-8")
LOG_SECTION = GUIDE.partition("\n## What the functions log\n")[2].partition("\n## ")[0]


def _lines(block: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in block.splitlines() if not line.startswith("//")]


LOG_LINES = dict(
    zip(
        ("enrich", "search"),
        map(_lines, re.findall(r"^```jsonc\n(.*?)^```", LOG_SECTION, re.MULTILINE | re.DOTALL)),
        strict=True,
    )
)
"""The lines of both functions; comments say what each means."""
