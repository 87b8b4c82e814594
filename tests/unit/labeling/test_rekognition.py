from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ReadTimeoutError,
    SSLError,
)
from botocore.session import Session
from botocore.stub import Stubber

from shared.errors import Failure, Misconfigured, Permanent, Transient
from shared.imaging import Picture
from shared.labeling.provider import Wanted
from shared.labeling.providers.rekognition import PROVIDER, RekognitionSettings, create
from shared.labeling.providers.rekognition.client import explained, failure_of
from shared.labeling.providers.rekognition.recognizer import Detect, Rekognition
from tests.fakes.imaging import FakeImaging

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient
    from mypy_boto3_rekognition.type_defs import DetectLabelsRequestTypeDef

KEY, SECRET, ROLE = "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "REKOGNITION_ROLE_ARN"
REGION = "REKOGNITION_REGION"
REQUEST: DetectLabelsRequestTypeDef = {"Image": {"Bytes": b"picture"}}
URL = "https://rekognition.eu-west-1.amazonaws.com/"


def client_error(code: str, status: int = 400, operation: str = "DetectLabels") -> ClientError:
    response: Any = {
        "Error": {"Code": code, "Message": "the reason"},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return ClientError(response, operation)


@pytest.fixture
def client() -> RekognitionClient:
    secret = "secret"  # noqa: S105 - nobody asks for it
    return boto3.client("rekognition", "eu-west-1", aws_access_key_id="KEY", aws_secret_access_key=secret)


@pytest.fixture
def stubbed(client: RekognitionClient) -> Iterator[Stubber]:
    with Stubber(client) as stubber:
        yield stubber


@pytest.mark.parametrize(
    ("code", "status", "failure"),
    [
        ("InvalidImageFormatException", 400, (Permanent, "bad-picture")),
        ("ImageTooLargeException", 400, (Permanent, "too-large")),
        ("InvalidParameterException", 400, (Permanent, "bad-picture")),
        ("ValidationException", 400, (Permanent, "bad-picture")),
        ("InvalidS3ObjectException", 400, (Permanent, "bad-picture")),
        ("ThrottlingException", 400, (Transient, "throttled")),
        ("Throttling", 400, (Transient, "throttled")),
        ("ProvisionedThroughputExceededException", 400, (Transient, "throttled")),
        ("LimitExceededException", 400, (Transient, "throttled")),
        ("HumanLoopQuotaExceededException", 402, (Transient, "throttled")),
        ("InternalServerError", 500, (Transient, "rekognition-failed")),
        ("InternalFailure", 500, (Transient, "rekognition-failed")),
        ("ServiceUnavailable", 503, (Transient, "rekognition-unavailable")),
        ("ServiceUnavailableException", 503, (Transient, "rekognition-unavailable")),
        ("RequestTimeout", 400, (Transient, "rekognition-timeout")),
        ("RequestTimeoutException", 408, (Transient, "rekognition-timeout")),
        ("", 408, (Transient, "rekognition-timeout")),
        ("413", 413, (Permanent, "too-large")),
        ("429", 429, (Transient, "throttled")),
        ("502", 502, (Transient, "rekognition-unavailable")),
        ("503", 503, (Transient, "rekognition-unavailable")),
        ("504", 504, (Transient, "rekognition-timeout")),
        ("SomethingNew", 418, (Transient, "rekognition-refused")),
        ("SomethingNew", 500, (Transient, "rekognition-failed")),
    ],
)
def test_an_error_code_is_a_failure_of_a_kind(
    client: RekognitionClient, stubbed: Stubber, code: str, status: int, failure: tuple[type[Failure], str]
) -> None:
    stubbed.add_client_error("detect_labels", code, "the reason", status)
    with pytest.raises(ClientError) as raised:
        client.detect_labels(**REQUEST)
    named = failure_of(raised.value, KEY)
    assert isinstance(named, Failure)
    assert (type(named), named.reason) == failure
    assert "the reason" in str(named)


DENIED = (
    *("AccessDeniedException", "ExpiredTokenException", "IncompleteSignature", "InvalidSignatureException"),
    *("MissingAuthenticationTokenException", "OptInRequired", "SubscriptionRequiredException"),
    "UnrecognizedClientException",
)
ELSEWHERE = ("UnknownOperationException", "RegionDisabledException")


@pytest.mark.parametrize("source", [KEY, ROLE])
@pytest.mark.parametrize("code", [*DENIED, *ELSEWHERE])
def test_refused_rights_blame_what_the_credentials_come_from_or_a_region_without_rekognition(
    code: str, source: str
) -> None:
    problem = failure_of(client_error(code), source)
    assert isinstance(problem, Misconfigured)
    assert problem.setting == (REGION if code in ELSEWHERE else source)
    assert "the reason" in problem.advice


@pytest.mark.parametrize(
    "code", ["AccessDenied", "InvalidIdentityToken", "IDPRejectedClaim", "ValidationError"]
)
def test_a_role_that_cannot_be_assumed_is_told_what_its_trust_policy_needs(code: str) -> None:
    problem = failure_of(client_error(code, operation="AssumeRoleWithWebIdentity"), ROLE)
    assert isinstance(problem, Misconfigured)
    assert problem.setting == ROLE
    assert "sts:AssumeRoleWithWebIdentity" in problem.advice


@pytest.mark.parametrize(("code", "status"), [("IDPCommunicationError", 400), ("InternalFailure", 500)])
def test_a_role_that_cannot_be_assumed_for_now_is_asked_for_later(code: str, status: int) -> None:
    assert isinstance(failure_of(client_error(code, status, "AssumeRoleWithWebIdentity"), ROLE), Transient)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ReadTimeoutError(endpoint_url=URL), "rekognition-timeout"),
        (ConnectTimeoutError(endpoint_url=URL), "rekognition-timeout"),
        (EndpointConnectionError(endpoint_url=URL), "rekognition-unavailable"),
        (ConnectionClosedError(endpoint_url=URL), "rekognition-unavailable"),
        (SSLError(endpoint_url=URL, error=OSError("no certificate")), "rekognition-unavailable"),
        (BotoCoreError(), "rekognition-failed"),
    ],
)
def test_an_error_of_the_library_passes(error: BotoCoreError, reason: str) -> None:
    failure = failure_of(error, KEY)
    assert isinstance(failure, Transient)
    assert failure.reason == reason


