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
from tests.unit.tools.cli.listing import GENERATION, NAMING, listed
from tests.unit.tools.cli.rooms import CODE, WORDS, record, room
from tools.explain.command import document, show
from tools.explain.findings import Findings, Sources, Subject, subject
from tools.explain.verdict import verdict
from tools.parked.cases import Case, Origin

PATTERNS = ("products/<objectID>/<file>", "products/<objectID>.<ext>")
SHOE, LEG = Label("Shoe", 0.9), Label("Leg", 0.6)
REFUSED = Permanent("bad-picture", "no picture")

A, B = listed("products/7/a.jpg"), listed("products/7/b.jpg")
BARE = {"objectID": "7", "name": "N"}
PARKED = Case(
    (Leased("42", datetime(2026, 3, 1, tzinfo=UTC), Parked("too-large", "labeling", "", {}), "ack"),),
    Origin("shop", "products/7/b.jpg", "7"),
)


def recorded(*pictures: StoredPicture, **changes: Any) -> Mapping[str, Any]:  # noqa: ANN401 any attribute
    """The record of those pictures of a shoe, of A unless said otherwise; but for the changes."""
    return record("7", *(pictures or [A]), labels=(SHOE,), **changes)


EMPTIED = record("7")


def found(**changes: Any) -> Findings:  # noqa: ANN401 any field
    """Findings where all is well, but for the changes."""
    words: dict[StoredPicture, Settled[Labels] | None] = {A: (SHOE,)}
    return replace(Findings("7", room(), words, recorded(), (), "products/7/x"), **changes)


@pytest.mark.parametrize(
    ("findings", "text"),
    [
        (found(), "Up to date: the record says what the pictures show."),
        (found(record=recorded(imageVersion=GENERATION + 5)), "Up to date"),
        (found(parked=None), "Up to date"),
        (found(parked=(PARKED,)), "Up to date, though an event is parked"),
        (found(pictures={}, record=BARE), "Up to date: the bucket has no picture"),
        (found(pictures={}, record=EMPTIED), "Up to date: the bucket has no picture"),
    ],
)
def test_what_is_well_is_said_to_be_well(findings: Findings, text: str) -> None:
    judged = verdict(findings)
    assert judged.good
    assert text in judged.text


@pytest.mark.parametrize(("pictures", "advised"), [((A,), True), ((A, B), False), ((), False)])
def test_a_second_picture_is_advised_where_there_is_one_only(
    pictures: tuple[StoredPicture, ...], *, advised: bool
) -> None:
    held = record("7", *pictures, labels=(SHOE,) if pictures else ())
    judged = verdict(found(pictures=dict.fromkeys(pictures, (SHOE,)), record=held))
    assert judged.good
    assert ("a second picture" in judged.advice) is advised


OTHER = record("7", A, labels=(SHOE,), recognizer="vision/1")
IN_USE = {"objectID": "7", "labels": ["sale"], "visual": "mine"}
PARTIAL = {name: value for name, value in recorded().items() if name not in {WORDS, CODE}}
BY_STATE = {
    State.NO_RECORD: (None, "no record", "CREATE_MISSING_RECORDS=true, then: {backfill}"),
    State.IN_USE: (IN_USE, "labels, visual from somebody else", "TAKE_OVER_ATTRIBUTES=true"),
    State.BARE: (BARE, "none of our attributes", "{backfill} --missing"),
    State.OTHER: (OTHER, "another recognizer", "{backfill} --relabel"),
    State.STALE: (recorded(A, B), "behind", "{backfill} --missing"),
    State.PARTIAL: (PARTIAL, f"lacks {WORDS}, {CODE}, which STRATEGIES", "{backfill} --missing"),
    State.CURRENT: (recorded(), "Up to date", ""),
}


@pytest.mark.parametrize("state", State)
def test_every_state_that_backfill_finds_is_told_with_the_option_that_selects_it(state: State) -> None:
    held, text, advice = BY_STATE[state]
    findings = found(record=held)
    judged = verdict(findings)
    assert findings.states == (state,)
    assert text in judged.text
    assert (
        advice.format(backfill="visual-search pictures backfill --prefix=products/7/a.jpg") in judged.advice
    )


