"""Writes: batch order, partial updates, the built-in operations, tasks, copies."""

from __future__ import annotations

import pytest

from devstack.algolia.documents import JsonObject
from devstack.algolia.engine import EngineConfig
from devstack.algolia.limits import AlgoliaError
from tests.engine.shop import NewShop, Shop

GONE = ("deleteObject", {"objectID": "1"})


def operation(name: str, value: object) -> JsonObject:
    return {"_operation": name, "value": value}


def test_a_batch_is_applied_in_its_order(shop: Shop) -> None:
    shop.write(
        ("addObject", {"objectID": "1", "name": "first"}),
        ("partialUpdateObject", {"objectID": "1", "price": 3}),
        ("addObject", {"objectID": "2"}),
        ("deleteObject", {"objectID": "2"}),
        ("updateObject", {"objectID": "3", "name": "third"}),
        ("partialUpdateObjectNoCreate", {"objectID": "4", "name": "never"}),
        ("partialUpdateObject", {"objectID": "5", "name": "created"}),
    )
    assert shop.ids() == ["1", "3", "5"]
    assert shop.record("1") == {"objectID": "1", "name": "first", "price": 3}


@pytest.mark.parametrize("action", ["clear", "delete"])
def test_clear_keeps_the_settings_and_delete_does_not(shop: Shop, action: str) -> None:
    shop.fill([{"objectID": "1"}], {"hitsPerPage": 7})
    shop.write((action, {}), ("addObject", {"objectID": "2"}))
    assert shop.ids() == ["2"]
    assert shop.engine.get_settings("shop")["hitsPerPage"] == (7 if action == "clear" else 20)


def test_add_object_invents_an_id_and_an_attribute_replaces_its_ancestor(shop: Shop) -> None:
    _, (invented,) = shop.engine.batch("shop", [{"action": "addObject", "body": {"name": "x"}}])
    shop.write(("addObject", {"objectID": invented, "visual": {"model": "a", "pictures": 2}}))
    shop.write(("partialUpdateObject", {"objectID": invented, "visual": {"model": "b"}}))
    assert shop.record(invented) == {"objectID": invented, "visual": {"model": "b"}}


@pytest.mark.parametrize(
    ("before", "name", "value", "after"),
    [
        (5, "Increment", 2, 7),
        (None, "Increment", 2, 2),
        (5, "Decrement", 0.5, 4.5),
        (None, "Decrement", 2, -2),
        ([1], "Add", 1, [1, 1]),
        (None, "Add", "a", ["a"]),
        (["a", "b", "a"], "Remove", "a", ["b"]),
        (["a"], "AddUnique", "a", ["a"]),
        (["a"], "AddUnique", "b", ["a", "b"]),
        (5, "IncrementSet", 6, 6),
        (5, "IncrementSet", 5, None),
        (5, "IncrementSet", 4, None),
        (5.0, "IncrementSet", 6, 6),
        (10**400, "IncrementSet", 6, None),
        (None, "IncrementSet", 1, 1),
        (None, "IncrementSet", 0, None),
        (1_718_000_000_000_000, "IncrementSet", 1_718_000_000_000_001, 1_718_000_000_000_001),
        (5, "IncrementFrom", 5, 6),
        (5, "IncrementFrom", 4, None),
        (5, "IncrementFrom", 6, None),
        (None, "IncrementFrom", 0, 1),
        (None, "IncrementFrom", 1, None),
    ],
)
def test_built_in_operations_and_refused_guards_that_drop_the_whole_update(
    shop: Shop, before: object, name: str, value: object, after: object
) -> None:
    stored: JsonObject = {"objectID": "1", "y": "old"} | ({} if before is None else {"v": before})
    shop.fill([stored])
    shop.write(("partialUpdateObject", {"y": "new", "v": operation(name, value), "objectID": "1"}))
    assert shop.record("1") == (stored if after is None else {"objectID": "1", "y": "new", "v": after})
    if before is None:  # a record that is not there counts as one without the attribute
        shop.write(("partialUpdateObject", {"objectID": "2", "v": operation(name, value)}))
        assert ("2" in shop.ids()) == (after is not None)


@pytest.mark.parametrize("held", ["5", "", "new", None, True, False, 5.5, [], [5], {}, {"at": 5}], ids=repr)
@pytest.mark.parametrize("value", [0, 1, 5, 2**53], ids=str)
@pytest.mark.parametrize("name", ["IncrementSet", "IncrementFrom"])
def test_what_is_no_integer_lets_no_guarded_one_pass(shop: Shop, name: str, value: int, held: object) -> None:
    stored: JsonObject = {"objectID": "1", "y": "old", "v": held}
    shop.fill([stored])
    task = shop.write(("partialUpdateObject", {"objectID": "1", "y": "new", "v": operation(name, value)}))
    assert shop.engine.is_published(task)
    assert shop.record("1") == stored


@pytest.mark.parametrize("plain", [3, 0, -1, None, "reset"], ids=repr)
def test_a_plain_value_replaces_a_guarded_one_whatever_it_is(shop: Shop, plain: object) -> None:
    shop.write(("partialUpdateObject", {"objectID": "1", "v": operation("IncrementSet", 9)}))
    shop.write(("partialUpdateObject", {"objectID": "1", "v": plain}))
    assert shop.record("1") == {"objectID": "1", "v": plain}
    if isinstance(plain, int):
        shop.write(("partialUpdateObject", {"objectID": "1", "v": operation("IncrementSet", plain + 1)}))
        assert shop.record("1")["v"] == plain + 1


