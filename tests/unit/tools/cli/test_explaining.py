from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from unicodedata import normalize

import pytest

from shared.catalog.judging import State
from shared.catalog.record import size_of
from shared.errors import Permanent
from shared.events import Leased, Parked
from shared.labeling import Settled
from shared.model import Label, Labels, StoredPicture
from tests.fakes.annotation_store import InMemoryAnnotations
from tests.fakes.pictures import InMemoryPictures
from tests.unit.tools.cli.rooms import (
    CODE,
    GENERATION,
    NAMING,
    PATTERNS,
    WORDS,
    listed,
    record,
    room,
    without,
)
from tools.explain.command import document, show
from tools.explain.findings import Findings, Sources, Subject, subject
from tools.explain.verdict import ONE_PICTURE, Verdict, verdict
from tools.parked.cases import Case, Origin

Record = Mapping[str, Any]
SHOE, LEG = Label("Shoe", 0.9), Label("Leg", 0.6)
REFUSED = Permanent("bad-picture", "no picture")
A, B = listed("products/7/a.jpg"), listed("products/7/b.jpg")
BOTH: Mapping[StoredPicture, Settled[Labels]] = {A: (SHOE,), B: (SHOE,)}


def parked(product: str = "7", content: str = "", reason: str = "too-large") -> Case:
    told = Parked(reason, "labeling", "", {}, "", content)
    event = Leased("42", datetime(2026, 3, 1, tzinfo=UTC), told, "ack")
    return Case((event,), Origin("shop", "products/7/b.jpg", product))


def recorded(*pictures: StoredPicture, **changes: Any) -> Record:  # noqa: ANN401 any attribute
    """The record of those pictures of a shoe, of A unless said otherwise; but for the changes."""
    return record("7", *(pictures or [A]), labels=(SHOE,), **changes)


def found(**changes: Any) -> Findings:  # noqa: ANN401 any field
    """Findings where all is well, but for the changes."""
    words: dict[StoredPicture, Settled[Labels] | None] = {A: (SHOE,)}
    return replace(Findings("7", room(), words, recorded(), (), "products/7/x"), **changes)


BARE = {"objectID": "7", "name": "N"}
IN_USE = {"objectID": "7", "labels": ["sale"], "visual": "mine"}
PARTIAL = without(recorded(), WORDS, CODE)
NO_PICTURE = "Up to date: the bucket has no picture"


WELL = [
    (found(), "Up to date: the record says what the pictures show.", ONE_PICTURE),
    (found(record=recorded(imageVersion=GENERATION + 5)), "Up to date", ONE_PICTURE),
    (found(parked=None), "Up to date", ONE_PICTURE),
    (found(parked=(parked(),)), "Up to date, though an event is parked", "visual-search parked explain 42"),
    (found(pictures=BOTH, record=recorded(A, B)), "Up to date", ""),
    (found(pictures={}, record=BARE), NO_PICTURE, ""),
    (found(pictures={}, record=record("7")), NO_PICTURE, ""),
]


@pytest.mark.parametrize(("findings", "text", "advice"), WELL)
def test_what_is_well_is_said_to_be_well(findings: Findings, text: str, advice: str) -> None:
    judged = verdict(findings)
    assert judged.good
    assert judged.text.startswith(text)
    assert judged.advice == advice


ONE_REFUSED: dict[str, Any] = {"pictures": {A: (SHOE,), B: REFUSED}, "record": dict(recorded(A, B))}
ONE_REFUSED["record"]["visual"] |= {"pictures": 1, "refused": 1}
OF_LABELS = "not those remembered"
BACKFILL = "visual-search pictures backfill --prefix=products/7/a.jpg"
WRONG = [
    (found(record=None), "no record", f"CREATE_MISSING_RECORDS=true, then: {BACKFILL}"),
    (found(record=IN_USE), "labels, visual from somebody else", "TAKE_OVER_ATTRIBUTES=true"),
    (found(record=BARE), "none of our attributes", f"{BACKFILL} --missing"),
    (found(record=recorded(recognizer="vision/1")), "another recognizer", f"{BACKFILL} --relabel"),
    (found(record=recorded(A, B)), "behind", f"{BACKFILL} --missing"),
    (found(record=PARTIAL), f"lacks {WORDS}, {CODE}, which STRATEGIES", f"{BACKFILL} --missing"),
    (found(pictures={}, record=None), "Neither the bucket nor the index", "OBJECT_PATTERN"),
    (found(pictures={A: (SHOE,), B: None}), "Not labeled yet: 1 picture", "--prefix=products/7/"),
    (found(record=recorded(imageVersion=GENERATION - 1)), "behind", "--missing"),
    (found(pictures={A: (SHOE, LEG)}), OF_LABELS, "--prefix=products/7/a.jpg"),
    (found(pictures={A: (Label("Shoe", 0.8),)}), OF_LABELS, "--prefix=products/7/a.jpg"),
    (found(record=recorded(labelNames=["Leg"])), OF_LABELS, "--prefix=products/7/a.jpg"),
    (found(record=recorded(text="x" * 10_000)), "no room", "MAX_RECORD_BYTES, then: visual-search"),
    (found(pictures={}), "behind", "wait a minute, then: visual-search pictures backfill --missing"),
    (found(pictures={}, example=None), "behind", "add a pattern to OBJECT_PATTERN"),
    (found(record=None, parked=(parked(),)), "is parked: too-large", "parked explain 42"),
    (found(**ONE_REFUSED), "refused 1 picture", "replace or delete"),
    (found(**ONE_REFUSED, parked=None), "refused 1 picture", "PARKED_SUBSCRIPTION"),
]


