"""ObjectIDs of every kind, through every door: batches, getObjects, browse, filters, paths of one record."""

from __future__ import annotations

import http.client
import json
from urllib.parse import quote

import pytest

from devstack.algolia.documents import JsonObject
from devstack.algolia.server import RunningEngine
from devstack.processes import LOOPBACK
from tests.engine.shop import Caller

IDS: list[str | int] = [
    *(42, 0, -7, 2**53 + 1, "042", "4.2", "products/1/front.jpg", "//", "a%2Fb", "100 %", "a+b&c=d?e#f"),
    *("x" * 200, "👜" * 50, "👩‍👩‍👧", "caf\u00e9", "cafe\u0301", "größe 7", " ", " a  b ", "a\tb\nc"),
    *('"', "it's", 'say "a \\" b"', "\\", "back\\slash", "..", ".", "../../1", "-1", "--", "\\-1"),
    *("NOT x OR y", "a:b<score=3>", "null", "true", "ID", "id"),
]
WORDS = ["settings", "batch", "browse", "query", "queries", "objects", "task", "clear", "*"]
"""What paths mean something else by, where an objectID may stand."""

EVERY = (*IDS, *WORDS)


@pytest.fixture
def shop(server: RunningEngine, admin: Caller) -> Caller:
    """Every objectID there is, each a record of its own."""
    batch = [{"action": "addObject", "body": {"objectID": each, "n": 0}} for each in EVERY]
    assert server.services.engine.batch("shop", batch)[1] == [str(each) for each in EVERY]
    return admin


def got(shop: Caller, object_id: str | int) -> JsonObject | None:
    body = {"requests": [{"indexName": "shop", "objectID": object_id}]}
    [record] = shop("POST", "/1/indexes/*/objects", body).json()["results"]
    found: JsonObject | None = record
    return found


def touched(shop: Caller) -> dict[str, int]:
    """The records of which something was changed, as a walk through all of them finds them."""
    page = shop("POST", "/1/indexes/shop/browse", {"hitsPerPage": 20}).json()
    found: dict[str, int] = {}
    while page:
        found |= {hit["objectID"]: hit["n"] for hit in page["hits"] if hit["n"]}
        asked = {"cursor": page.get("cursor")}
        page = shop("POST", "/1/indexes/shop/browse", asked).json() if "cursor" in page else None
    return found


def quoted(text: str) -> str:
    return '"{}"'.format(text.replace("\\", "\\\\").replace('"', '\\"'))


def send(server: RunningEngine, method: str, path: str, **body: object) -> JsonObject:
    """Send a path exactly as it is written: other clients resolve its dots."""
    connection = http.client.HTTPConnection(LOOPBACK, server.port, timeout=5)
    try:
        connection.request(method, path, json.dumps(body), Caller(server, "admin-key").headers)
        answer = connection.getresponse()
        content: JsonObject = json.loads(answer.read())
        return {"status": answer.status, **content}
    finally:
        connection.close()


@pytest.mark.parametrize("given", EVERY, ids=ascii)
def test_a_record_is_found_and_changed_by_its_id_and_no_other_is(shop: Caller, given: str | int) -> None:
    object_id, known = str(given), {"objectID": given}
    shop.batch("shop", ("partialUpdateObject", {**known, "n": 1})).raise_for_status()
    shop.batch("shop", ("partialUpdateObjectNoCreate", {**known, "more": 1})).raise_for_status()
    assert got(shop, given) == got(shop, object_id) == {"objectID": object_id, "n": 1, "more": 1}
    assert touched(shop) == {object_id: 1}
    for door in ("query", "browse"):
        asked = {"filters": f"objectID:{quoted(object_id)}"}
        hits = shop("POST", f"/1/indexes/shop/{door}", asked).json()["hits"]
        assert [hit["objectID"] for hit in hits] == [object_id], door
    shop.batch("shop", ("deleteObject", known)).raise_for_status()
    assert got(shop, given) is None
    shop.batch("shop", ("partialUpdateObjectNoCreate", {**known, "n": 1})).raise_for_status()
    assert touched(shop) == {}
    assert shop("POST", "/1/indexes/shop/query", {}).json()["nbHits"] == len(EVERY) - 1


@pytest.mark.parametrize("given", IDS, ids=ascii)
def test_a_record_has_a_path_of_its_own(shop: Caller, server: RunningEngine, given: str | int) -> None:
    object_id = str(given)
    path = f"/1/indexes/shop/{quote(object_id, safe='')}"
    assert send(server, "POST", f"{path}/partial", n=1)["objectID"] == object_id
    assert send(server, "GET", path) == {"status": 200, "objectID": object_id, "n": 1}
    assert touched(shop) == {object_id: 1}
    assert send(server, "PUT", path, n=2)["objectID"] == object_id
    assert touched(shop) == {object_id: 2}
    assert "deletedAt" in send(server, "DELETE", path)
    assert send(server, "GET", path)["status"] == 404
    assert send(server, "POST", f"{path}/partial?createIfNotExists=false", n=1)["status"] == 200
    assert touched(shop) == {}


@pytest.mark.parametrize("given", [None, "", True, 1.5, [1], {"id": 1}], ids=repr)
@pytest.mark.parametrize("action", ["updateObject", "partialUpdateObject", "deleteObject"])
def test_what_is_no_id_is_refused(admin: Caller, action: str, given: object) -> None:
    answer = admin.batch("shop", (action, {"objectID": given}))
    assert (answer.status_code, "'objectID' attribute is required" in answer.text) == (400, True)