@pytest.mark.parametrize(
    ("action", "body", "message"),
    [
        ("removeObject", {"objectID": "1"}, "action must be one of"),
        ("updateObject", {"name": "x"}, "'objectID' attribute is required to use action=updateObject"),
        ("partialUpdateObject", {}, "'objectID' attribute is required"),
        ("deleteObject", {"objectID": ""}, "'objectID' attribute is required"),
        ("partialUpdateObject", {"objectID": "1", "x": operation("Multiply", 2)}, "operation 'Multiply'"),
        ("partialUpdateObject", {"objectID": "1", "x": operation("Increment", "2")}, "invalid value '2'"),
        ("partialUpdateObject", {"objectID": "1", "x": operation("IncrementSet", 1.5)}, "invalid value 1.5"),
        ("partialUpdateObject", {"objectID": "1", "x": operation("AddUnique", {"d": 1})}, "invalid value"),
        ("partialUpdateObject", {"objectID": "1", "x": {"y": operation("Add", 1)}}, "first-level attributes"),
    ],
)
def test_invalid_actions_are_refused_at_once(shop: Shop, action: str, body: JsonObject, message: str) -> None:
    with pytest.raises(AlgoliaError, match=message):
        shop.write(("addObject", {"objectID": "0"}), (action, body))
    assert shop.engine.list_indices() == []


def test_writes_become_visible_in_order_after_the_delay(new_shop: NewShop) -> None:
    shop = new_shop(EngineConfig(task_delay=2.0))
    shop.write(("addObject", {"objectID": "1"}))
    shop.clock.pass_by(1.5)
    second = shop.write(GONE)
    with pytest.raises(AlgoliaError, match="Index shop does not exist"):
        shop.search()
    shop.clock.pass_by(0.6)
    assert shop.ids() == ["1"]
    assert not shop.engine.is_published(second)
    assert shop.engine.list_indices()[0]["pending"] == 1
    shop.clock.pass_by(1.5)
    assert shop.engine.is_published(second)
    assert shop.ids() == []


def test_the_engine_is_right_when_nobody_asks_for_a_long_time(new_shop: NewShop) -> None:
    shop = new_shop(EngineConfig(task_delay=1.0))
    for number in range(100):
        shop.write(("partialUpdateObject", {"objectID": "1", "n": operation("Increment", number)}))
        shop.clock.pass_by(0.3)
    shop.clock.pass_by(1.0)
    assert shop.record("1")["n"] == sum(range(100))


def test_too_many_waiting_tasks_are_throttled(new_shop: NewShop) -> None:
    shop = new_shop(EngineConfig(task_delay=1.0))
    for _ in range(5_000):
        shop.engine.clear("shop")
    with pytest.raises(AlgoliaError, match="Too many jobs") as refused:
        shop.engine.clear("shop")
    assert refused.value.status == 429


def test_rows_of_deleted_records_leave_no_trace(shop: Shop) -> None:
    record = {"objectID": "1", "c": "red", "n": [1, 2], "t": "old words"}
    shop.fill([record], {"attributesForFaceting": ["c"]})
    assert shop.ids(query="words", filters="c:red AND n=2") == ["1"]
    shop.write(GONE, ("addObject", {"objectID": "2", "c": "blue", "n": 3}))
    assert shop.ids() == ["2"]
    assert shop.ids(query="words") == []
    assert [shop.ids(filters=filters) for filters in ("c:red", "n<3", "NOT c:blue")] == [[], [], []]
    assert shop.search(facets="*")["facets"] == {"c": {"blue": 1}}


def test_delete_by_takes_filters_only(shop: Shop) -> None:
    shop.fill([{"objectID": "1", "n": 1}, {"objectID": "2", "n": 2}])
    shop.engine.delete_by("shop", {"filters": "n > 1"})
    assert shop.ids() == ["1"]
    for refused in ({}, {"query": "x"}):
        with pytest.raises(AlgoliaError, match="at least one filter"):
            shop.engine.delete_by("shop", refused)


def test_copy_takes_everything_or_only_settings_and_move_renames(shop: Shop) -> None:
    shop.fill([{"objectID": "1"}], {"hitsPerPage": 3})
    shop.engine.copy("shop", "whole")
    shop.engine.copy("shop", "bare", ["settings", "rules", "synonyms"])
    shop.engine.move("shop", "moved")
    shop.engine.copy("missing", "nothing")
    sizes = {entry["name"]: entry["entries"] for entry in shop.engine.list_indices()}
    assert sizes == {"bare": 0, "moved": 1, "whole": 1}
    assert {shop.engine.get_settings(name)["hitsPerPage"] for name in sizes} == {3}


def test_a_dump_restores_records_settings_and_task_numbers(shop: Shop, new_shop: NewShop) -> None:
    shop.fill([{"objectID": "b", "c": "red"}, {"objectID": "a"}], {"attributesForFaceting": ["c"]})
    restored = new_shop(EngineConfig())
    restored.engine.load(shop.engine.dump())
    assert restored.ids() == ["b", "a"]
    assert restored.ids(filters="c:red") == ["b"]
    assert restored.engine.clear("shop") == shop.engine.clear("shop")
