"""A verdict that finds nothing wrong is worth something only if it finds what is wrong."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from shared.attribute_names import DEFAULT_NAMES, AttributeNames, renamed
from shared.model import md5
from tests.pictures import jpeg
from tests.storm import oracle
from tests.storm.aftermath import Aftermath, Parked
from tests.storm.chaos import Claimed, lost_claims
from tests.storm.contents import Contents
from tests.storm.options import OTHER_NAMES, chance
from tests.storm.plan import Step
from tests.storm.records import Kind, Records
from tests.storm.shop import Done, LiveObject
from tests.storm.verdict import complaints

FILES = {"good": jpeg(1), "later": jpeg(2), "foreign": jpeg(3), "frame": jpeg(4), "bad": b"price list"}
GOOD, LATER, FOREIGN, FRAME, BAD = map(md5, FILES.values())
NAME = "products/1/a b.jpg"
OBJECTS = [
    LiveObject(NAME, 2_000, GOOD),
    LiveObject("products/1/z.jpg", 1_500, BAD),
    LiveObject("products/1/360/1.jpg", 1_600, FRAME),
    LiveObject("products/2.jpg", 1_700, FOREIGN),
    LiveObject("products/3.jpg", 1_800, LATER),
    LiveObject("products/4.jpg", 1_900, BAD),
]
LISTING = hashlib.sha256(b"1500 products/1/z.jpg\n2000 products/1/a b.jpg").hexdigest()[:12]
VISUAL = {"pictures": 1, "refused": 1, "listing": LISTING}
KINDS: dict[str, Kind] = {"2": "foreign", "3": "hidden", "4": "huge"}
MADE = Records(DEFAULT_NAMES, "recognizer/1", KINDS)
REFUSED = Parked("bad-picture", "labeling", BAD, "1")
PARKED = [
    REFUSED,
    Parked("attributes-in-use", "handling", "", "2"),
    Parked("record-too-big", "handling", "", "3"),
    Parked("record-too-big", "handling", "", "4"),
]


def known() -> Contents:
    contents = Contents(chance())
    contents.known |= {md5(content): content for content in FILES.values()}
    contents.spoilt.add(BAD)
    return contents


SAID = oracle.answers(known())


def wrong(after: Aftermath) -> list[str]:
    return complaints(after, SAID)


def ours(names: AttributeNames, **changes: object) -> dict[str, Any]:
    """What is ours of product 1, by the names it has; changes by the usual ones."""
    said = SAID[GOOD]
    assert isinstance(said, tuple)
    usual = {
        "labels": [{"description": label.name, "score": round(label.score, 4)} for label in said],
        "labelNames": [label.name for label in said],
        "imageURL": "http://shop/products/1/a%20b.jpg",
        "imageVersion": 2_000,
        "visual": VISUAL,
        **changes,
    }
    called = names.by_default_name()
    return {called.get(name, name): value for name, value in usual.items()}


def record(made: Records, **changes: object) -> dict[str, Any]:
    return {**made.of("1"), **ours(made.names, **changes)}


def records(made: Records = MADE, **changes: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """All of the index; changes to those of others than product 1, such as `_2`."""
    others = {product: {**made.of(product), **changes.get(f"_{product}", {})} for product in "234"}
    return {"1": record(made), **others}


def aftermath(**changes: Any) -> Aftermath:  # noqa: ANN401 - fields of Aftermath
    fine = Aftermath(
        made=MADE,
        payable=frozenset({GOOD, LATER, BAD}),
        troubled=False,
        contents=known(),
        history=[
            Done(Step("record", "1"), 100),
            Done(Step("upload", "1", "products/1/z.jpg", BAD), 1_400),
            Done(Step("upload", "1", NAME, GOOD), 1_900),
            *(
                Done(Step("upload", f"{n}", f"products/{n}.jpg", OBJECTS[n + 1].content), 1_600)
                for n in (2, 3, 4)
            ),
        ],
        objects=OBJECTS,
        records=records(),
        parked=PARKED,
        dead_letters=[],
        answered={GOOD: 1, LATER: 1, BAD: 1},
        outcomes={"enriched": 4, "again unknown-product": 1, "parked record-too-big": 2},
        in_flight=frozenset(),
        shown_at="http://shop",
        sent=8,
        acknowledged=8,
    )
    return replace(fine, **changes)


def of_product_1(**changes: object) -> dict[str, Any]:
    return {"records": records() | {"1": {**record(MADE), **changes}}}


def also_parked(reason: str, product: str) -> dict[str, Any]:
    return {"parked": [*PARKED, Parked(reason, "handling", "", product)]}


def test_when_all_is_well_there_is_nothing_to_complain_about() -> None:
    assert wrong(aftermath()) == []
    other = replace(MADE, names=renamed(OTHER_NAMES))
    assert wrong(aftermath(made=other, records=records(other))) == []


CROWDED = oracle.wanted(OBJECTS[:3], SAID, "http://shop").labels.items()
WRONG: dict[str, dict[str, Any]] = {
    "labels are [{": of_product_1(labels=[{"description": name, "score": score} for name, score in CROWDED]),
    "labels are": of_product_1(labels=[]),
    "labelNames are": of_product_1(labelNames=["Boot"]),
    "imageURL is": of_product_1(imageURL=None),
    "visual is": of_product_1(visual={**VISUAL, "pictures": 2}),
    "'refused': 0": of_product_1(visual={**VISUAL, "refused": 0}),
    "'listing': 'another'": of_product_1(visual={**VISUAL, "listing": "another"}),
    "imageVersion is": of_product_1(imageVersion=1_899),
    "the shop's own is": of_product_1(name="Other"),
    "'more': 1": of_product_1(more=1),
    "of nobody's product": {"objects": [*OBJECTS, LiveObject("products/5.jpg", 1, GOOD)]},
    "product '2':\n    the record is": {"records": records(_2={"labels": []})},
    "product '3':\n    the record is": {"records": records(_3=ours(DEFAULT_NAMES))},
    "product '4':\n    the record is": {"records": records(_4={"text": ""})},
    "not parked as attributes-in-use: '2'": {"parked": [PARKED[0], *PARKED[2:]]},
    "not parked as record-too-big: '3'": {"parked": [*PARKED[:2], PARKED[3]]},
    "for another reason": also_parked("too-old", "1"),
    "'attributes-in-use', stage='handling', content='', product='1'": also_parked("attributes-in-use", "1"),
    "'record-too-big', stage='handling', content='', product='2'": also_parked("record-too-big", "2"),
    "'too-crowded', stage='handling', content='', product='1'": also_parked("too-crowded", "1"),
    "though it is a picture": {"parked": [*PARKED, replace(REFUSED, content=GOOD)]},
    "not parked: ": {"parked": PARKED[1:], "answered": {GOOD: 1}},
    "refused by the recognizer and not parked": {"parked": PARKED[1:], "objects": OBJECTS[:1]},
    "parked 2 times": {"parked": [*PARKED, REFUSED]},
    "bytes nobody uploaded": {"answered": {GOOD: 1, BAD: 1, "?": 1}},
    f"paid for though no record takes it: {FOREIGN}": {"answered": {GOOD: 1, BAD: 1, FOREIGN: 1}},
    f"paid for though no record takes it: {FRAME}": {"answered": {GOOD: 1, BAD: 1, FRAME: 1}},
    "answered 2 times": {"answered": {GOOD: 2, BAD: 1}},
    "dead letter: ": {"dead_letters": [NAME]},
    "ended as: unforeseen": {"outcomes": {"unforeseen": 1}},
    "of 8 messages 7 were": {"acknowledged": 7},
    "of 8 messages 9 were": {"acknowledged": 9},
    "2 products are left for a further backfill": {"due": 2},
}


@pytest.mark.parametrize(("words", "changes"), WRONG.items(), ids=WRONG.keys())
def test_what_is_wrong_is_told(words: str, changes: dict[str, Any]) -> None:
    assert any(words in complaint for complaint in wrong(aftermath(**changes)))


@pytest.mark.parametrize("name", ["labels", "labelNames", "imageURL", "visual", "imageVersion"])
def test_what_goes_to_the_shops_own_attributes_instead_of_ours_is_told(name: str) -> None:
    other = replace(MADE, names=renamed(OTHER_NAMES))
    ours_there = {"1": {**record(other), name: ours(DEFAULT_NAMES)[name]}}
    [complaint] = wrong(aftermath(made=other, records=records(other) | ours_there))
    assert "the shop's own is" in complaint


def test_a_record_of_an_overtaken_picture_is_told_with_its_history() -> None:
    live = [LiveObject(NAME, 2_100, LATER), *OBJECTS[1:]]
    [complaint] = wrong(aftermath(objects=live))
    assert "labels are" in complaint
    assert f"upload {NAME}" in complaint


def test_a_kill_excuses_one_more_answer_and_one_more_parked_event_of_its_content() -> None:
    answered, parked = {GOOD: 2, BAD: 2}, [*PARKED, REFUSED]
    killed = frozenset({Claimed(GOOD, 1), Claimed(BAD, 2)})
    after = aftermath(answered=answered, parked=parked, in_flight=killed)
    assert wrong(after) == []
    assert wrong(replace(after, answered={GOOD: 3, BAD: 2})) != []


def test_a_kill_excuses_nothing_of_the_other_instance() -> None:
    in_flight = {Claimed(GOOD, 1), Claimed(LATER, 2), Claimed(BAD, 3)}
    claims = {Claimed(GOOD, 1), Claimed(LATER, 4), Claimed(BAD, 3)}
    assert lost_claims(in_flight, claims, {GOOD, LATER}) == {Claimed(LATER, 2), Claimed(BAD, 3)}


def test_only_lost_events_excuse_that_none_is_parked_and_no_record_that_was_changed() -> None:
    lost = aftermath(parked=PARKED[:1], lost=frozenset("234"))
    assert wrong(lost) == []
    assert wrong(replace(lost, lost=frozenset("23"))) == ["not parked as record-too-big: '4'"]
    assert wrong(replace(lost, records=records(_2={"labels": []}))) != []


def test_trouble_excuses_a_time_before_a_deletion_but_not_one_before_an_upload() -> None:
    version = of_product_1(imageVersion=2_000)
    later = [*aftermath().history, Done(Step("deletion", "1", "products/1/y.jpg"), 2_500)]
    assert wrong(aftermath(troubled=True, history=later, **version)) == []
    assert wrong(aftermath(history=later, **version)) != []
    assert wrong(aftermath(troubled=True, **of_product_1(imageVersion=1_999))) != []


def test_trouble_excuses_a_bare_record_only_without_pictures() -> None:
    bare = records() | {"1": MADE.of("1")}
    gone = aftermath(troubled=True, records=bare, objects=OBJECTS[2:], answered={})
    assert wrong(gone) == []
    assert wrong(replace(gone, troubled=False)) != []
    assert wrong(replace(gone, objects=OBJECTS)) != []


def test_trouble_excuses_that_a_close_record_seemed_too_big_but_not_what_it_says() -> None:
    made = replace(MADE, kinds={**KINDS, "1": "close"})
    close = aftermath(made=made, records=records(made), troubled=True, **also_parked("record-too-big", "1"))
    assert wrong(close) == []
    assert wrong(replace(close, troubled=False)) != []
    assert wrong(replace(close, records=records(made) | {"1": made.of("1")})) != []
