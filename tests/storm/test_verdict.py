"""A verdict that finds nothing wrong is worth something only if it finds what is wrong."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.pictures import jpeg
from tests.storm import oracle
from tests.storm.aftermath import Aftermath, Parked
from tests.storm.chaos import Claimed
from tests.storm.contents import Contents, md5
from tests.storm.options import chance
from tests.storm.plan import Step
from tests.storm.shop import Done, LiveObject
from tests.storm.verdict import complaints, repeated

PHOTO, OTHER, TEXT = jpeg(1), jpeg(2), b"price list"
GOOD, LATER, BAD = md5(PHOTO), md5(OTHER), md5(TEXT)
NAME = "products/1/a b.jpg"
OBJECTS = [LiveObject(NAME, 2_000, GOOD), LiveObject("products/1/z.jpg", 1_500, BAD)]


def known() -> Contents:
    contents = Contents(chance())
    contents.known |= {GOOD: PHOTO, LATER: OTHER, BAD: TEXT}
    contents.spoilt.add(BAD)
    return contents


def record(**changes: object) -> dict[str, Any]:
    said = oracle.answers(known())[GOOD]
    assert isinstance(said, tuple)
    return {
        "objectID": "1",
        "labels": [{"description": label.name, "score": round(label.score, 4)} for label in said],
        "labelNames": [label.name for label in said],
        "imageURL": "http://shop/products/1/a%20b.jpg",
        "imageVersion": 2_000,
        "visual": {"pictures": 1},
        **changes,
    }


def aftermath(**changes: Any) -> Aftermath:  # noqa: ANN401 - fields of Aftermath
    fine = Aftermath(
        contents=known(),
        history=[
            Done(Step("record", "1"), 100),
            Done(Step("upload", "1", "products/1/z.jpg", BAD), 1_400),
            Done(Step("upload", "1", NAME, GOOD), 1_900),
        ],
        objects=OBJECTS,
        records={"1": record()},
        parked=[Parked("bad-picture", "labelling", BAD)],
        dead_letters=[],
        answered={GOOD: 1, BAD: 1},
        outcomes={"enriched": 4, "again unknown-product": 1},
        in_flight=frozenset(),
        shown_at="http://shop",
    )
    return replace(fine, **changes)


def test_when_all_is_well_there_is_nothing_to_complain_about() -> None:
    assert complaints(aftermath()) == []


WRONG: dict[str, dict[str, Any]] = {
    "labels are": {"records": {"1": record(labels=[])}},
    "labelNames are": {"records": {"1": record(labelNames=["Boot"])}},
    "imageURL is": {"records": {"1": record(imageURL=None)}},
    "visual is": {"records": {"1": record(visual={"pictures": 2})}},
    "imageVersion is": {"records": {"1": record(imageVersion=1_899)}},
    "of nobody's product": {"objects": [*OBJECTS, LiveObject("products/2.jpg", 1, GOOD)]},
    "for another reason": {
        "parked": [Parked("too-old", "handling", ""), Parked("bad-picture", "labelling", BAD)]
    },
    "though it is a picture": {"parked": [Parked("bad-picture", "labelling", each) for each in (BAD, GOOD)]},
    "not parked: ": {"parked": [], "answered": {GOOD: 1}},
    "refused by the recogniser and not parked": {"parked": [], "objects": OBJECTS[:1]},
    "parked 2 times": {"parked": [Parked("bad-picture", "labelling", BAD)] * 2},
    "bytes nobody uploaded": {"answered": {GOOD: 1, BAD: 1, "?": 1}},
    "answered 2 times": {"answered": {GOOD: 2, BAD: 1}},
    "dead letter: ": {"dead_letters": [NAME]},
    "ended as: unforeseen": {"outcomes": {"unforeseen": 1}},
}


@pytest.mark.parametrize(("words", "changes"), WRONG.items(), ids=WRONG.keys())
def test_what_is_wrong_is_told(words: str, changes: dict[str, Any]) -> None:
    assert any(words in complaint for complaint in complaints(aftermath(**changes)))


def test_a_record_of_an_overtaken_picture_is_told_with_its_history() -> None:
    live = [LiveObject(NAME, 2_100, LATER), OBJECTS[1]]
    [complaint] = complaints(aftermath(objects=live, answered={GOOD: 1, LATER: 1, BAD: 1}))
    assert "labels are" in complaint
    assert f"upload {NAME}" in complaint


def test_a_kill_excuses_one_more_answer_and_one_more_parked_event_of_its_content() -> None:
    answered, parked = {GOOD: 2, BAD: 2}, [Parked("bad-picture", "labelling", BAD)] * 2
    killed = frozenset({Claimed(GOOD, 1), Claimed(BAD, 2)})
    after = aftermath(answered=answered, parked=parked, in_flight=killed)
    assert complaints(after) == []
    assert len(repeated(after)) == 2
    assert complaints(replace(after, answered={GOOD: 3, BAD: 2})) != []