@pytest.mark.parametrize(
    ("findings", "text", "advice"),
    [
        (found(pictures={}, record=None), "Neither the bucket nor the index", "OBJECT_PATTERN"),
        (found(pictures={A: (SHOE,), B: None}), "Not labeled yet: 1 picture", "--prefix=products/7/"),
        (found(record=recorded(imageVersion=GENERATION - 1)), "behind", "--missing"),
        (found(pictures={A: (SHOE, LEG)}), "not those remembered", "--prefix=products/7/a.jpg"),
        (found(pictures={A: (Label("Shoe", 0.8),)}), "not those remembered", "--prefix=products/7/a.jpg"),
        (found(record=recorded(labelNames=["Leg"])), "not those remembered", "--prefix=products/7/a.jpg"),
        (found(record=recorded(text="x" * 10_000)), "no room", "MAX_RECORD_BYTES, then: visual-search"),
        (found(pictures={}), "behind", "wait a minute, then: visual-search pictures backfill --missing"),
        (found(pictures={}, example=None), "behind", "add a pattern to OBJECT_PATTERN"),
        (found(record=None, parked=(PARKED,)), "is parked: too-large", "parked explain 42"),
    ],
)
def test_what_is_wrong_comes_with_what_to_do(findings: Findings, text: str, advice: str) -> None:
    judged = verdict(findings)
    assert not judged.good
    assert text in judged.text
    assert advice in judged.advice


@pytest.mark.parametrize(("parked", "advice"), [((), "replace or delete"), (None, "PARKED_SUBSCRIPTION")])
def test_a_refused_picture_is_told_though_the_record_is_right(
    parked: tuple[Case, ...] | None, advice: str
) -> None:
    held = dict(recorded(A, B))
    held["visual"] = held["visual"] | {"pictures": 1, "refused": 1}
    judged = verdict(found(pictures={A: (SHOE,), B: REFUSED}, record=held, parked=parked))
    assert not judged.good
    assert "refused 1 picture" in judged.text
    assert advice in judged.advice


def test_the_advice_survives_a_shell() -> None:
    judged = verdict(found(pictures={listed("products/it's 7/a.jpg"): None}))
    assert judged.advice == """visual-search pictures backfill '--prefix=products/it'"'"'s 7/a.jpg'"""


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
    good = pictures.put("products/7/a.jpg", b"good")
    bad = pictures.put("products/7/b.jpg", b"bad")
    new = pictures.put("products/7/c.jpg", b"new")
    labels.said = {good.content_hash: (LEG, SHOE), bad.content_hash: REFUSED}

    def parked_about(product: str, content: str) -> Case:
        event = Leased("1", datetime(2026, 3, 1, tzinfo=UTC), Parked("r", "s", "", {}, "", content), "ack")
        return Case((event,), Origin("shop", "x", product))

    cases = [parked_about("7", ""), parked_about("8", bad.content_hash), parked_about("8", "other")]
    held = recorded()
    look_up = {"7": held}.get
    known = Sources(pictures, labels, look_up, lambda: cases, room(), NAMING.example).find("7")
    assert known.pictures == {good: (LEG, SHOE), bad: REFUSED, new: None}
    assert (known.unlabeled, known.refused) == ([new], [bad])
    assert known.newest == new.generation
    assert known.record is held
    assert known.parked == tuple(cases[:2])
    assert known.example == "products/7/x"


def test_a_report_says_it_all_and_ends_with_the_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    many = tuple(Label(f"L{n}", 0.9) for n in range(6))
    findings = found(pictures={A: many, B: REFUSED}, record=recorded(A), parked=(PARKED,))
    show(Subject("7", "products/7/c.jpg", PATTERNS[0]), findings, verdict(findings))
    out = capsys.readouterr().out
    for words in (
        *("products/7/c.jpg is not in the bucket", "L3 0.90, and 2 more", "refused: bad-picture"),
        *("too-large (id 42), products/7/b.jpg", "2023-11-14 22:13:20, that of the newest picture"),
        "state not of the pictures that are there now",
    ):
        assert words in " ".join(out.split())
    assert out.rstrip().endswith("What to do: visual-search parked explain 42")


FULL = recorded(**{WORDS: ["a00"] * 40}, text="x" * 9_300)


@pytest.mark.parametrize(
    ("held", "told"),
    [
        (FULL, f"visual words 40 of 128, the record has {size_of(FULL):,} of 10,000 bytes"),
        (recorded(**{WORDS: ["a00"] * 40}), ""),
        (recorded(**{WORDS: ["a00"] * 128}, text="x" * 9_000), ""),
    ],
)
def test_words_for_which_there_is_no_room_are_told(
    capsys: pytest.CaptureFixture[str], held: Mapping[str, Any], told: str
) -> None:
    findings = found(record=held)
    show(Subject("7"), findings, verdict(findings))
    out = " ".join(capsys.readouterr().out.split())
    assert told in out
    assert ("visual words" in out) == bool(told)


def test_scripts_are_told_the_state_and_the_attributes_that_make_it() -> None:
    for held, states, foreign, missing in (
        (IN_USE, ["in_use"], ["labels", "visual"], []),
        (PARTIAL, ["partial"], [], [WORDS, CODE]),
    ):
        findings = found(record=held)
        told = json.loads(json.dumps(document(Subject("7"), findings, verdict(findings))))
        assert (told["states"], told["attributesInUse"], told["attributesMissing"]) == (
            states,
            foreign,
            missing,
        )
