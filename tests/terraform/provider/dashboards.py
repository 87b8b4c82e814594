"""A dashboard as Cloud Monitoring stores it, and as Google's provider compares it with what was written.

The service leaves out what is null, empty, zero, or false, and adds names of its own. The provider forgets
what only the service tells (`removeComputedKeys`), so whatever was left out is a change in every plan.
"""

from __future__ import annotations

import json
from typing import Any

_ADDED = {"name": "projects/123456789012/dashboards/made-up", "etag": "made-up"}


def stored(text: str) -> str:
    """The JSON that the service answers with."""
    return json.dumps({**_kept(json.loads(text)), **_ADDED}, sort_keys=True)


def same(answered: str, written: str) -> bool:
    """Whether the provider sees no change."""
    told = json.loads(written)
    return bool(_asked_for(json.loads(answered), told) == told)


def _kept(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: kept for key, inner in value.items() if (kept := _kept(inner))}
    return [_kept(inner) for inner in value] if isinstance(value, list) else value


def _asked_for(answered: Any, told: Any) -> Any:
    if isinstance(answered, dict) and isinstance(told, dict):
        return {key: _asked_for(answered[key], told[key]) for key in answered if key in told}
    if isinstance(answered, list) and isinstance(told, list) and len(answered) == len(told):
        return [_asked_for(*pair) for pair in zip(answered, told, strict=True)]
    return answered
