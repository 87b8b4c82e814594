"""Parked events for people and for scripts."""

from __future__ import annotations

from collections.abc import Sequence

from tools.output import as_json, facts, say, table
from tools.parked.cases import Case
from tools.parked.reasons import advice, happened, stage

_UNKNOWN = "?"


def show(found: Sequence[Case]) -> None:
    """Print a line for each case."""
    if not found:
        say("Nothing is parked.")
        return
    columns = ("id", "parked", "reason", "product", "picture", "times")
    table(columns, [_row(case) for case in found])
    say("What one means and what to do: uv run tools parked explain ID")


def show_json(found: Sequence[Case]) -> None:
    """Print all cases as one JSON list."""
    as_json([_fields(case) for case in found])


def tell(case: Case) -> None:
    """Print what happened to one case, and what to do."""
    rows = [
        ("picture", case.origin.address if case.origin else "the original event cannot be read"),
        ("product", case.product or _UNKNOWN),
        ("parked", f"{_time(case)}{_repeated(case)}"),
        ("reason", case.parked.reason),
        ("it says", case.parked.message),
    ]
    facts(f"Parked event {case.id}", rows)
    say(happened(case.parked.reason))
    if staged := stage(case.parked.stage):
        say(staged)
    say(f"What to do: {advice(case.parked.reason)}.")
    say(f"  uv run tools parked replay --id {case.id}")
    say(f"  uv run tools parked drop --id {case.id}")


def _row(case: Case) -> tuple[str, ...]:
    name = case.origin.name if case.origin else _UNKNOWN
    return (case.id, _time(case), case.parked.reason, case.product or _UNKNOWN, name, str(len(case.leased)))


def _fields(case: Case) -> dict[str, object]:
    parked = case.parked
    return {
        "id": case.id,
        "parked": case.leased[-1].published.isoformat(),
        "times": len(case.leased),
        "reason": parked.reason,
        "stage": parked.stage,
        "message": parked.message,
        "product": case.product,
        "picture": case.origin.address if case.origin else None,
        "contentHash": parked.content_hash or None,
        "event": parked.event,
    }


def _repeated(case: Case) -> str:
    return f", {len(case.leased)} times" if len(case.leased) > 1 else ""


def _time(case: Case) -> str:
    return f"{case.leased[-1].published:%Y-%m-%d %H:%M}"
