from __future__ import annotations

import time
from collections.abc import Callable, Iterator
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
from botocore.stub import Stubber
from shared.labeling.providers.rekognition.access import Access
from shared.labeling.providers.rekognition.errors import failure_of
from shared.labeling.providers.rekognition.sessions import isolated

from shared.errors import Failure, Misconfigured, Permanent, Transient
from shared.labeling.providers import rekognition
from shared.labeling.providers.rekognition.client import BoundedCalls, Destination, explanation
from shared.labeling.providers.rekognition.labeler import Rekognition

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient
    from mypy_boto3_rekognition.type_defs import DetectLabelsRequestTypeDef

KEY, ROLE = "AWS_ACCESS_KEY_ID", "REKOGNITION_ROLE_ARN"
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
    session = boto3.Session(botocore_session=isolated())
    secret = "secret"  # noqa: S105 - nobody asks for it
    return session.client("rekognition", "eu-west-1", aws_access_key_id="KEY", aws_secret_access_key=secret)


@pytest.fixture
def stubbed(client: RekognitionClient) -> Iterator[Stubber]:
    with Stubber(client) as stubber:
        yield stubber


def asking(rpc: Callable[..., Any]) -> BoundedCalls:
    return BoundedCalls(rpc, lambda error: failure_of(error, KEY))


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


@pytest.mark.parametrize("setting", [KEY, ROLE])
@pytest.mark.parametrize(
    "code",
    [
        "AccessDeniedException",
        "ExpiredTokenException",
        "IncompleteSignature",
        "InvalidSignatureException",
        "MissingAuthenticationTokenException",
        "OptInRequired",
        "SubscriptionRequiredException",
        "UnrecognizedClientException",
    ],
)
def test_refused_rights_blame_the_setting_that_the_credentials_come_from(code: str, setting: str) -> None:
    problem = failure_of(client_error(code), setting)
    assert isinstance(problem, Misconfigured)
    assert problem.setting == setting
    assert "the reason" in problem.advice


@pytest.mark.parametrize("code", ["UnknownOperationException", "RegionDisabledException"])
def test_a_region_without_rekognition_is_named(code: str) -> None:
    problem = failure_of(client_error(code), KEY)
    assert isinstance(problem, Misconfigured)
    assert problem.setting == REGION


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
    ("destination", "setting"),
    [
        (Destination("eu-nowhere-9"), REGION),
        (Destination("eu-west-1"), None),
        (Destination("eu-nowhere-9", "http://127.0.0.1:1"), None),
    ],
    ids=["no such region", "away", "a stand-in is away"],
)
def test_what_cannot_be_reached_blames_the_region_only_if_there_is_none(
    destination: Destination, setting: str | None
) -> None:
    explain = explanation(isolated(), destination, KEY)
    problem = explain(EndpointConnectionError(endpoint_url=URL))
    assert getattr(problem, "setting", None) == setting
    assert isinstance(problem, Misconfigured if setting else Transient)


def test_what_passes_is_asked_again_until_it_is_answered(client: RekognitionClient, stubbed: Stubber) -> None:
    stubbed.add_client_error("detect_labels", "ThrottlingException", "too many", 400)
    stubbed.add_client_error("detect_labels", "InternalServerError", "oh", 500)
    stubbed.add_response("detect_labels", {"Labels": [{"Name": "Shoe"}]}, dict(REQUEST))
    assert asking(client.detect_labels)(REQUEST, time.monotonic() + 5)["Labels"] == [{"Name": "Shoe"}]


def test_a_call_that_timed_out_is_not_paid_twice() -> None:
    calls = []

    def rpc(**_: object) -> None:
        calls.append(time.monotonic())
        raise ReadTimeoutError(endpoint_url=URL)

    with pytest.raises(Transient):
        asking(rpc)(REQUEST, time.monotonic() + 5)
    assert len(calls) == 1


def test_nobody_asks_after_the_deadline() -> None:
    calls = []

    def rpc(**_: object) -> None:
        calls.append(time.monotonic())
        raise ConnectionClosedError(endpoint_url=URL)

    deadline = time.monotonic() + 0.6
    with pytest.raises(Transient) as raised:
        asking(rpc)(REQUEST, deadline)
    assert raised.value.reason == "rekognition-unavailable"
    assert len(calls) > 1
    assert max(calls) < deadline


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
        Access(*given)


def test_a_secret_is_not_shown() -> None:
    assert "hush" not in repr(Access("KEY", "hush"))


def created(**settings: Any) -> Rekognition:  # noqa: ANN401 - any of the factory's keywords
    secret = "secret"  # noqa: S105 - nobody asks for it
    return rekognition.create(region="eu-west-1", access_key_id="KEY", secret_access_key=secret, **settings)


def test_the_id_tells_apart_what_changes_the_labels_and_nothing_else() -> None:
    ids = {
        created(**settings).recogniser_id
        for settings in ({}, {"min_score": 0.7}, {"max_labels": 3}, {"image_properties": True})
    }
    assert len(ids) == 4
    assert "rekognition/detect-labels/min=0.55/max=10" in ids
    assert created(timeout=3.0, endpoint="http://127.0.0.1:1").recogniser_id in ids
