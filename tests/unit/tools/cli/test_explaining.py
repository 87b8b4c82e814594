from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from shared.catalog.record import attributes
from shared.errors import Permanent
from shared.events import Leased, Parked
from shared.labeling.store import Settled
from shared.model import Enrichment, Label, Labels, StoredPicture
from tests.fakes.answer_store import InMemoryAnswers
from tests.fakes.pictures import InMemoryPictures
from tests.unit.tools.cli.listing import NAMING
from tools.explain.findings import Findings, Sources
from tools.explain.report import show
from tools.explain.subject import Subject, subject
from tools.explain.verdict import verdict
from tools.parked.cases import Case, Origin
from tools.records import Recorded

PATTERNS = ("products/<objectID>/<file>", "products/<objectID>.<ext>")
ME = "vision/2"
SHOE, LEG = Label("Shoe", 0.9), Label("Leg", 0.6)
REFUSED = Permanent("bad-picture", "no picture")
GENERATION = 1_700_000_000_000_000


def picture(name: str, generation: int = GENERATION) -> StoredPicture:
    return StoredPicture("shop", name, generation, name, 10, "image/jpeg")


def recorded(**changes: Any) -> Recorded:  # noqa: ANN401 any attribute
    enrichment = Enrichment((SHOE,), "https://cdn.example/a", ME, "2026-01-01T00:00:00+00:00", 1)
    return replace(Recorded.of({**attributes(enrichment), "imageVersion": GENERATION}), **changes)


BARE = Recorded.of({"objectID": "7", "name": "N"})
PARKED = Case(
    (Leased("42", datetime(2026, 3, 1, tzinfo=UTC), Parked("too-large", "labelling", "", {}), "ack"),),
    Origin("shop", "products/7/b.jpg", "7"),
)


def found(**changes: Any) -> Findings:  # noqa: ANN401 any field
    """Findings where all is well, but for the changes."""
    words: dict[StoredPicture, Settled[Labels] | None] = {picture("products/7/a.jpg"): (SHOE,)}
    return replace(Findings("7", ME, words, recorded(), ()), **changes)


A, B = picture("products/7/a.jpg"), picture("products/7/b.jpg")


@pytest.mark.parametrize(
    ("findings", "text"),
    [
        (found(), "Up to date: the record says what the pictures show."),
        (found(record=recorded(version=GENERATION + 5)), "Up to date"),
        (found(parked=None), "Up to date"),
        (found(parked=(PARKED,)), "Up to date, though an event is parked"),
        (found(pictures={}, record=BARE), "Up to date: the bucket has no picture"),
        (found(pictures={}, record=recorded(labels=(), pictures=0)), "Up to date: the bucket has no picture"),
    ],
)
def test_what_is_well_is_said_to_be_well(findings: Findings, text: str) -> None:
    judged = verdict(findings)
    assert judged.good
    assert text in judged.text


@pytest.mark.parametrize(
    ("findings", "text", "advice"),
    [
        (found(pictures={}, record=None), "Neither the bucket nor the index", "OBJECT_PATTERN"),
        (found(record=None), "no record", "--prefix=products/7/a.jpg"),
        (found(pictures={A: (SHOE,), B: None}), "Not labelled yet: 1 picture", "--prefix=products/7/"),
        (found(record=BARE), "none of our attributes", "--missing"),
        (found(record=recorded(recogniser="vision/1")), "another recogniser", "--relabel"),
        (found(record=recorded(version=GENERATION - 1)), "behind", "backfill"),
        (found(record=recorded(labels=("Shoe", "Leg"))), "behind", "backfill"),
        (found(record=recorded(pictures=2)), "behind", "backfill"),
        (found(pictures={}), "behind", "delete it again"),
        (found(pictures={A: (SHOE,), B: REFUSED}), "refused 1 picture", "replace or delete"),
        (found(pictures={A: (SHOE,), B: REFUSED}, parked=None), "refused 1 picture", "PARKED_SUBSCRIPTION"),
        (found(record=None, parked=(PARKED,)), "is parked: too-large", "parked explain 42"),
    ],
)
def test_what_is_wrong_comes_with_what_to_do(findings: Findings, text: str, advice: str) -> None:
    judged = verdict(findings)
    assert not judged.good
    assert text in judged.text
    assert advice in judged.advice


