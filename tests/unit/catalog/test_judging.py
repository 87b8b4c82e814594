from __future__ import annotations

from collections.abc import Mapping
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
TAKING_OVER = RecordJudge("r/1", likeness=LIKENESS, take_over=True)
RENAMED = renamed(["imageURL=u", "labels=l", "labelNames=n", "visual=v", "imageVersion=w"])
ELSEWHERE = RecordJudge("r/1", RENAMED, ("vw_x", "vc_x"))
LEAVING = RecordJudge("r/1", renamed(["imageURL="]), LIKENESS)
"""The picture's address to the shop."""


def written(judge: RecordJudge = JUDGE, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 attributes
    """A record as the enrichment of both pictures leaves it, with other attributes as given."""
    words = {"visualWords_x": ["a00"], "visualCode_x": "AQ=="}
    told = Enrichment((Label("Shoe", 0.9),), "https://a", "r/1", "2026", 1, 1, THERE.listing, words)
    return {"name": "N", **attributes(told, judge.names), judge.names.version: 12, **changes}


def visual(**changes: object) -> dict[str, Any]:
    return {"visual": {**written()["visual"], **changes}}


LEFT = written(LEAVING, imageURL="https://cdn.example/theirs.jpg")


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
    assert JUDGE.in_use({"name": "N", name: value}) == [name]


GUIDES = {"labels": [{"description": "Shoe", "score": 0.5}], "imageURL": "https://cdn.example/a.jpg"}
OTHERS = {"imageURL": {"small": "a"}, "labels": ["sale"], "labelNames": [], "visual": {}, "imageVersion": 1}
EMPTY: Mapping[str, Any] = {
    "imageURL": None,
    "labels": [],
    "labelNames": [],
    "visualWords_x": [],
    "visualCode_x": "",
}
THEIRS: Mapping[str, Any] = {
    "labels": ["sale"], "labelNames": "x", "imageVersion": "v2", "visualWords_x": 5, "visualCode_x": []
}  # fmt: skip
IN_USE: Mapping[str, tuple[RecordJudge, Mapping[str, Any], list[str]]] = {
    "several": (JUDGE, {"visual": "hero", "labels": ["sale"], "name": "N"}, ["labels", "visual"]),
    "default names beside others": (ELSEWHERE, dict.fromkeys(JUDGE.read, "theirs"), []),
    "another name": (ELSEWHERE, {"l": "theirs"}, ["l"]),
    "an address that is left alone": (LEAVING, {"imageURL": "https://cdn.example/a.jpg"}, []),
    "the guide's shape": (JUDGE, GUIDES, ["imageURL", "labels"]),
    "the guide's shape may be taken over": (TAKING_OVER, GUIDES, []),
    "other shapes may not": (TAKING_OVER, OTHERS, list(OTHERS)),
    "nor half of it": (TAKING_OVER, {**GUIDES, "labels": [*GUIDES["labels"], "sale"]}, ["labels"]),
    "our mark": (JUDGE, written(), []),
    "our mark and nothing told": (JUDGE, written(**EMPTY), []),
    "our mark beside what is not like ours": (JUDGE, written(**THEIRS), list(THEIRS)),
    "an address that was left to the shop": (JUDGE, LEFT, ["imageURL"]),
    "such an address may be taken over": (TAKING_OVER, LEFT, []),
}


@pytest.mark.parametrize("case", IN_USE)
def test_what_is_somebody_elses_is_named(case: str) -> None:
    judge, record, names = IN_USE[case]
    assert judge.in_use(record) == names


def test_an_address_that_is_left_to_the_shop_changes_nothing() -> None:
    assert LEAVING.findings(LEFT, THERE) == (State.CURRENT,)
