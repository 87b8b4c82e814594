"""The enrich function under the functions framework, with events in every wire form."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
from cloudevents.conversion import to_binary, to_structured
from cloudevents.http import CloudEvent

from devstack.serving import Fault
from devstack.stack import ALL_PARTS, LocalStack, StackOptions
from devstack.topology import PARKED, PICTURES
from shared.events import reconcile
from tests.outside import Outside, eventually
from tests.pictures import jpeg

Request = tuple[Mapping[str, str], bytes]


def storage_event(stack: LocalStack, name: str, bucket: str = "") -> CloudEvent:
    bucket = bucket or stack.endpoints.bucket
    attributes = {
        "id": "7",
        "type": "google.cloud.storage.object.v1.finalized",
        "source": f"//storage.googleapis.com/projects/_/buckets/{bucket}",
        "time": datetime.now(UTC).isoformat(),
    }
    return CloudEvent(attributes, {"bucket": bucket, "name": name, "generation": "1"})


def binary(stack: LocalStack, name: str, bucket: str = "") -> Request:
    return to_binary(storage_event(stack, name, bucket))


def structured(stack: LocalStack, name: str) -> Request:
    return to_structured(storage_event(stack, name))


def pushed(stack: LocalStack, name: str) -> Request:
    about = {"eventType": "OBJECT_FINALIZE", "bucketId": stack.endpoints.bucket, "objectId": name}
    return push({**about, "eventTime": datetime.now(UTC).isoformat()})


def push(attributes: Mapping[str, str]) -> Request:
    data = base64.b64encode(b"{}").decode()
    message = {
        "attributes": attributes,
        "messageId": "7",
        "publishTime": "2026-01-01T00:00:00Z",
        "data": data,
    }
    body = {"message": message, "subscription": "projects/p/subscriptions/s"}
    return {"Content-Type": "application/json"}, json.dumps(body).encode()


def log_text(stack: LocalStack) -> str:
    return stack.processes.log("enrich").read_text(encoding="utf-8")


def lines(stack: LocalStack, message: str = "event") -> list[dict[str, Any]]:
    """The function's own log lines about that."""
    told = [json.loads(line) for line in log_text(stack).splitlines() if line.startswith("{")]
    return [line for line in told if line["message"] == message]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    """A stack of its own that delivers nothing by itself."""
    parts = frozenset(ALL_PARTS - {"bridge", "search"})
    with LocalStack(StackOptions(parts=parts, run_dir=tmp_path_factory.mktemp("stack"))) as running:
        yield running


@pytest.fixture(scope="module")
def shop(stack: LocalStack) -> Outside:
    """Pictures that are in the bucket before any function hears of them."""
    outside = Outside(stack)
    outside.seed([{"objectID": product} for product in ("binary", "structured", "pushed", "other")])
    for product in ("binary", "structured", "pushed"):
        outside.upload(f"products/{product}.jpg", jpeg(seed=3))
    return outside


def send(stack: LocalStack, request: Request) -> requests.Response:
    headers, body = request
    return requests.post(stack.endpoints.enrich_url, headers=dict(headers), data=body, timeout=30)


@pytest.mark.parametrize("form", [binary, structured, pushed])
def test_every_wire_form_enriches(
    stack: LocalStack, shop: Outside, form: Callable[[LocalStack, str], Request]
) -> None:
    product = form.__name__
    assert send(stack, form(stack, f"products/{product}.jpg")).status_code == 200
    record, shown_at = shop.record(product), f"{stack.endpoints.storage_url}/{stack.endpoints.bucket}"
    assert record["labelNames"]
    assert record["imageURL"] == f"{shown_at}/products/{product}.jpg"


