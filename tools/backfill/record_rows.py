"""What a plan says about the records of the index, for people and for scripts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from shared.catalog.judging import State
from tools.backfill.survey import Plan
from tools.examples import Examples
from tools.in_use import ADVICE
from tools.output import Row


class _Trouble(NamedTuple):
    """What stands in the way of some products, its name for scripts, and what to do about it."""

    what: str
    name: str
    examples: Examples
    advice: str


def _troubles(plan: Plan) -> list[_Trouble]:
    seen = plan.seen
    room = "make the records smaller, or write what your Algolia plan allows as MAX_RECORD_BYTES"
    return [
        _Trouble(
            State.NO_RECORD,
            "noRecord",
            seen.no_record,
            "add the records, or set CREATE_MISSING_RECORDS=true, for the function too",
        ),
        _Trouble(
            State.IN_USE, "attributesInUse", seen.in_use, f"nothing is written to these records; {ADVICE}"
        ),
        _Trouble(
            "with two records, spelt in two ways",
            "twoRecords",
            seen.two_records,
            "nothing is written to either; delete one of the two",
        ),
        _Trouble("without room for ours", "noRoom", seen.no_room, f"nothing is written to these; {room}"),
        _Trouble(
            "with room for some visual words only",
            "fewerWords",
            seen.fewer_words,
            f"these will be found less well; {room}",
        ),
        _Trouble(
            "whose pictures are gone, out of reach",
            "unreachable",
            plan.unreachable,
            "add a pattern to OBJECT_PATTERN that can express these ids, for the function too",
        ),
    ]


def record_rows(plan: Plan) -> Iterator[Row]:
    """How many records are in which state, and how many have what in the way, with examples."""
    troubles = {trouble.what: trouble.examples for trouble in _troubles(plan)}
    for state in State:
        examples = troubles.pop(state, Examples())
        yield (state, f"{plan.states.get(state, 0):,}", examples.text)
    for what, examples in troubles.items():
        if examples.count:
            yield (what, f"{examples.count:,}", examples.text)


def record_advice(plan: Plan) -> Iterator[str]:
    """What to do about what is in the way, a line each."""
    for trouble in _troubles(plan):
        if trouble.examples.count:
            yield f"{trouble.what} ({trouble.examples.count:,}): {trouble.advice}."


def record_fields(plan: Plan) -> dict[str, Any]:
    """The same as JSON values."""
    about = {"attributesInUse": "attributes"}
    return {
        "records": {state.name.lower(): count for state, count in plan.states.items()},
        "picturesGone": plan.gone,
        **{
            trouble.name: trouble.examples.as_json("products", about.get(trouble.name, ""))
            for trouble in _troubles(plan)
        },
    }