@pytest.mark.parametrize(
    ("place", "setting"),
    [
        ({REGION: "eu-nowhere-9"}, REGION),
        ({REGION: "eu-west-1"}, None),
        ({REGION: "eu-nowhere-9", "REKOGNITION_ENDPOINT": "http://127.0.0.1:1"}, None),
    ],
    ids=["no such region", "away", "a stand-in is away"],
)
def test_what_cannot_be_reached_blames_the_region_only_if_there_is_none(
    place: dict[str, str], setting: str | None
) -> None:
    settings = RekognitionSettings.from_env({**PROVIDER.example, **place})
    problem = explained(Session(), settings, EndpointConnectionError(endpoint_url=URL))
    assert getattr(problem, "setting", None) == setting
    assert isinstance(problem, Misconfigured if setting else Transient)


@pytest.mark.parametrize(
    ("given", "setting"),
    [
        (("", "", ""), "AWS_ACCESS_KEY_ID: .*REKOGNITION_ROLE_ARN"),
        (("", "secret", ""), "AWS_ACCESS_KEY_ID"),
        (("KEY", "", ""), "AWS_SECRET_ACCESS_KEY"),
        (("KEY", "secret", "arn:aws:iam::123456789012:role/shop"), "REKOGNITION_ROLE_ARN"),
    ],
    ids=["nothing", "half a key", "the other half", "key and role"],
)
def test_who_asks_is_either_a_key_or_a_role(given: tuple[str, str, str], setting: str) -> None:
    with pytest.raises(Misconfigured, match=f"^{setting}"):
        RekognitionSettings.from_env(
            {REGION: "eu-west-1", **dict(zip((KEY, SECRET, ROLE), given, strict=True))}
        )


def test_loading_amazons_library_takes_none_of_a_calls_time() -> None:
    def connect() -> Detect:
        time.sleep(0.4)
        return lambda _: answer

    answer: Any = {"Labels": [{"Name": "Shoe", "Confidence": 90}]}
    recognizer = Rekognition(connect, FakeImaging(), Wanted(timeout=0.3), 0.5)
    assert [label.name for label in recognizer.label(Picture(b"picture"))] == ["Shoe"]


def recognizer_id(wanted: Wanted, **settings: str) -> str:
    return create(RekognitionSettings.from_env({**PROVIDER.example, **settings}), wanted).recognizer_id


def test_a_secret_is_not_shown() -> None:
    settings = RekognitionSettings.from_env({REGION: "eu-west-1", KEY: "KEY", SECRET: "hush"})
    assert ("hush" in repr(settings), settings.key) == (False, ("KEY", "hush"))


def test_the_id_tells_apart_what_changes_the_labels_and_nothing_else() -> None:
    choices = (Wanted(), Wanted(min_score=0.7), Wanted(max_labels=3), Wanted(features=("colors",)))
    ids = {recognizer_id(wanted) for wanted in choices}
    assert len(ids) == 4
    assert {
        "rekognition/detect-labels/min=0.55/max=10",
        "rekognition/detect-labels/min=0.55/max=10/colors",
    } < ids
    assert recognizer_id(Wanted(timeout=3.0), REKOGNITION_ENDPOINT="http://127.0.0.1:1") in ids
