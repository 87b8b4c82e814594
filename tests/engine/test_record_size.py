"""The limit of a record's size: what is refused, when, and what stays."""

from __future__ import annotations

import json
from typing import get_args

import pytest

from devstack.algolia.batch import PARTIAL_ACTIONS
from devstack.algolia.documents import JsonObject
from devstack.algolia.engine import EngineConfig
from devstack.algolia.limits import AlgoliaError, TooBig
from tests.engine.shop import NewShop

LIMIT = 120
STORED: JsonObject = {"objectID": "a", "name": "n" * 40}
MODES = get_args(TooBig)


def config(mode: TooBig, task_delay: float = 0.0) -> EngineConfig:
    return EngineConfig(task_delay, LIMIT, mode)


def bytes_of(record: JsonObject) -> int:
    return len(json.dumps(record, separators=(",", ":")))


def growing(record: JsonObject, size: int) -> JsonObject:
    """An attribute that brings `record` to so many bytes."""
    return {"more": "m" * (size - bytes_of({**record, "more": ""}))}


@pytest.mark.parametrize("size", [LIMIT - 1, LIMIT, LIMIT + 1])
@pytest.mark.parametrize("exists", [True, False])
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("action", ["addObject", "updateObject", *sorted(PARTIAL_ACTIONS)])
def test_the_limit_holds(new_shop: NewShop, action: str, mode: TooBig, size: int, *, exists: bool) -> None:
    shop = new_shop(config(mode))
    shop.fill([{"objectID": "b"}, *([STORED] if exists else [])])
    merges = exists and action in PARTIAL_ACTIONS
    kept = STORED if merges else {"objectID": "a"}
    change = growing(kept, size)
    batch = [("updateObject", {"objectID": "b", "new": 1}), (action, {"objectID": "a", **change})]
    fits, seen_when_sent = size <= LIMIT, mode == "at-once" or not merges
    if fits or not seen_when_sent:
        assert shop.engine.is_published(shop.write(*batch))
    else:
        refusal = rf"^Record at the position 1 objectID=a .*={size}/{LIMIT} bytes"
        with pytest.raises(AlgoliaError, match=refusal):
            shop.write(*batch)
    created = exists or action != "partialUpdateObjectNoCreate"
    after = {**kept, **change} if fits and created else STORED if exists else None
    assert shop.engine.find_object("shop", "a", ["*"]) == after
    assert ("new" in shop.record("b")) == (fits or not seen_when_sent)


def test_a_size_is_in_bytes_not_in_characters(new_shop: NewShop) -> None:
    shop = new_shop(EngineConfig(max_record_bytes=50))
    with pytest.raises(AlgoliaError, match="Record at the position 0 objectID=b is too big size=66/50 bytes"):
        shop.write(("addObject", {"objectID": "b", "text": "é" * 20}))


HALF = {"half": "h" * 30}
OTHER_HALF = {"other": "o" * 30}
AFTER_EARLIER_ACTIONS = [
    (["partialUpdateObject"], False),
    (["partialUpdateObject", "updateObject"], True),
    (["partialUpdateObject", "deleteObject"], True),
    (["partialUpdateObject", "clear"], True),
    (["partialUpdateObject", "delete"], True),
    (["clear", "partialUpdateObject"], True),
]


@pytest.mark.parametrize(("before", "fits"), AFTER_EARLIER_ACTIONS)
@pytest.mark.parametrize("mode", MODES)
def test_earlier_actions_count(new_shop: NewShop, mode: TooBig, before: list[str], *, fits: bool) -> None:
    shop = new_shop(config(mode))
    shop.fill([STORED])
    earlier = [(action, {"objectID": "a", **HALF}) for action in before]
    batch = [*earlier, ("partialUpdateObject", {"objectID": "a", **OTHER_HALF})]
    if fits or mode == "in-task":
        shop.write(*batch)
        assert ("other" in shop.record("a")) == fits
    else:
        with pytest.raises(AlgoliaError, match="Record at the position 1 objectID=a is too big"):
            shop.write(*batch)
        assert shop.record("a") == STORED


@pytest.mark.parametrize("mode", MODES)
def test_an_update_that_its_guard_refuses_is_never_too_big(new_shop: NewShop, mode: TooBig) -> None:
    shop = new_shop(config(mode))
    stored = {**STORED, "v": 5}
    shop.fill([stored])
    guard = {"_operation": "IncrementSet", "value": 4}
    shop.write(("partialUpdateObject", {"objectID": "a", "v": guard, **growing(stored, LIMIT + 1)}))
    assert shop.record("a") == stored


@pytest.mark.parametrize("mode", MODES)
def test_waiting_tasks_count_too(new_shop: NewShop, caplog: pytest.LogCaptureFixture, mode: TooBig) -> None:
    shop = new_shop(config(mode, task_delay=1.0))
    shop.fill([STORED])
    shop.clock.pass_by(1.0)
    for half in (HALF, OTHER_HALF):
        shop.write(("partialUpdateObject", {"objectID": "a", **half}))
    shop.clock.pass_by(1.0)
    assert shop.record("a") == {**STORED, **HALF}
    assert "objectID=a dropped" in caplog.text
