"""Standard replicas: the records of their primary under settings of their own."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from devstack.algolia.documents import JsonObject
from devstack.algolia.engine import Engine, EngineConfig
from devstack.algolia.limits import AlgoliaError
from devstack.algolia.request import DEFAULT_RANKING
from tests.engine.shop import Clock, Shop

REPLICA = "shop_price_asc"
RECORDS: list[JsonObject] = [
    {"objectID": "dear", "name": "red bag", "price": 30, "sold": 3, "sale": True},
    {"objectID": "cheap", "name": "bag", "price": 10, "sold": 2, "sale": False},
    {"objectID": "priceless", "name": "bag", "sold": 9},
    {"objectID": "middling", "name": "chair", "price": 20, "sold": 5, "sale": True},
]
SETTINGS: JsonObject = {"customRanking": ["desc(sold)"], "attributesForFaceting": ["name"]}


@pytest.fixture
def engine(shop: Shop) -> Engine:
    """A filled index `shop` with one replica, sorted by price."""
    shop.fill(RECORDS, SETTINGS)
    shop.engine.set_settings("shop", {"replicas": [REPLICA]})
    shop.engine.set_settings(REPLICA, {"ranking": ["asc(price)", *DEFAULT_RANKING]})
    return shop.engine


def found(engine: Engine, index: str = REPLICA, **parameters: object) -> list[str]:
    return [hit["objectID"] for hit in engine.search(index, parameters)["hits"]]


def write(engine: Engine, action: str, body: JsonObject, index: str = "shop") -> None:
    engine.batch(index, [{"action": action, "body": body}])


def test_a_replica_starts_with_its_primarys_records_and_settings(shop: Shop) -> None:
    shop.fill(RECORDS, SETTINGS)
    shop.engine.set_settings("shop", {"replicas": [REPLICA], "hitsPerPage": 3})
    assert found(shop.engine) == shop.ids() == ["priceless", "middling", "dear"]
    expected = shop.engine.get_settings("shop")
    assert expected.pop("replicas") == [REPLICA]
    assert shop.engine.get_settings(REPLICA) == {**expected, "primary": "shop"}


def test_only_a_replica_has_a_primary(engine: Engine) -> None:
    assert "primary" not in engine.get_settings("shop")
    listed = {entry["name"]: (entry["primary"], entry["replicas"]) for entry in engine.list_indices()}
    assert listed == {"shop": (None, [REPLICA]), REPLICA: ("shop", [])}


@pytest.mark.parametrize(
    ("criterion", "order"),
    [
        ("asc(price)", ["cheap", "middling", "dear", "priceless"]),
        ("desc(price)", ["dear", "middling", "cheap", "priceless"]),
        ("asc(sale)", ["cheap", "middling", "dear", "priceless"]),
        ("desc(sale)", ["middling", "dear", "cheap", "priceless"]),
    ],
)
def test_a_sort_attribute_precedes_everything_and_records_without_it_come_last(
    engine: Engine, criterion: str, order: list[str]
) -> None:
    engine.set_settings(REPLICA, {"ranking": [criterion, *DEFAULT_RANKING]})
    assert found(engine) == order
    assert found(engine, optionalFilters="name:chair", query="") == order
    assert found(engine, "shop", optionalFilters="name:chair")[0] == "middling"


def test_optional_filters_break_the_ties_of_a_sort_attribute(engine: Engine) -> None:
    write(engine, "partialUpdateObject", {"objectID": "middling", "price": 10})
    assert found(engine)[:2] == ["middling", "cheap"]
    assert found(engine, optionalFilters="name:bag")[:2] == ["cheap", "middling"]


def test_every_write_of_the_primary_shows_in_its_replica(engine: Engine) -> None:
    write(engine, "addObject", {"objectID": "new", "name": "lamp", "price": 15})
    write(engine, "partialUpdateObject", {"objectID": "dear", "price": 1})
    write(engine, "deleteObject", {"objectID": "cheap"})
    assert found(engine) == ["dear", "new", "middling", "priceless"]
    assert found(engine, query="lamp", filters="price < 20") == ["new"]
    engine.delete_by("shop", {"filters": "price < 20"})
    assert found(engine) == ["middling", "priceless"]
    engine.clear("shop")
    assert found(engine) == []


def test_records_and_replicas_become_visible_with_the_task(
    new_shop: Callable[[EngineConfig], Shop], clock: Clock
) -> None:
    shop = new_shop(EngineConfig(task_delay=1.0))
    shop.fill(RECORDS, {"replicas": [REPLICA]})
    with pytest.raises(AlgoliaError, match=f"Index {REPLICA} does not exist"):
        found(shop.engine)
    clock.pass_by(1.0)
    assert len(found(shop.engine)) == len(RECORDS)
    write(shop.engine, "deleteObject", {"objectID": "dear"})
    assert "dear" in found(shop.engine)
    clock.pass_by(1.0)
    assert "dear" not in found(shop.engine)


def test_an_index_that_becomes_a_replica_keeps_its_settings_and_loses_its_records(shop: Shop) -> None:
    shop.fill(RECORDS)
    write(shop.engine, "addObject", {"objectID": "old"}, REPLICA)
    shop.engine.set_settings(REPLICA, {"hitsPerPage": 2, "customRanking": ["asc(price)"]})
    shop.engine.set_settings("shop", {"replicas": [REPLICA]}, forward_to_replicas=True)
    assert found(shop.engine) == ["cheap", "middling"]


@pytest.mark.parametrize("replicas", [[], [""], None, ["other"]])
def test_a_replica_left_out_of_the_list_goes_its_own_way(engine: Engine, replicas: object) -> None:
    engine.set_settings("shop", {"replicas": replicas})
    write(engine, "deleteObject", {"objectID": "cheap"})
    write(engine, "deleteObject", {"objectID": "dear"}, REPLICA)
    assert found(engine) == ["cheap", "middling", "priceless"]
    assert set(found(engine, "shop")) == {"dear", "middling", "priceless"}
    assert "primary" not in engine.get_settings(REPLICA)
    engine.delete_index(REPLICA)
    assert REPLICA not in {entry["name"] for entry in engine.list_indices()}


def test_settings_reach_replicas_only_when_forwarded(engine: Engine) -> None:
    engine.set_settings("shop", {"hitsPerPage": 1})
    assert len(found(engine)) == 4
    engine.set_settings("shop", {"hitsPerPage": 2}, forward_to_replicas=True)
    assert found(engine) == ["cheap", "middling"]
    engine.set_settings("shop", {"hitsPerPage": None, "replicas": []}, forward_to_replicas=True)
    assert engine.get_settings(REPLICA)["hitsPerPage"] == 2


@pytest.mark.parametrize(
    ("refused", "request_name"),
    [
        (lambda engine: write(engine, "addObject", {"objectID": "1"}, REPLICA), "the batch operation"),
        (lambda engine: engine.clear(REPLICA), "a clear request"),
        (lambda engine: engine.delete_index(REPLICA), "a delete request"),
        (lambda engine: engine.delete_by(REPLICA, {"filters": "price > 0"}), "a delete by query request"),
        (lambda engine: engine.copy("shop", REPLICA), "a copy request"),
        (lambda engine: engine.move(REPLICA, "other"), "a move request"),
        (lambda engine: engine.move("other", REPLICA), "a move request"),
    ],
)
def test_a_replica_takes_no_records_and_cannot_be_deleted(
    engine: Engine, refused: Callable[[Engine], object], request_name: str
) -> None:
    with pytest.raises(AlgoliaError, match=f"cannot apply {request_name} on a replica index") as error:
        refused(engine)
    assert error.value.status == 403
    assert len(found(engine)) == len(RECORDS)


@pytest.mark.parametrize(
    ("index", "replicas", "message"),
    [
        ("shop", ["virtual(shop_relevant)"], "virtual replicas are not available here"),
        ("shop", ["shop"], "cannot be its own replica"),
        ("other", [REPLICA], "A replica index is already replica of another index"),
        (REPLICA, ["third"], "A replica index cannot have replicas"),
        ("other", ["shop"], "A replica index cannot have replicas"),
        ("shop", [3], "expected an array of strings"),
    ],
)
def test_lists_of_replicas_that_cannot_be_are_refused(
    engine: Engine, index: str, replicas: list[object], message: str
) -> None:
    with pytest.raises(AlgoliaError, match=message) as error:
        engine.set_settings(index, {"replicas": replicas})
    assert error.value.status == 400


def test_deleting_a_primary_makes_its_replicas_independent_of_one_another(engine: Engine) -> None:
    engine.set_settings("shop", {"replicas": [REPLICA, "second"]})
    engine.delete_index("shop")
    write(engine, "deleteObject", {"objectID": "cheap"}, REPLICA)
    assert found(engine) == ["middling", "dear", "priceless"]
    assert "cheap" in found(engine, "second")


def test_an_action_that_deletes_the_primary_detaches_its_replicas(engine: Engine) -> None:
    engine.batch("shop", [{"action": "delete"}, {"action": "addObject", "body": {"objectID": "new"}}])
    assert found(engine, "shop") == ["new"]
    assert len(found(engine)) == len(RECORDS)


def test_a_copy_has_no_replicas_and_none_replaces_an_index_that_has(engine: Engine) -> None:
    engine.copy("shop", "copy")
    assert "replicas" not in engine.get_settings("copy")
    for scope in ([], ["settings"]):
        with pytest.raises(AlgoliaError, match="a copy request on an index that has replicas"):
            engine.copy("copy", "shop", scope)


def test_settings_may_be_copied_to_a_replica(engine: Engine) -> None:
    engine.copy("shop", REPLICA, ["settings"])
    assert found(engine) == found(engine, "shop")
    assert engine.get_settings(REPLICA)["primary"] == "shop"


def test_an_index_moved_onto_a_primary_takes_over_its_replicas(engine: Engine) -> None:
    write(engine, "addObject", {"objectID": "only", "price": 1}, "staging")
    engine.move("staging", "shop")
    assert found(engine) == found(engine, "shop") == ["only"]
    write(engine, "addObject", {"objectID": "free", "price": 0})
    assert found(engine) == ["free", "only"]
    with pytest.raises(AlgoliaError, match="a move request on an index that has replicas"):
        engine.move("shop", "elsewhere")


def test_a_task_that_earlier_ones_have_come_to_forbid_is_dropped(
    new_shop: Callable[[EngineConfig], Shop], clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    shop = new_shop(EngineConfig(task_delay=1.0))
    shop.fill(RECORDS, {"replicas": [REPLICA]})
    shop.engine.clear(REPLICA)
    clock.pass_by(1.0)
    assert len(found(shop.engine)) == len(RECORDS)
    assert f"a task of index {REPLICA} dropped" in caplog.text


def test_a_dump_restores_replicas_and_holds_their_records_once(
    engine: Engine, new_shop: Callable[[EngineConfig], Shop]
) -> None:
    restored = new_shop(EngineConfig()).engine
    dumped = engine.dump()
    assert [len(each["records"]) for each in dumped["indices"].values()] == [len(RECORDS), 0]
    restored.load(dumped)
    write(restored, "addObject", {"objectID": "new", "price": 5})
    assert found(restored) == ["new", "cheap", "middling", "dear", "priceless"]
    assert restored.get_settings(REPLICA) == engine.get_settings(REPLICA)
