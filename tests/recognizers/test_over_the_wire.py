"""Recognizers with the vendors' own clients, over real gRPC and HTTP, against the stand-ins."""

from __future__ import annotations

import socket
import time
from collections.abc import Mapping
from typing import Any

import pytest

from shared.errors import Failure, Misconfigured, Permanent, Transient
from shared.imaging import Picture
from shared.labeling.providers.visenze.client import MAX_ANSWER_BYTES
from tests.pictures import huge_png, jpeg
from tests.recognizers.services import KINDS, Vendor, best

PHOTO = Picture(jpeg(size=(90, 80)))

Fault = Mapping[str, Any]

PASSING: list[tuple[str, Fault]] = [
    *((kind, fault) for kind in KINDS for fault in ({"status": 503}, {"refuse": True})),
    ("visenze", {"status": 502}),
    ("rekognition", {"code": "ThrottlingException"}),
    ("rekognition", {"code": "ProvisionedThroughputExceededException"}),
    ("rekognition", {"code": "InternalServerError", "status": 500}),
]
REFUSALS: list[tuple[str, Fault, type[Failure], str]] = [
    *((transport, {"status": 429}, Transient, "throttled") for transport in ("grpc", "rest")),
    *((transport, {"status": 400}, Permanent, "bad-picture") for transport in ("grpc", "rest")),
    *((transport, {"picture_code": 8}, Transient, "throttled") for transport in ("grpc", "rest")),
    ("visenze", {"status": 503, "retry_after": 4}, Transient, "visenze-unavailable"),
    ("visenze", {"error": "Invalid image"}, Permanent, "bad-picture"),
    ("visenze", {"body": '{"status": "OK"}'}, Transient, "visenze-malformed"),
    ("visenze", {"body": " " * (MAX_ANSWER_BYTES + 1)}, Transient, "visenze-malformed"),
    ("rekognition", {"code": "ImageTooLargeException"}, Permanent, "too-large"),
    ("rekognition", {"status": 504}, Transient, "rekognition-timeout"),
]
FAULTS_OF_THE_DEPLOYMENT: list[tuple[str, Fault, str]] = [
    *((transport, {"status": 403}, "RECOGNIZER") for transport in ("grpc", "rest")),
    *((transport, {"status": 401}, "GOOGLE_APPLICATION_CREDENTIALS") for transport in ("grpc", "rest")),
    ("visenze", {"status": 307}, "VISENZE_HOST"),
    ("rekognition", {"code": "AccessDeniedException"}, "AWS_ACCESS_KEY_ID"),
    ("rekognition", {"code": "UnknownOperationException"}, "REKOGNITION_REGION"),
]
WRONG_SETTINGS = [
    ("visenze", {"VISENZE_ACCESS_KEY": "unknown"}, "VISENZE_ACCESS_KEY"),
    ("visenze", {"VISENZE_SECRET_KEY": "wrong"}, "VISENZE_ACCESS_KEY"),
    ("visenze", {"VISENZE_HOST": "http://[::1"}, "VISENZE_HOST"),
    ("visenze", {"VISENZE_HOST": "http://a b"}, "VISENZE_HOST"),
    ("rekognition", {"AWS_ACCESS_KEY_ID": "SOMEBODYELSE"}, "AWS_ACCESS_KEY_ID: .*AWS_SECRET_ACCESS_KEY"),
    ("rekognition", {"REKOGNITION_ENDPOINT": "localhost"}, "REKOGNITION_ENDPOINT"),
    ("rekognition", {"REKOGNITION_REGION": f"eu{70 * '-west'}-1"}, "REKOGNITION_REGION"),
]


def shortened(value: object) -> str:
    return str(value)[:40]


CALLS = [("grpc", 2), ("rest", 2), ("visenze", 17), ("rekognition", 17)]


@pytest.mark.parametrize(("vendor", "calls"), CALLS, indirect=["vendor"])
def test_pictures_are_paid_once_and_their_outcomes_come_in_order(vendor: Vendor, calls: int) -> None:
    widths = range(81, 98)
    outcomes = vendor.recognizer.label_many([Picture(jpeg(size=(width, 80))) for width in widths])
    assert [best(outcome) for outcome in outcomes] == [f"JPEG {width} x 80" for width in widths]
    assert vendor.counted == (calls, 17)