def test_the_advice_survives_a_shell() -> None:
    judged = verdict(found(pictures={picture("products/it's 7/a.jpg"): None}))
    assert judged.advice == """uv run tools backfill '--prefix=products/it'"'"'s 7/a.jpg'"""


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("products/7/a.jpg", Subject("7", "products/7/a.jpg", PATTERNS[0])),
        ("products/7.jpg", Subject("7", "products/7.jpg", PATTERNS[1])),
        ("gs://shop/products/7/a.jpg", Subject("7", "products/7/a.jpg", PATTERNS[0])),
        ("größe 7", Subject("größe 7")),
    ],
)
def test_a_name_an_address_or_a_product_can_be_asked_about(asked: str, expected: Subject) -> None:
    assert subject(asked, "shop", PATTERNS) == expected


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("banners/7.jpg", "matches no pattern .*products/<objectID>/<file>, products/<objectID>.<ext>"),
        ("gs://shop/sale.jpg", "matches no pattern"),
        ("gs://other/products/7/a.jpg", "looks at gs://shop only"),
    ],
)
def test_what_the_function_ignores_is_said_to_be_ignored(asked: str, words: str) -> None:
    with pytest.raises(Permanent, match=words):
        subject(asked, "shop", PATTERNS)


@pytest.mark.parametrize(
    "record",
    [
        {},
        {"visual": "mine"},
        {"visual": None, "labelNames": None},
        {"imageVersion": 5, "labelNames": 7},
        {"visual": {}},
        {"visual": {"recognizer": ME}, "imageVersion": "5"},
    ],
)
def test_a_record_somebody_else_wrote_counts_as_not_enriched(record: dict[str, Any]) -> None:
    assert not Recorded.of(record).enriched


def test_everything_known_is_put_together_and_the_same_bytes_elsewhere_are_found() -> None:
    pictures = InMemoryPictures("shop", NAMING.product)
    labels: InMemoryAnswers[Labels] = InMemoryAnswers()
    good = pictures.put("products/7/a.jpg", b"good")
    bad = pictures.put("products/7/b.jpg", b"bad")
    new = pictures.put("products/7/c.jpg", b"new")
    labels.said = {good.content_hash: (LEG, SHOE), bad.content_hash: REFUSED}

    def parked_about(product: str, content: str) -> Case:
        event = Leased("1", datetime(2026, 3, 1, tzinfo=UTC), Parked("r", "s", "", {}, "", content), "ack")
        return Case((event,), Origin("shop", "x", product))

    cases = [parked_about("7", ""), parked_about("8", bad.content_hash), parked_about("8", "other")]
    sources = Sources(pictures, labels, lambda _ids, _names: [{"objectID": "7"}], lambda: cases, ME)
    known = sources.find("7")
    assert known.pictures == {good: (LEG, SHOE), bad: REFUSED, new: None}
    assert (known.unlabelled, known.refused, known.labels) == ([new], [bad], {"Leg", "Shoe"})
    assert known.newest == new.generation
    assert known.record is not None
    assert known.parked == tuple(cases[:2])


def test_a_report_says_it_all_and_ends_with_the_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    many = tuple(Label(f"L{n}", 0.9) for n in range(6))
    findings = found(pictures={A: many, B: REFUSED}, parked=(PARKED,))
    show(Subject("7", "products/7/c.jpg", PATTERNS[0]), findings, verdict(findings))
    out = capsys.readouterr().out
    for words in (
        "products/7/c.jpg is not in the bucket",
        "L3 0.90, and 2 more",
        "refused: bad-picture",
        "too-large (id 42), products/7/b.jpg",
        "2023-11-14 22:13:20, that of the newest picture",
    ):
        assert words in " ".join(out.split())
    assert out.rstrip().endswith("What to do: uv run tools parked explain 42")
