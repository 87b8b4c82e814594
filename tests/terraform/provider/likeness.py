"""What the real provider does to the values of a plan and of an answer, beyond what the schema tells."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.terraform.provider import dashboards

Values = dict[str, Any]
_DASHBOARD = "dashboard_json"
_SEEN = "detect_md5hash"
_IDENTITY = (
    *("account_id", "bucket", "location", "name", "project", "region", "repository_id"),
    *("source", _SEEN, "triggers"),
)
"""Attributes that a resource is made anew for."""


def planned(prior: Values | None, plan: Values) -> Values:
    """The plan as the provider compares it with what is there."""
    before = prior or {}
    if _SEEN in plan and plan[_SEEN] is None:
        same = bool(prior) and _digest(plan.get("source")) == before[_SEEN]
        return {**plan, _SEEN: before[_SEEN] if same else "different hash"}
    there, written = before.get(_DASHBOARD), plan.get(_DASHBOARD)
    if isinstance(there, str) and isinstance(written, str) and dashboards.same(there, written):
        return {**plan, _DASHBOARD: there}
    return plan


def answered(state: Values) -> Values:
    """What is there as the provider reads it again."""
    if _SEEN in state:
        return {**state, _SEEN: _digest(state["source"])}
    if _DASHBOARD in state:
        return {**state, _DASHBOARD: dashboards.stored(state[_DASHBOARD])}
    return state


def replacing(prior: Values | None, plan: Values | None) -> Iterator[str]:
    """The attributes for whose change the resource is made anew."""
    if prior and plan:
        yield from (name for name in _IDENTITY if name in plan and prior.get(name) != plan[name])


def _digest(source: object) -> str:
    """Of the file; nothing if it is not there."""
    file = Path(str(source))
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else ""
