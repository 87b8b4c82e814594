"""Google's client: what its errors mean, where it goes, and that it is told all it needs."""

from __future__ import annotations

import subprocess
import sys

import pytest
import requests
from google.api_core import exceptions
from google.rpc.error_details_pb2 import ErrorInfo

from devstack.environment import REPOSITORY, child_environment
from shared.errors import Misconfigured, Permanent, Transient
from shared.imaging import Picture
from shared.labeling.provider import Wanted
from shared.labeling.providers.google_vision import VisionSettings
from shared.labeling.providers.google_vision.client import asking, client, parent
from shared.labeling.providers.google_vision.recognizer import GoogleVision
from tests.fakes.imaging import FakeImaging
from tests.pictures import jpeg
from tests.unit.labeling.visions import FakeVision


def recognizer(vision: FakeVision) -> GoogleVision:
    return GoogleVision(lambda: asking(vision, ""), FakeImaging(), Wanted(timeout=5.0), min_score=0.5)


def api_error(name: str, message: str, **details: object) -> Exception:
    error: Exception = getattr(exceptions, name)(message, **details)
    return error


CREDENTIALS = "GOOGLE_APPLICATION_CREDENTIALS"
KEY_INFO = ErrorInfo(reason="API_KEY_INVALID", domain="googleapis.com")
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
        (api_error("Unauthenticated", "bad token"), Misconfigured, CREDENTIALS),
        (api_error("ServiceUnavailable", UNSIGNED), Misconfigured, CREDENTIALS),
        (api_error("InvalidArgument", "not valid.", error_info=KEY_INFO), Misconfigured, CREDENTIALS),
        (api_error("MethodNotImplemented", "no such method"), Misconfigured, "VISION_ENDPOINT"),
        (api_error("NotFound", "no such page"), Misconfigured, "VISION_ENDPOINT"),
    ],
)
def test_a_refused_call_is_not_repeated(error: Exception, kind: type[Exception], told: str) -> None:
    vision = FakeVision(errors=[error])
    with pytest.raises(kind) as raised:
        recognizer(vision).label(Picture(b"picture"))
    assert told in {getattr(raised.value, "setting", None), getattr(raised.value, "reason", None)}
    assert str(error.args[0]) in str(raised.value)
    assert len(vision.requests) == 1


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
def test_a_call_without_answer_is_repeated_in_time(error: Exception, reason: str) -> None:
    vision = FakeVision(errors=[error])
    assert recognizer(vision).label(Picture(b"picture"))
    first, second = vision.timeouts
    assert 5.0 >= first > second
    with pytest.raises(Transient) as raised:
        asking(FakeVision(errors=[error]), "")([{}], 5.0)
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


@pytest.mark.parametrize(
    ("project", "region", "place"),
    [("p", "eu", "projects/p/locations/eu"), ("p", "", ""), ("", "eu", ""), ("", "", "")],
)
def test_a_place_has_project_and_region(project: str, region: str, place: str) -> None:
    assert parent(project, region) == place


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
api = "google.cloud.vision_v1"
unneeded = ("aiohttp", "charset_normalizer", f"{api}.services.product_search", api)
assert not sys.modules.keys() & set(unneeded)
import aiohttp, charset_normalizer
from google.cloud.vision_v1 import ImageAnnotatorClient, ProductSearchClient
from shared.labeling.providers.google_vision import client
assert issubclass(ImageAnnotatorClient, client.ImageAnnotatorClient)
"""


def test_the_client_comes_with_the_first_picture_without_what_it_could_import_and_says_what_to_set() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env=child_environment({CREDENTIALS: "/no/such/key.json"}),
        cwd=REPOSITORY,
        input=jpeg(),
        capture_output=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.startswith(b"GOOGLE_APPLICATION_CREDENTIALS: set it to")
    assert b"/no/such/key.json" in done.stdout