@pytest.mark.parametrize(("findings", "text", "advice"), WRONG)
def test_what_is_wrong_comes_with_what_to_do(findings: Findings, text: str, advice: str) -> None:
    judged = verdict(findings)
    assert not judged.good
    assert text in judged.text
    assert advice in judged.advice


def test_every_state_that_backfill_finds_is_told() -> None:
    assert {findings.states for findings, *_ in (*WELL, *WRONG)} >= {(state,) for state in State}


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("products/7/a.jpg", Subject("7", "products/7/a.jpg", PATTERNS[0])),
        ("products/7.jpg", Subject("7", "products/7.jpg", PATTERNS[1])),
        ("gs://shop/products/7/a.jpg", Subject("7", "products/7/a.jpg", PATTERNS[0])),
        ("größe 7", Subject("größe 7")),
        (normalize("NFD", "größe 7"), Subject("größe 7")),
    ],
)
def test_a_name_an_address_or_a_product_can_be_asked_about(asked: str, expected: Subject) -> None:
    assert subject(asked, "shop", PATTERNS) == expected


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("banners/7.jpg", "matches no pattern .*products/<objectID>/<file>, products/<objectID>.<ext>"),
        ("gs://shop/sale.jpg", "matches no pattern"),
        ("products/gro\u0308ß\u00e9/a.jpg", "is spelled in a way"),
        ("gs://other/products/7/a.jpg", "looks at gs://shop only"),
    ],
)
def test_what_the_function_ignores_is_said_to_be_ignored(asked: str, words: str) -> None:
    with pytest.raises(Permanent, match=words):
        subject(asked, "shop", PATTERNS)


def test_everything_known_is_put_together_and_the_same_bytes_elsewhere_are_found() -> None:
    pictures = InMemoryPictures("shop", NAMING.product)
    labels: InMemoryAnnotations[Labels] = InMemoryAnnotations()
    good, bad, new = (pictures.put(f"products/7/{name}.jpg", name.encode()) for name in "abc")
    labels.said = {good.content_hash: (LEG, SHOE), bad.content_hash: REFUSED}
    cases = [parked("7"), parked("8", bad.content_hash), parked("8", "other")]
    held = recorded()
    sources = Sources(pictures, labels, {"7": held}.get, lambda: cases, room(), NAMING.example)
    known = sources.find("7")
    assert known.pictures == {good: (LEG, SHOE), bad: REFUSED, new: None}
    assert (known.unlabeled, known.refused) == ([new], [bad])
    assert known.newest == new.generation
    assert known.record is held
    assert known.parked == tuple(cases[:2])
    assert known.example == "products/7/x"


def test_a_report_says_it_all_and_ends_with_the_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    many = tuple(Label(f"L{n}", 0.9) for n in range(6))
    findings = found(pictures={A: many, B: REFUSED}, record=recorded(A), parked=(parked(),))
    show(Subject("7", "products/7/c.jpg", PATTERNS[0]), findings, verdict(findings))
    out = capsys.readouterr().out
    for words in (
        *("products/7/c.jpg is not in the bucket", "L3 0.90, and 2 more", "refused: bad-picture"),
        *("too-large (id 42), products/7/b.jpg", "2023-11-14 22:13:20, that of the newest picture"),
        "state not of the pictures that are there now",
    ):
        assert words in " ".join(out.split())
    assert out.rstrip().endswith("What to do: visual-search parked explain 42")


SOME_WORDS = {WORDS: ["a00"] * 40}
FULL = recorded(**SOME_WORDS, text="x" * 9_300)


@pytest.mark.parametrize(
    ("held", "told"),
    [
        (FULL, f"visual words 40 of 128, the record has {size_of(FULL):,} of 10,000 bytes"),
        (recorded(**SOME_WORDS), ""),
        (recorded(**{WORDS: ["a00"] * 128}, text="x" * 9_000), ""),
    ],
)
def test_words_without_room_are_told(capsys: pytest.CaptureFixture[str], held: Record, told: str) -> None:
    show(Subject("7"), found(record=held), Verdict(good=True, text=""))
    out = " ".join(capsys.readouterr().out.split())
    assert told in out
    assert ("visual words" in out) == bool(told)


@pytest.mark.parametrize(
    ("held", "told"),
    [(IN_USE, (["in_use"], ["labels", "visual"], [])), (PARTIAL, (["partial"], [], [WORDS, CODE]))],
)
def test_scripts_are_told_the_state_and_why(held: Record, told: tuple[list[str], ...]) -> None:
    document_ = json.loads(
        json.dumps(document(Subject("7"), found(record=held), Verdict(good=True, text="")))
    )
    assert tuple(document_[key] for key in ("states", "attributesInUse", "attributesMissing")) == told
