"""Standard replicas: the records of their primary under settings of their own."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from devstack.algolia.documents import JsonObject
from devstack.algolia.engine import Engine, EngineConfig
from devstack.algolia.limits import AlgoliaError
from devstack.algolia.request import DEFAULT_RANKING
from tests.engine.shop import NewShop, Shop

REPLICA = "shop_price_asc"
RECORDS: list[JsonObject] = [
    {"objectID": "dear", "name": "red bag", "price": 30, "sold": 3, "sale": True},
    {"objectID": "cheap", "name": "bag", "price": 10, "sold": 2, "sale": False},
    {"objectID": "priceless", "name": "bag", "sold": 9},
    {"objectID": "middling", "name": "chair", "price": 20, "sold": 5, "sale": True},
]
SETTINGS: JsonObject = {"customRanking": ["desc(sold)"], "attributesForFaceting": ["name"]}
CHEAP, DEAR = ("deleteObject", {"objectID": "cheap"}), ("deleteObject", {"objectID": "dear"})


@pytest.fixture
def shop(shop: Shop) -> Shop:
    """A filled index `shop` with one replica, sorted by price."""
    shop.fill(RECORDS, SETTINGS)
    shop.engine.set_settings("shop", {"replicas": [REPLICA]})
    shop.engine.set_settings(REPLICA, {"ranking": ["asc(price)", *DEFAULT_RANKING]})
    return shop


def added(object_id: str, **attributes: object) -> tuple[str, JsonObject]:
    return "addObject", {"objectID": object_id, **attributes}


def test_a_replica_starts_with_its_primarys_records_and_settings_and_alone_has_a_primary(shop: Shop) -> None:
    shop.engine.set_settings("shop", {"replicas": [REPLICA, "second"], "hitsPerPage": 3})
    assert shop.ids("second") == shop.ids() == ["priceless", "middling", "dear"]
    settings = shop.engine.get_settings("shop")
    assert settings.pop("replicas") == [REPLICA, "second"]
    assert "primary" not in settings
    assert shop.engine.get_settings("second") == {**settings, "primary": "shop"}
    listed = {each["name"]: (each["primary"], each["replicas"]) for each in shop.engine.list_indices()}
    assert listed == {"shop": (None, [REPLICA, "second"]), REPLICA: ("shop", []), "second": ("shop", [])}


@pytest.mark.parametrize(
    ("criterion", "order"),
    [
        ("asc(price)", ["cheap", "middling", "dear", "priceless"]),
        ("desc(price)", ["dear", "middling", "cheap", "priceless"]),
        ("asc(sale)", ["cheap", "middling", "dear", "priceless"]),
        ("desc(sale)", ["middling", "dear", "cheap", "priceless"]),
    ],
)
def test_a_sort_precedes_all_and_records_without_it_end(shop: Shop, criterion: str, order: list[str]) -> None:
    shop.engine.set_settings(REPLICA, {"ranking": [criterion, *DEFAULT_RANKING]})
    assert shop.ids(REPLICA) == shop.ids(REPLICA, optionalFilters="name:chair", query="") == order
    assert shop.ids(optionalFilters="name:chair")[0] == "middling"
    shop.write(("partialUpdateObject", {"objectID": "middling", "price": 10, "sale": False}))
    for filters, tied in (([], ["middling", "cheap"]), ("name:bag", ["cheap", "middling"])):
        found = shop.ids(REPLICA, optionalFilters=filters)
        assert [each for each in found if each in tied] == tied


def test_every_write_of_the_primary_shows_in_its_replica(shop: Shop) -> None:
    change = ("partialUpdateObject", {"objectID": "dear", "price": 1})
    shop.write(added("new", name="lamp", price=15), change, CHEAP)
    assert shop.ids(REPLICA) == ["dear", "new", "middling", "priceless"]
    assert shop.ids(REPLICA, query="lamp", filters="price < 20") == ["new"]
    shop.engine.delete_by("shop", {"filters": "price < 20"})
    assert shop.ids(REPLICA) == ["middling", "priceless"]
    shop.engine.clear("shop")
    assert shop.ids(REPLICA) == []


def test_records_and_replicas_become_visible_with_the_task_and_what_they_forbid_is_dropped(
    new_shop: NewShop, caplog: pytest.LogCaptureFixture
) -> None:
    shop = new_shop(EngineConfig(task_delay=1.0))
    shop.fill(RECORDS, {"replicas": [REPLICA]})
    shop.engine.clear(REPLICA)
    with pytest.raises(AlgoliaError, match=f"Index {REPLICA} does not exist"):
        shop.ids(REPLICA)
    shop.clock.pass_by(1.0)
    assert len(shop.ids(REPLICA)) == len(RECORDS)
    assert f"a task of index {REPLICA} dropped" in caplog.text
    shop.write(DEAR)
    assert "dear" in shop.ids(REPLICA)
    shop.clock.pass_by(1.0)
    assert "dear" not in shop.ids(REPLICA)


def test_an_index_that_becomes_a_replica_keeps_its_settings_and_loses_its_records(shop: Shop) -> None:
    shop.write(added("old"), index="former")
    shop.engine.set_settings("former", {"hitsPerPage": 2, "customRanking": ["asc(price)"]})
    shop.engine.set_settings("shop", {"replicas": ["former"]}, forward_to_replicas=True)
    assert shop.ids("former") == ["cheap", "middling"]


@pytest.mark.parametrize("replicas", [[], [""], None, ["other"]])
def test_a_replica_left_out_of_the_list_goes_its_own_way(shop: Shop, replicas: object) -> None:
    shop.engine.set_settings("shop", {"replicas": replicas})
    shop.write(CHEAP)
    shop.write(DEAR, index=REPLICA)
    assert shop.ids(REPLICA) == ["cheap", "middling", "priceless"]
    assert set(shop.ids()) == {"dear", "middling", "priceless"}
    assert "primary" not in shop.engine.get_settings(REPLICA)
    shop.engine.delete_index(REPLICA)
    assert REPLICA not in {entry["name"] for entry in shop.engine.list_indices()}


def test_settings_reach_replicas_only_when_forwarded_and_may_be_copied_to_one(shop: Shop) -> None:
    engine = shop.engine
    engine.set_settings("shop", {"hitsPerPage": 1})
    assert len(shop.ids(REPLICA)) == 4
    engine.set_settings("shop", {"hitsPerPage": 2}, forward_to_replicas=True)
    assert shop.ids(REPLICA) == ["cheap", "middling"]
    engine.copy("shop", REPLICA, ["settings"])
    assert shop.ids(REPLICA) == shop.ids() == ["priceless", "middling"]
    assert engine.get_settings(REPLICA)["primary"] == "shop"
    engine.set_settings("shop", {"hitsPerPage": None, "replicas": []}, forward_to_replicas=True)
    assert engine.get_settings(REPLICA)["hitsPerPage"] == 2


BATCH: list[JsonObject] = [{"action": "addObject", "body": {"objectID": "1"}}]
ON_REPLICAS: list[tuple[Callable[[Engine], object], str]] = [
    (lambda engine: engine.batch(REPLICA, BATCH), "the batch operation on a replica index"),
    (lambda engine: engine.clear(REPLICA), "a clear request on a replica index"),
    (lambda engine: engine.delete_index(REPLICA), "a delete request on a replica index"),
    (
        lambda engine: engine.delete_by(REPLICA, {"filters": "price > 0"}),
        "a delete by query request on a rep",
    ),
    (lambda engine: engine.copy("shop", REPLICA), "a copy request on a replica index"),
    (lambda engine: engine.move(REPLICA, "other"), "a move request on a replica index"),
    (lambda engine: engine.move("other", REPLICA), "a move request on a replica index"),
    (lambda engine: engine.move("shop", "elsewhere"), "a move request on an index that has replicas"),
    (lambda engine: engine.copy("other", "shop"), "a copy request on an index that has replicas"),
    (
        lambda engine: engine.copy("other", "shop", ["settings"]),
        "a copy request on an index that has replicas",
    ),
]


@pytest.mark.parametrize(("refused", "request_name"), ON_REPLICAS)
def test_what_replicas_do_not_allow(
    shop: Shop, refused: Callable[[Engine], object], request_name: str
) -> None:
    with pytest.raises(AlgoliaError, match=f"cannot apply {request_name}") as error:
        refused(shop.engine)
    assert error.value.status == (403 if "on a rep" in request_name else 400)
    assert len(shop.ids(REPLICA)) == len(RECORDS)


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
def test_wrong_replicas_are_refused(shop: Shop, index: str, replicas: list[object], message: str) -> None:
    with pytest.raises(AlgoliaError, match=message) as error:
        shop.engine.set_settings(index, {"replicas": replicas})
    assert error.value.status == 400


@pytest.mark.parametrize("in_a_batch", [False, True])
def test_deleting_a_primary_makes_replicas_independent_of_each_other(shop: Shop, *, in_a_batch: bool) -> None:
    shop.engine.set_settings("shop", {"replicas": [REPLICA, "second"]})
    if in_a_batch:
        shop.write(("delete", {}), added("new"))
        assert shop.ids() == ["new"]
    else:
        shop.engine.delete_index("shop")
    shop.write(CHEAP, index=REPLICA)
    assert shop.ids(REPLICA) == ["middling", "dear", "priceless"]
    assert "cheap" in shop.ids("second")


def test_a_copy_has_no_replicas_and_an_index_moved_onto_a_primary_takes_over_its_own(shop: Shop) -> None:
    shop.engine.copy("shop", "copy")
    assert "replicas" not in shop.engine.get_settings("copy")
    shop.write(added("only", price=1), index="staging")
    shop.engine.move("staging", "shop")
    assert shop.ids(REPLICA) == shop.ids() == ["only"]
    shop.write(added("free", price=0))
    assert shop.ids(REPLICA) == ["free", "only"]


def test_a_dump_restores_replicas_and_holds_their_records_once(shop: Shop, new_shop: NewShop) -> None:
    restored, dumped = new_shop(EngineConfig()), shop.engine.dump()
    assert [len(each["records"]) for each in dumped["indices"].values()] == [len(RECORDS), 0]
    restored.engine.load(dumped)
    restored.write(added("new", price=5))
    assert restored.ids(REPLICA) == ["new", "cheap", "middling", "dear", "priceless"]
    assert restored.engine.get_settings(REPLICA) == shop.engine.get_settings(REPLICA)
