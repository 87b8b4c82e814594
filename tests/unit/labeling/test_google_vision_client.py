from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from google.api_core import exceptions
from google.cloud.vision_v1 import AnnotateImageResponse, BatchAnnotateImagesResponse
from google.rpc.error_details_pb2 import ErrorInfo

from shared.errors import Failure, Misconfigured, Permanent, Transient
from shared.imaging import Picture
from shared.labeling.providers import google_vision
from shared.labeling.providers.google_vision.asking import Asking
from shared.labeling.providers.google_vision.client import BoundedCalls
from shared.labeling.providers.google_vision.destination import Destination, parent
from shared.labeling.providers.google_vision.features import Features
from shared.labeling.providers.google_vision.labeler import GoogleVision
from shared.labeling.providers.google_vision.looking import Whole
from tests.fakes.imaging import FakeImaging
from tests.pictures import jpeg


class ScriptedRpc:
    """Raises each error in turn, then answers."""

    def __init__(self, *errors: Exception) -> None:
        self._errors: Iterator[Exception] = iter(errors)
        self.timeouts: list[float] = []

    def __call__(
        self, request: dict[str, Any], *, retry: None, timeout: float
    ) -> BatchAnnotateImagesResponse:
        assert retry is None
        self.timeouts.append(timeout)
        for error in self._errors:
            raise error
        return BatchAnnotateImagesResponse(responses=[AnnotateImageResponse() for _ in request["requests"]])


def labeler(rpc: ScriptedRpc, timeout: float = 5.0) -> GoogleVision:
    asking = Asking(lambda: BoundedCalls(rpc), parent="", timeout=timeout)
    return GoogleVision(asking, Features(max_labels=10), Whole(FakeImaging()), min_score=0.5)


def api_error(name: str, message: str, **details: object) -> Exception:
    error: Exception = getattr(exceptions, name)(message, **details)
    return error


def key_error() -> Exception:
    info = ErrorInfo(reason="API_KEY_INVALID", domain="googleapis.com")
    return api_error("InvalidArgument", "API key not valid.", error_info=info)


CALL_ERRORS = [
    (api_error("ResourceExhausted", "Quota exceeded"), Transient, "throttled"),
    (api_error("TooManyRequests", "over REST"), Transient, "throttled"),
    (api_error("InvalidArgument", "Request contains an invalid argument."), Permanent, "bad-picture"),
    (api_error("BadRequest", "over REST"), Permanent, "bad-picture"),
    (api_error("Cancelled", "by the other side"), Transient, "vision-failed"),
    (requests.ReadTimeout("no answer"), Transient, "vision-timeout"),
    (requests.exceptions.InvalidHeader("odd"), Transient, "vision-unavailable"),
]


@pytest.mark.parametrize(("error", "kind", "reason"), CALL_ERRORS)
def test_a_refused_call_is_not_repeated(error: Exception, kind: type[Failure], reason: str) -> None:
    rpc = ScriptedRpc(error)
    with pytest.raises(kind) as raised:
        labeler(rpc).label(Picture(b"picture"))
    assert raised.value.reason == reason
    assert str(error.args[0]) in str(raised.value)
    assert len(rpc.timeouts) == 1


@pytest.mark.parametrize(
    ("error", "setting"),
    [
        (api_error("PermissionDenied", "Cloud Vision API has not been used in project 1"), "LABELER"),
        (api_error("Forbidden", "over REST"), "LABELER"),
        (api_error("Unauthenticated", "bad token"), "GOOGLE_APPLICATION_CREDENTIALS"),
        (key_error(), "GOOGLE_APPLICATION_CREDENTIALS"),
        (api_error("MethodNotImplemented", "no such method"), "VISION_ENDPOINT"),
        (api_error("NotFound", "no such page"), "VISION_ENDPOINT"),
    ],
)
def test_a_wrong_deployment_is_raised_with_the_setting_to_change(error: Exception, setting: str) -> None:
    rpc = ScriptedRpc(error)
    with pytest.raises(Misconfigured) as raised:
        labeler(rpc).label(Picture(b"picture"))
    assert raised.value.setting == setting
    assert str(error.args[0]) in str(raised.value)
    assert len(rpc.timeouts) == 1


