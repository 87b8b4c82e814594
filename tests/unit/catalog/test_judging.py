from __future__ import annotations

from typing import Any

import pytest

from shared.attribute_names import renamed
from shared.catalog.judging import Inventory, RecordJudge, State
from shared.catalog.record import attributes
from shared.model import Enrichment, Label, StoredPicture

PICTURES = [
    StoredPicture("p", f"products/1/{name}.jpg", 10 + n, "h", 1, "image/jpeg") for n, name in enumerate("ab")
]
THERE, NOTHING = Inventory.of(PICTURES), Inventory.of(())
LIKENESS = ("visualWords_x", "visualCode_x")
JUDGE = RecordJudge("r/1", likeness=LIKENESS)
WORDS = {"visualWords_x": ["a00"], "visualCode_x": "AQ=="}
GUIDES = {"labels": [{"description": "Shoe", "score": 0.5}], "imageURL": "https://cdn.example/a.jpg"}


def written(judge: RecordJudge = JUDGE, **changes: object) -> dict[str, Any]:
    """A record as the enrichment of both pictures leaves it, with other attributes as given."""
    told = Enrichment((Label("Shoe", 0.9),), "https://a", "r/1", "2026", 1, 1, THERE.listing, WORDS)
    return {"name": "N", **attributes(told, judge.names), judge.names.version: 12, **changes}


def visual(**changes: object) -> dict[str, Any]:
    return {"visual": {**written()["visual"], **changes}}


@pytest.mark.parametrize(
    ("record", "there", "states"),
    [
        (None, THERE, [State.NO_RECORD]),
        (None, NOTHING, [State.NO_RECORD]),
        ({"name": "N"}, THERE, [State.BARE]),
        ({"name": "N"}, NOTHING, [State.CURRENT]),
        (written(), THERE, [State.CURRENT]),
        (written(imageVersion=11), THERE, [State.CURRENT]),
        (written(imageVersion=10), THERE, [State.STALE]),
        (written(**visual(pictures=2)), THERE, [State.STALE]),
        (written(**visual(pictures=0)), THERE, [State.STALE]),
        (written(**visual(refused=0)), THERE, [State.STALE]),
        (written(**visual(listing="")), THERE, [State.CURRENT]),
        (written(**visual(listing="0a1b2c3d4e5f")), THERE, [State.STALE]),
        (written(), NOTHING, [State.STALE]),
        (written(**visual(recognizer="r/2")), THERE, [State.OTHER]),
        (written(**visual(recognizer="r/2", pictures=2)), THERE, [State.OTHER, State.STALE]),
        (written(**visual(recognizer="r/2", pictures=0, refused=0, listing="")), NOTHING, [State.CURRENT]),
        ({key: value for key, value in written().items() if key != "visualCode_x"}, THERE, [State.PARTIAL]),
        (written(visualWords_x=None, visualCode_x=None), THERE, [State.PARTIAL]),
        ({"labels": ["sale"]}, THERE, [State.IN_USE]),
    ],
)
def test_a_record_is_judged_beside_the_pictures(
    record: dict[str, Any] | None, there: Inventory, states: list[State]
) -> None:
    assert list(JUDGE.findings(record, there)) == states


@pytest.mark.parametrize("name", JUDGE.read)
@pytest.mark.parametrize(
    "value", ["sale", ["sale", "new"], 5, True, None, {"a": 1}, [], [{"description": "x"}]]
)
def test_without_our_mark_whatever_has_a_name_of_ours_is_somebody_elses(name: str, value: object) -> None:
    record = {"name": "N", name: value}
    assert JUDGE.in_use(record) == [name]


def test_several_are_named_together() -> None:
    record = {"labels": ["sale", "new"], "imageURL": "https://cdn...", "visual": "hero", "name": "N"}
    assert JUDGE.in_use(record) == ["imageURL", "labels", "visual"]


@pytest.mark.parametrize("name", JUDGE.read)
def test_other_names_leave_what_has_the_default_names_to_the_shop(name: str) -> None:
    changes = ["imageURL=u", "labels=l", "labelNames=n", "visual=v", "imageVersion=w"]
    judge = RecordJudge("r/1", renamed(changes), ("vw_x", "vc_x"))
    assert judge.in_use({name: "theirs"}) == []
    assert judge.in_use({"l": "theirs"}) == ["l"]


def test_a_picture_address_that_is_left_alone_is_nobodys_business() -> None:
    assert RecordJudge("r/1", renamed(["imageURL="])).in_use({"imageURL": "https://cdn.example/a.jpg"}) == []


def test_what_has_the_guides_shape_may_be_taken_over_where_that_is_allowed() -> None:
    judge = RecordJudge("r/1", likeness=LIKENESS, take_over=True)
    assert JUDGE.in_use(GUIDES) == ["imageURL", "labels"]
    assert judge.in_use(GUIDES) == []
    others = {
        "labels": ["sale"],
        "imageURL": {"small": "a"},
        "labelNames": [],
        "visual": {},
        "imageVersion": 1,
    }
    assert judge.in_use(others) == ["imageURL", "labels", "labelNames", "visual", "imageVersion"]
    assert judge.in_use({**GUIDES, "labels": [*GUIDES["labels"], "sale"]}) == ["labels"]


def test_a_record_with_our_mark_is_ours_as_long_as_it_looks_so() -> None:
    assert JUDGE.in_use(written()) == []
    assert (
        JUDGE.in_use(written(imageURL=None, labels=[], labelNames=[], visualWords_x=[], visualCode_x=""))
        == []
    )
    theirs: dict[str, Any] = {
        "labels": ["sale"],
        "labelNames": "x",
        "imageVersion": "v2",
        "visualWords_x": 5,
        "visualCode_x": [],
    }
    assert JUDGE.in_use(written(**theirs)) == list(theirs)


def test_an_address_that_was_left_to_the_shop_does_not_become_ours_later() -> None:
    alone = RecordJudge("r/1", renamed(["imageURL="]), LIKENESS)
    record = {**written(alone), "imageURL": "https://cdn.example/theirs.jpg"}
    assert alone.findings(record, THERE) == (State.CURRENT,)
    assert JUDGE.in_use(record) == ["imageURL"]
    assert RecordJudge("r/1", likeness=LIKENESS, take_over=True).in_use(record) == []
