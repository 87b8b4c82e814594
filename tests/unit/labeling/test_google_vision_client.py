"""Google's client: what its errors mean, where it goes, and that it is told all it needs."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from google.api_core import exceptions
from google.cloud.vision_v1 import AnnotateImageResponse, BatchAnnotateImagesResponse
from google.rpc.error_details_pb2 import ErrorInfo

from shared.errors import Misconfigured, Permanent, Transient
from shared.imaging import Picture
from shared.labeling.provider import Wanted
from shared.labeling.providers.google_vision import VisionSettings
from shared.labeling.providers.google_vision.client import asking, client, parent
from shared.labeling.providers.google_vision.recognizer import GoogleVision
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


def recognizer(rpc: ScriptedRpc) -> GoogleVision:
    return GoogleVision(lambda: asking(rpc, ""), FakeImaging(), Wanted(timeout=5.0), min_score=0.5)


def api_error(name: str, message: str, **details: object) -> Exception:
    error: Exception = getattr(exceptions, name)(message, **details)
    return error


def key_error() -> Exception:
    info = ErrorInfo(reason="API_KEY_INVALID", domain="googleapis.com")
    return api_error("InvalidArgument", "API key not valid.", error_info=info)


UNSIGNED = "Getting metadata from plugin failed with error: invalid_grant"


@pytest.mark.parametrize(
    ("error", "kind", "told"),
    [
        (api_error("ResourceExhausted", "Quota exceeded"), Transient, "throttled"),
        (api_error("TooManyRequests", "over REST"), Transient, "throttled"),
        (api_error("InvalidArgument", "Request contains an invalid argument."), Permanent, "bad-picture"),
        (api_error("BadRequest", "over REST"), Permanent, "bad-picture"),
        (api_error("PermissionDenied", "Cloud Vision API has not been used"), Misconfigured, "RECOGNIZER"),
        (api_error("Forbidden", "over REST"), Misconfigured, "RECOGNIZER"),
        (api_error("Unauthenticated", "bad token"), Misconfigured, "GOOGLE_APPLICATION_CREDENTIALS"),
        (api_error("ServiceUnavailable", UNSIGNED), Misconfigured, "GOOGLE_APPLICATION_CREDENTIALS"),
        (key_error(), Misconfigured, "GOOGLE_APPLICATION_CREDENTIALS"),
        (api_error("MethodNotImplemented", "no such method"), Misconfigured, "VISION_ENDPOINT"),
        (api_error("NotFound", "no such page"), Misconfigured, "VISION_ENDPOINT"),
    ],
)
def test_a_refused_call_is_not_repeated_and_told_with_its_reason_or_the_setting_to_change(
    error: Exception, kind: type[Exception], told: str
) -> None:
    rpc = ScriptedRpc(error)
    with pytest.raises(kind) as raised:
        recognizer(rpc).label(Picture(b"picture"))
    assert told in {getattr(raised.value, "setting", None), getattr(raised.value, "reason", None)}
    assert str(error.args[0]) in str(raised.value)
    assert len(rpc.timeouts) == 1


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (api_error("ServiceUnavailable", "restarting"), "vision-unavailable"),
        (api_error("BadGateway", "between"), "vision-unavailable"),
        (requests.ConnectionError("refused"), "vision-unavailable"),
        (requests.exceptions.ChunkedEncodingError("broke off"), "vision-unavailable"),
        (api_error("DeadlineExceeded", "theirs, not ours"), "vision-timeout"),
        (requests.ConnectTimeout("no connection"), "vision-timeout"),
        (api_error("InternalServerError", "oops"), "vision-failed"),
        (api_error("Cancelled", "by the other side"), "vision-failed"),
    ],
)
def test_a_call_the_service_did_not_answer_is_repeated_within_the_time_left(
    error: Exception, reason: str
) -> None:
    rpc = ScriptedRpc(error)
    assert recognizer(rpc).label(Picture(b"picture")) == ()
    assert len(rpc.timeouts) == 2
    assert 5.0 >= rpc.timeouts[0] > rpc.timeouts[1]
    with pytest.raises(Transient) as raised:
        asking(ScriptedRpc(error), "")([{}], 5.0)
    assert raised.value.reason == reason


@pytest.mark.parametrize(
    ("env", "host"),
    [
        ({}, "vision.googleapis.com:443"),
        ({"VISION_REGION": "eu"}, "eu-vision.googleapis.com:443"),
        ({"VISION_REGION": "us"}, "us-vision.googleapis.com:443"),
        ({"VISION_ENDPOINT": "https://vision.example", "VISION_REGION": "eu"}, "vision.example:443"),
        ({"VISION_ENDPOINT": "https://vision.example:8443/"}, "vision.example:8443"),
    ],
)
def test_endpoint_and_region_choose_the_host(env: dict[str, str], host: str) -> None:
    with client(VisionSettings.from_env({**env, "VISION_API_KEY": "a key"})) as built:
        assert built.transport.host == host


@pytest.mark.parametrize(
    "endpoint",
    [
        *("vision.example", "127.0.0.1:9001", "ftp://vision.example", "https://", "grpc://"),
        *("https://vision.example/v1", "https://vision.example?key=1", "https://vision.example#here"),
        "https://me:secret@vision.example",
    ],
)
def test_an_endpoint_that_cannot_be_meant_says_what_to_write(endpoint: str) -> None:
    with pytest.raises(Misconfigured, match=r"^VISION_ENDPOINT: .*write https://HOST") as raised:
        VisionSettings.from_env({"VISION_ENDPOINT": endpoint})
    assert "secret" not in str(raised.value)


def test_an_unknown_region_says_what_to_write() -> None:
    with pytest.raises(Misconfigured, match=r"^VISION_REGION: .*write eu or us"):
        VisionSettings.from_env({"VISION_REGION": "asia"})


SCRIPT = """
import sys
from shared.errors import Misconfigured
from shared.labeling.provider import Wanted
from shared.labeling.providers.google_vision import VisionSettings, create
from shared.imaging import Picture
recognizer = create(VisionSettings(), Wanted())
assert not {"google.cloud.vision_v1", "google.auth", "grpc", "requests"} & set(sys.modules)
try:
    recognizer.label(Picture(sys.stdin.buffer.read()))
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