@pytest.mark.parametrize(("least", "most", "count"), [("0.95", "10", 1), ("0.7", "4", 3), ("0", "12", 12)])
def test_labels_keep_to_the_settings(vendor: Vendor, least: str, most: str, count: int) -> None:
    labels = vendor.create(LABEL_MIN_SCORE=least, MAX_LABELS=most).label(PHOTO)
    assert [label.name for label in labels][:3] == ["JPEG 90 x 80", "Round", "Filler 1"][:count]
    assert len(labels) == count


@pytest.mark.parametrize("vendor", ["visenze", "rekognition"], indirect=True)
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "bad-picture"),
        (b"%PDF-1.7", "unsupported-format"),
        (huge_png(), "too-many-pixels"),
        (jpeg() + bytes(20_000_000), "too-large"),
    ],
    ids=["empty", "no picture", "100 megapixels", "20 MB"],
)
def test_a_picture_that_cannot_be_sent_costs_no_call(vendor: Vendor, content: bytes, reason: str) -> None:
    with pytest.raises(Permanent) as raised:
        vendor.recognizer.label(Picture(content))
    assert (raised.value.reason, vendor.counted) == (reason, (0, 0))


@pytest.mark.parametrize(("vendor", "fault"), PASSING, indirect=["vendor"], ids=shortened)
def test_what_passes_is_survived_and_the_picture_is_paid_once(vendor: Vendor, fault: Fault) -> None:
    vendor.order(**fault, times=2)
    assert best(vendor.recognizer.label(PHOTO)) == "JPEG 90 x 80"
    assert vendor.counted == (3, 1)


@pytest.mark.parametrize(("vendor", "fault", "kind", "reason"), REFUSALS, indirect=["vendor"], ids=shortened)
def test_a_refusal_is_not_repeated(vendor: Vendor, fault: Fault, kind: type[Failure], reason: str) -> None:
    vendor.order(**fault)
    [outcome] = vendor.recognizer.label_many([PHOTO])
    assert isinstance(outcome, Failure)
    assert (type(outcome), outcome.reason) == (kind, reason)
    assert getattr(outcome, "retry_after", None) == fault.get("retry_after")
    assert vendor.counted == (1, 0)


@pytest.mark.parametrize(
    ("vendor", "fault", "setting"), FAULTS_OF_THE_DEPLOYMENT, indirect=["vendor"], ids=shortened
)
def test_refused_rights_are_a_fault_of_the_deployment(vendor: Vendor, fault: Fault, setting: str) -> None:
    vendor.order(**fault)
    with pytest.raises(Misconfigured) as raised:
        vendor.recognizer.label(PHOTO)
    assert (raised.value.setting, vendor.counted) == (setting, (1, 0))
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(("vendor", "variables", "named"), WRONG_SETTINGS, indirect=["vendor"], ids=shortened)
def test_a_wrong_setting_is_named(vendor: Vendor, variables: dict[str, str], named: str) -> None:
    with pytest.raises(Misconfigured, match=f"^{named}"):
        vendor.create(**variables).label(PHOTO)


def test_a_hanging_service_is_left_at_the_deadline(vendor: Vendor) -> None:
    vendor.order(latency_ms=60_000, times=100)
    started = time.monotonic()
    with pytest.raises(Transient) as raised:
        vendor.create(RECOGNIZER_TIMEOUT="0.5").label(PHOTO)
    assert raised.value.reason == f"{vendor.name}-timeout"
    assert 0.4 < time.monotonic() - started < 3.0
    assert vendor.counted[0] == 1


def test_a_refused_connection_is_transient_within_the_deadline(vendor: Vendor) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        scheme = vendor.env[vendor.place].partition(":")[0]
        nowhere = {vendor.place: f"{scheme}://127.0.0.1:{unused.getsockname()[1]}"}
        started = time.monotonic()
        with pytest.raises(Transient) as raised:
            vendor.create(**nowhere, RECOGNIZER_TIMEOUT="0.5").label(PHOTO)
    assert raised.value.reason in {"vision-timeout", f"{vendor.name}-unavailable"}
    assert time.monotonic() - started < 3.0