def test_an_unknown_product_is_tried_again_and_then_waits_by_itself(stack: LocalStack, shop: Outside) -> None:
    def reconciled(**found: int) -> None:
        assert send(stack, push(reconcile())).status_code == 200
        assert lines(stack)[-1].items() >= {"outcome": "reconciled", **found}.items()

    shop.upload("products/unheard-of.jpg", jpeg(seed=4))
    before = shop.vision_calls()
    event = binary(stack, "products/unheard-of.jpg")
    assert [send(stack, event).status_code for _ in range(3)] == [503, 503, 200]
    assert lines(stack)[-1]["outcome"] == "waiting"
    reconciled(waiting=1, found=0)
    shop.seed([{"objectID": "unheard-of"}])
    reconciled(waiting=1, found=1)
    asked = {
        "eventType": "LOOK_AGAIN",
        "bucketId": stack.endpoints.bucket,
        "objectId": "products/unheard-of/x",
    }
    eventually(lambda: [attributes for attributes, _ in shop.kept(PICTURES)], lambda told: asked in told)
    reconciled(waiting=0)
    assert shop.vision_calls() == before


def test_what_is_left_out_is_counted_with_an_example_and_asked_of_nobody(
    stack: LocalStack, shop: Outside
) -> None:
    before, written = shop.vision_calls(), len(lines(stack))
    for name in ("banners/1.jpg", "products/binary/.DS_Store", "products/binary/film.mp4"):
        assert send(stack, binary(stack, name)).status_code == 200
    assert send(stack, binary(stack, "products/binary.jpg", "another-bucket")).status_code == 200
    # One line a minute, at once for the first: what came after it is told at the next minute or at the end.
    assert len(lines(stack, "left out")) == 1
    assert len(lines(stack)) == written
    assert shop.vision_calls() == before


def test_an_event_is_one_json_line_whatever_becomes_of_it(stack: LocalStack, shop: Outside) -> None:
    shop.upload("products/line.jpg", jpeg(seed=5))
    for fault, severity in ((503, "WARNING"), (403, "CRITICAL")):
        before = log_text(stack)
        stack.set_faults("algolia", Fault(status=fault, times=9))
        headers, body = binary(stack, "products/line.jpg")
        answer = send(stack, ({**headers, "Function-Execution-Id": "abc"}, body))
        stack.set_faults("algolia")
        assert answer.status_code == 503
        [written] = log_text(stack)[len(before) :].strip().splitlines()
        line = json.loads(written)
        assert line["logging.googleapis.com/labels"] == {"execution_id": "abc"}
        assert line["severity"] == severity


def bad(body: bytes, kind: str = "google.cloud.storage.object.v1.finalized") -> Request:
    base = {"ce-id": "8", "ce-source": "//s", "ce-specversion": "1.0", "ce-type": kind}
    return {**base, "Content-Type": "application/json"}, body


BAD = {
    "no data": bad(b""),
    "invalid JSON": bad(b"{not json"),
    "no object": bad(b"[]"),
    "another type": bad(b"{}", "com.example.other"),
}


@pytest.mark.parametrize("case", BAD)
def test_an_event_that_says_nothing_is_parked_and_acknowledged(
    stack: LocalStack, shop: Outside, case: str
) -> None:
    assert send(stack, BAD[case]).status_code == 200
    [(attributes, body)] = eventually(lambda: shop.kept(PARKED), bool)
    assert attributes == {"reason": "bad-event", "stage": "handling"}
    assert body["event"]["id"] == "8"
    assert body["message"].startswith("not a storage event: ")


def test_what_is_no_event_at_all_is_refused(stack: LocalStack) -> None:
    assert send(stack, ({"Content-Type": "application/json"}, b'{"hello": "world"}')).status_code == 400


def test_a_picture_the_recognizer_refuses_is_parked_with_its_reason(stack: LocalStack, shop: Outside) -> None:
    shop.upload("products/other.jpg", b"BM this is no picture")
    assert send(stack, pushed(stack, "products/other.jpg")).status_code == 200
    [(attributes, body)] = eventually(lambda: shop.kept(PARKED), bool)
    assert attributes["reason"] == "bad-picture"
    assert body["event"]["data"]["message"]["attributes"]["objectId"] == "products/other.jpg"
    record: dict[str, Any] = shop.record("other")
    assert (record["labels"], record["imageURL"]) == ([], None)
