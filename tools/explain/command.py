"""`pictures explain`: one picture or product, looked up in every part of the pipeline and printed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from typing import Any

import click

from shared import wiring
from shared.catalog.judging import State
from shared.catalog.record import size_of
from shared.errors import Permanent
from shared.labeling import Settled
from shared.model import Labels, StoredPicture, spellings
from shared.pictures import Naming
from shared.settings import EnrichSettings
from tools import wiring as outside
from tools.commands import Command
from tools.exits import Exit
from tools.explain.findings import Findings, Sources, Subject, subject
from tools.explain.verdict import Verdict, verdict
from tools.output import Row, counted, facts, readable_bytes, say, table, tell
from tools.parked.cases import Case, Selector, held_in
from tools.record_checks import RecordRoom
from tools.wiring import OptionalQueueSettings, QueueSettings

_PARKED_LIMIT = 10_000
_LABELS = 4


@click.command(cls=Command, example="products/42/front.jpg")
@click.argument("asked", metavar="OBJECT_OR_PRODUCT")
def explain(*, asked: str) -> None:
    """Report everything that is known about a picture or product, and what to do.

    Give an object's name, its gs:// address, or a product's id. Changes nothing, and ends with 1 when
    something is wrong.

    Needs the variables of the enrich function; with PARKED_SUBSCRIPTION it also says what is parked.
    """
    settings = EnrichSettings.from_env()
    about = subject(asked, settings.picture_bucket, settings.object_pattern)
    judged = verdict(found := _found(settings, about.product))
    tell(partial(show, about, found, judged), partial(document, about, found, judged))
    if not judged.good:
        raise click.exceptions.Exit(Exit.BAD_DATA)


def _found(settings: EnrichSettings, product: str) -> Findings:
    recognizer_id = wiring.chosen_recognizer(settings).recognizer_id
    naming = Naming(settings.object_pattern)
    with outside.storage() as storage, outside.needing("search"):
        labels = outside.labels(storage, settings, recognizer_id)
        # Where the bucket is missing, a single label only looks as if nobody had been asked yet.
        next(labels.settled(), None)
        return Sources(
            pictures=outside.pictures(storage, settings, naming),
            labels=labels,
            look_up=wiring.catalog(settings).look_up,
            parked=_parked_cases(),
            room=outside.room(settings, recognizer_id),
            example=naming.example,
        ).find(product)


def _parked_cases() -> Callable[[], Sequence[Case]] | None:
    if not OptionalQueueSettings.from_env().parked_subscription:
        return None
    queue = QueueSettings.from_env()

    def everything() -> Sequence[Case]:
        with held_in(queue, Selector(), _PARKED_LIMIT) as held:
            return held.cases

    return everything


def show(asked: Subject, found: Findings, verdict: Verdict) -> None:
    """Print everything, the verdict last."""
    facts(f"Product {found.product}", [*_asked(asked, found), *_record(found), *_parked(found)])
    if found.pictures:
        columns = ("picture", "uploaded", "size", "labels")
        table(columns, [_row(picture, said) for picture, said in found.pictures.items()])
    say(verdict.text)
    if verdict.advice:
        say(f"What to do: {verdict.advice}")


def document(asked: Subject, found: Findings, verdict: Verdict) -> dict[str, object]:
    """The same for scripts."""
    return {
        "product": found.product,
        "pattern": asked.pattern,
        "recognizer": found.room.judge.recognizer_id,
        "pictures": [_fields(picture, said) for picture, said in found.pictures.items()],
        "record": None if found.record is None else asdict(found.recorded),
        "states": [state.name.lower() for state in found.states],
        "attributesInUse": found.foreign,
        "attributesMissing": found.lacking if State.PARTIAL in found.states else [],
        "newestGeneration": found.newest,
        "parked": None if found.parked is None else [case.id for case in found.parked],
        "verdict": asdict(verdict),
    }


def _asked(asked: Subject, found: Findings) -> list[Row]:
    rows: list[Row] = [("recognizer", found.room.judge.recognizer_id)]
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
    own = "this recognizer" if record.recognizer == found.room.judge.recognizer_id else record.recognizer
    names = ", ".join(record.label_names[:_LABELS]) or "no labels"
    return [
        ("record", f"{names}; {counted(record.pictures, 'picture')}"),
        ("labeled by", f"{own}, {record.labeled_at}"),
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
    about = f"behind the newest picture of {_moment(newest)}"
    if not newest:
        about = "no picture to compare with"
    elif version >= newest:
        later = version > newest
        about = "after the newest picture: a later event was seen" if later else "that of the newest picture"
    return f"{_moment(version)}, {about}"


def _parked(found: Findings) -> list[Row]:
    if found.parked is None:
        return [("parked", "not looked at: PARKED_SUBSCRIPTION is not set")]
    if not found.parked:
        return [("parked", "nothing")]
    unread = "about a picture that cannot be read"
    return [
        ("parked", f"{case.parked.reason} (id {case.id}), {case.origin.name if case.origin else unread}")
        for case in found.parked
    ]


def _row(picture: StoredPicture, said: Settled[Labels] | None) -> Row:
    return (picture.name, _moment(picture.generation), readable_bytes(picture.size), _said(said))


def _said(said: Settled[Labels] | None) -> str:
    if said is None:
        return "not labeled yet"
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