def test_an_access_token_that_cannot_be_had_is_a_fault_of_the_deployment() -> None:
    error = api_error("ServiceUnavailable", "Getting metadata from plugin failed with error: invalid_grant")
    with pytest.raises(Misconfigured, match="invalid_grant") as raised:
        labeler(ScriptedRpc(*[error] * 100), timeout=0.1).label(Picture(b"picture"))
    assert raised.value.setting == "GOOGLE_APPLICATION_CREDENTIALS"


@pytest.mark.parametrize(
    "error",
    [
        api_error("ServiceUnavailable", "restarting"),
        api_error("DeadlineExceeded", "theirs, not ours"),
        api_error("InternalServerError", "oops"),
        api_error("BadGateway", "between"),
        requests.ConnectionError("refused"),
    ],
)
def test_a_call_the_service_did_not_answer_is_repeated_within_the_time_left(error: Exception) -> None:
    rpc = ScriptedRpc(error, error)
    assert labeler(rpc).label(Picture(b"picture")) == ()
    assert len(rpc.timeouts) == 3
    assert rpc.timeouts == sorted(rpc.timeouts, reverse=True)
    assert rpc.timeouts[0] <= 5.0


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (api_error("ServiceUnavailable", "down"), "vision-unavailable"),
        (api_error("DeadlineExceeded", "slow"), "vision-timeout"),
        (api_error("InternalServerError", "oops"), "vision-failed"),
        (requests.ConnectionError("refused"), "vision-unavailable"),
    ],
)
def test_repeating_ends_with_the_deadline(error: Exception, reason: str) -> None:
    rpc = ScriptedRpc(*[error] * 1_000)
    started = time.monotonic()
    with pytest.raises(Transient) as raised:
        labeler(rpc, timeout=0.4).label(Picture(b"picture"))
    assert raised.value.reason == reason
    assert time.monotonic() - started < 1.4
    assert 1 < len(rpc.timeouts) < 1_000


@pytest.mark.parametrize(
    ("endpoint", "region", "scheme", "host"),
    [
        ("", "", "https", "vision.googleapis.com"),
        ("", "eu", "https", "eu-vision.googleapis.com"),
        ("", "us", "https", "us-vision.googleapis.com"),
        ("https://vision.example", "eu", "https", "vision.example"),
        ("https://vision.example:8443/", "", "https", "vision.example:8443"),
        ("grpc://127.0.0.1:9001", "", "grpc", "127.0.0.1:9001"),
        ("http://localhost:9002", "", "http", "localhost:9002"),
    ],
)
def test_endpoint_and_region_choose_the_host(endpoint: str, region: str, scheme: str, host: str) -> None:
    destination = Destination.parse(endpoint, region)
    assert (destination.scheme, destination.host) == (scheme, host)


@pytest.mark.parametrize(
    "endpoint",
    [
        "vision.example",
        "127.0.0.1:9001",
        "ftp://vision.example",
        "https://",
        "grpc://",
        "https://vision.example/v1",
        "https://vision.example?key=1",
        "https://me:secret@vision.example",
    ],
)
def test_an_endpoint_that_cannot_be_meant_says_what_to_write(endpoint: str) -> None:
    with pytest.raises(Misconfigured, match=r"^VISION_ENDPOINT: write https://HOST"):
        google_vision.create(endpoint=endpoint)


def test_an_unknown_region_says_what_to_write() -> None:
    with pytest.raises(Misconfigured, match=r"^VISION_REGION: write eu or us"):
        google_vision.create(region="asia")


SCRIPT = """
import sys
from shared.errors import Misconfigured
from shared.labeling.providers import google_vision
from shared.imaging import Picture
labeler = google_vision.create()
assert not {"google.cloud.vision_v1", "google.auth", "grpc", "requests"} & set(sys.modules)
try:
    labeler.label(Picture(sys.stdin.buffer.read()))
except Misconfigured as error:
    print(error)
"""


def test_without_credentials_the_first_picture_says_what_to_set() -> None:
    environment = {**os.environ, "GOOGLE_APPLICATION_CREDENTIALS": "/no/such/key.json"}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env=environment,
        input=jpeg(),
        capture_output=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.startswith(b"GOOGLE_APPLICATION_CREDENTIALS: set it to")
    assert b"/no/such/key.json" in done.stdout


@pytest.mark.parametrize(
    ("project", "region", "place"),
    [("p", "eu", "projects/p/locations/eu"), ("p", "", ""), ("", "eu", ""), ("", "", "")],
)
def test_requests_name_a_place_only_where_project_and_region_are_known(
    project: str, region: str, place: str
) -> None:
    assert parent(project, region) == place
