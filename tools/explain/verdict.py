"""From findings to one sentence and a thing to do; pure."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass

from shared.catalog.judging import State
from tools import calling
from tools.explain.findings import Findings
from tools.output import counted
from tools.record_checks import ADVICE

ONE_PICTURE = (
    "nothing, unless photos do not find it, or find it lessSimilar: then upload a second picture"
    " that shows it as customers see it"
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """A sentence about a product, `good` where all is well, and what to do about it, empty for nothing."""

    good: bool
    text: str
    advice: str = ""


def verdict(found: Findings) -> Verdict:
    """The first thing that is wrong, else that all is well."""
    trouble = next(_troubles(found), None)
    if trouble:
        return _with_cause(trouble, found)
    if found.parked:
        return Verdict(good=True, text="Up to date, though an event is parked.", advice=_parked(found))
    if not found.pictures:
        return Verdict(good=True, text="Up to date: the bucket has no picture of this product.")
    advice = ONE_PICTURE if found.room.likeness.sees_vectors and len(found.pictures) == 1 else ""
    return Verdict(good=True, text="Up to date: the record says what the pictures show.", advice=advice)


def _troubles(found: Findings) -> Iterator[Verdict]:
    states = found.states
    if State.NO_RECORD in states:
        yield _without_record(found)
        return
    if State.IN_USE in states:
        names = ", ".join(found.foreign)
        advice = f"{ADVICE}, then: {_backfill(found, '--missing')}"
        yield _bad(f"The record has {names} from somebody else: nothing is written to it.", advice)
        return
    if found.record is not None and found.room.lacks(found.record):
        yield _bad(
            "The record has no room for our attributes.",
            "make it smaller, or write what your Algolia plan allows as MAX_RECORD_BYTES, then:"
            f" {_backfill(found)}",
        )
    if found.unlabeled:
        yield _bad(f"Not labeled yet: {counted(len(found.unlabeled), 'picture')}.", _backfill(found))
    yield from (_state(state, found) for state in states if state != State.CURRENT)
    if found.recorded.enriched and found.differs:
        yield _bad("The record's labels are not those remembered of its pictures.", _backfill(found))
    if found.refused:
        yield _bad(
            f"The recognizer refused {counted(len(found.refused), 'picture')}; the others count.",
            _parked(found),
        )


def _state(state: State, found: Findings) -> Verdict:
    if state == State.OTHER:
        return _bad("The record's labels are another recognizer's.", _backfill(found, "--relabel"))
    text = {
        State.BARE: "The record has none of our attributes.",
        State.STALE: "The record is behind: it does not say what is in the bucket now.",
        State.PARTIAL: f"The record lacks {', '.join(found.lacking)}, which STRATEGIES or COLORS ask for.",
    }
    return _bad(text[state], _backfill(found, "--missing"))


def _without_record(found: Findings) -> Verdict:
    if not found.pictures:
        return _bad(
            "Neither the bucket nor the index knows this product.",
            "check how it is spelled, and OBJECT_PATTERN",
        )
    return _bad(
        "The index has no record of this product.",
        "add the record, and its pictures are labeled within ten minutes; or set"
        f" CREATE_MISSING_RECORDS=true, then: {_backfill(found)}",
    )


def _with_cause(trouble: Verdict, found: Findings) -> Verdict:
    """A parked event is why the rest is missing, so it comes first."""
    if not found.parked:
        return trouble
    reason = found.parked[-1].parked.reason
    return _bad(f"{trouble.text} An event about it is parked: {reason}.", _parked(found))


def _bad(text: str, advice: str) -> Verdict:
    return Verdict(good=False, text=text, advice=advice)


def _parked(found: Findings) -> str:
    if found.parked:
        return calling.line("parked", "explain", found.parked[-1].id)
    if found.parked is None:
        return f"set PARKED_SUBSCRIPTION and ask again, or look with: {calling.line('parked', 'list')}"
    return "replace or delete the refused pictures"


def _backfill(found: Findings, option: str = "") -> str:
    """The command that looks again at all pictures of the product; without any, at the whole bucket."""
    names = [picture.name for picture in found.pictures]
    if names:
        # Object names have no folders, so characters count.
        prefix = os.path.commonprefix(names)  # noqa: RUF071
        return calling.line("pictures", "backfill", f"--prefix={prefix}", *([option] if option else []))
    if found.example is None:
        return "add a pattern to OBJECT_PATTERN that can express this id, for the function too, and ask again"
    return f"wait a minute, then: {calling.line('pictures', 'backfill', '--missing')}"
