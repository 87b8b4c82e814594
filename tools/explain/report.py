"""Findings and verdict for people and for scripts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from shared.catalog.judging import State
from shared.catalog.record import size_of
from shared.errors import Permanent
from shared.labeling.store import Settled
from shared.model import Labels, StoredPicture, spellings
from tools.explain.findings import Findings, Subject
from tools.explain.verdict import Verdict
from tools.output import Row, as_json, counted, facts, readable_bytes, say, table
from tools.parked.cases import Case
from tools.record_checks import RecordRoom

_LABELS = 4


def show(asked: Subject, found: Findings, verdict: Verdict) -> None:
    """Print everything, the verdict last."""
    facts(f"Product {found.product}", [*_asked(asked, found), *_record(found), *_parked(found)])
    if found.pictures:
        columns = ("picture", "uploaded", "size", "labels")
        table(columns, [_row(picture, said) for picture, said in found.pictures.items()])
    say(verdict.text)
    if verdict.advice:
        say(f"What to do: {verdict.advice}")


def show_json(asked: Subject, found: Findings, verdict: Verdict) -> None:
    """Print the same as one JSON document."""
    as_json(
        {
            "product": found.product,
            "pattern": asked.pattern,
            "recogniser": found.room.judge.recogniser_id,
            "pictures": [_fields(picture, said) for picture, said in found.pictures.items()],
            "record": None if found.record is None else asdict(found.recorded),
            "states": [state.name.lower() for state in found.states],
            "attributesInUse": found.foreign,
            "attributesMissing": found.lacking if State.PARTIAL in found.states else [],
            "newestGeneration": found.newest,
            "parked": None if found.parked is None else [case.id for case in found.parked],
            "verdict": asdict(verdict),
        }
    )


def _asked(asked: Subject, found: Findings) -> list[Row]:
    rows: list[Row] = [("recogniser", found.room.judge.recogniser_id)]
    if asked.name and asked.pattern:
        rows = [("picture", asked.name), ("matches pattern", asked.pattern), *rows]
        if not {picture.name for picture in found.pictures}.intersection(spellings(asked.name)):
            rows.append(("note", f"{asked.name} is not in the bucket"))
    return rows


def _record(found: Findings) -> list[Row]:
    if found.record is None:
        return [("record", "none")]
    if found.foreign:
        return [("record", f"there, with {', '.join(found.foreign)} from somebody else")]
    record = found.recorded
    if not record.enriched:
        return [("record", "there, with none of our attributes")]
    own = "this recogniser" if record.recogniser == found.room.judge.recogniser_id else record.recogniser
    names = ", ".join(record.label_names[:_LABELS]) or "no labels"
    return [
        ("record", f"{names}; {counted(record.pictures, 'picture')}"),
        ("labelled by", f"{own}, {record.labeled_at}"),
        ("version", _version(record.version or 0, found.newest)),
        ("state", "; ".join(found.states)),
        *_words(found.room, found.record),
    ]


def _words(room: RecordRoom, record: Mapping[str, Any]) -> list[Row]:
    if not room.short_of(record):
        return []
    size = f"the record has {size_of(record):,} of {room.max_bytes:,} bytes"
    return [("visual words", f"{room.words_of(record)} of {room.words}, {size}")]


def _version(version: int, newest: int) -> str:
    if not newest:
        return f"{_moment(version)}, no picture to compare with"
    if version == newest:
        return f"{_moment(version)}, that of the newest picture"
    if version > newest:
        return f"{_moment(version)}, after the newest picture: a later event was seen"
    return f"{_moment(version)}, behind the newest picture of {_moment(newest)}"


def _parked(found: Findings) -> list[Row]:
    if found.parked is None:
        return [("parked", "not looked at: PARKED_SUBSCRIPTION is not set")]
    if not found.parked:
        return [("parked", "nothing")]
    return [("parked", f"{case.parked.reason} (id {case.id}), {_picture(case)}") for case in found.parked]


def _picture(case: Case) -> str:
    return case.origin.name if case.origin else "about a picture that cannot be read"


def _row(picture: StoredPicture, said: Settled[Labels] | None) -> Row:
    return (picture.name, _moment(picture.generation), readable_bytes(picture.size), _said(said))


def _said(said: Settled[Labels] | None) -> str:
    if said is None:
        return "not labelled yet"
    if isinstance(said, Permanent):
        return f"refused: {said.reason}"
    best = [f"{label.name} {label.score:.2f}" for label in said[:_LABELS]]
    more = [f"and {len(said) - _LABELS} more"] if len(said) > _LABELS else []
    return ", ".join(best + more) or "no labels"


def _fields(picture: StoredPicture, said: Settled[Labels] | None) -> dict[str, object]:
    refused = {"reason": said.reason, "message": str(said)} if isinstance(said, Permanent) else None
    labels = None if said is None or isinstance(said, Permanent) else [asdict(label) for label in said]
    return {**asdict(picture), "labels": labels, "refused": refused}


def _moment(microseconds: int) -> str:
    return f"{datetime.fromtimestamp(microseconds / 1_000_000, UTC):%Y-%m-%d %H:%M:%S}"
