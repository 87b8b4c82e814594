from __future__ import annotations

from typing import Any

import pytest
from botocore import exceptions
from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError
from botocore.session import Session

from shared.errors import Failure, Misconfigured, Permanent, Transient
from shared.labeling.provider import Wanted
from shared.labeling.providers.rekognition import PROVIDER, RekognitionSettings, create
from shared.labeling.providers.rekognition.client import explained, failure_of

KEY, SECRET, ROLE = "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "REKOGNITION_ROLE_ARN"
REGION = "REKOGNITION_REGION"
URL = "https://rekognition.eu-west-1.amazonaws.com/"
ASSUMING = "AssumeRoleWithWebIdentity"


def client_error(code: str, status: int = 400, operation: str = "DetectLabels") -> ClientError:
    metadata = {"HTTPStatusCode": status}
    response: Any = {"Error": {"Code": code, "Message": "the reason"}, "ResponseMetadata": metadata}
    return ClientError(response, operation)


@pytest.mark.parametrize(
    ("kind", "status", "codes"),
    [
        ((Permanent, "bad-picture"), 400, ["InvalidImageFormatException", "InvalidParameterException"]),
        ((Permanent, "bad-picture"), 400, ["ValidationException", "InvalidS3ObjectException"]),
        ((Permanent, "too-large"), 400, ["ImageTooLargeException"]),
        ((Permanent, "too-large"), 413, ["413"]),
        ((Transient, "throttled"), 400, ["ThrottlingException", "Throttling", "LimitExceededException"]),
        ((Transient, "throttled"), 400, ["ProvisionedThroughputExceededException"]),
        ((Transient, "throttled"), 402, ["HumanLoopQuotaExceededException"]),
        ((Transient, "throttled"), 429, ["429"]),
        ((Transient, "rekognition-failed"), 500, ["InternalServerError", "InternalFailure", "SomethingNew"]),
        ((Transient, "rekognition-unavailable"), 503, ["ServiceUnavailable", "ServiceUnavailableException"]),
        ((Transient, "rekognition-unavailable"), 503, ["503"]),
        ((Transient, "rekognition-unavailable"), 502, ["502"]),
        ((Transient, "rekognition-timeout"), 400, ["RequestTimeout"]),
        ((Transient, "rekognition-timeout"), 408, ["RequestTimeoutException", ""]),
        ((Transient, "rekognition-timeout"), 504, ["504"]),
        ((Transient, "rekognition-refused"), 418, ["SomethingNew"]),
    ],
)
def test_an_error_code_is_a_failure_of_a_kind(kind: object, status: int, codes: list[str]) -> None:
    for code in codes:
        failure = failure_of(client_error(code, status), KEY)
        assert isinstance(failure, Failure), code
        assert (type(failure), failure.reason) == kind, code
        assert "the reason" in str(failure)


DENIED = (
    *("AccessDeniedException", "ExpiredTokenException", "IncompleteSignature", "InvalidSignatureException"),
    *("MissingAuthenticationTokenException", "OptInRequired", "SubscriptionRequiredException"),
    "UnrecognizedClientException",
)
ELSEWHERE = ("UnknownOperationException", "RegionDisabledException")


@pytest.mark.parametrize("source", [KEY, ROLE])
@pytest.mark.parametrize("code", [*DENIED, *ELSEWHERE])
def test_refused_rights_blame_credentials_or_region(code: str, source: str) -> None:
    problem = failure_of(client_error(code), source)
    assert isinstance(problem, Misconfigured)
    assert problem.setting == (REGION if code in ELSEWHERE else source)
    assert "the reason" in problem.advice


@pytest.mark.parametrize(
    "code", ["AccessDenied", "InvalidIdentityToken", "IDPRejectedClaim", "ValidationError"]
)
def test_a_role_that_cannot_be_assumed_is_told_what_its_trust_policy_needs(code: str) -> None:
    problem = failure_of(client_error(code, operation=ASSUMING), ROLE)
    assert isinstance(problem, Misconfigured)
    assert problem.setting == ROLE
    assert "sts:AssumeRoleWithWebIdentity" in problem.advice


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (client_error("IDPCommunicationError", 400, ASSUMING), "rekognition-unavailable"),
        (client_error("InternalFailure", 500, ASSUMING), "rekognition-failed"),
        (exceptions.ReadTimeoutError(endpoint_url=URL), "rekognition-timeout"),
        (exceptions.ConnectTimeoutError(endpoint_url=URL), "rekognition-timeout"),
        (EndpointConnectionError(endpoint_url=URL), "rekognition-unavailable"),
        (exceptions.ConnectionClosedError(endpoint_url=URL), "rekognition-unavailable"),
        (exceptions.SSLError(endpoint_url=URL, error=OSError("no certificate")), "rekognition-unavailable"),
        (BotoCoreError(), "rekognition-failed"),
    ],
)
def test_errors_on_the_way_pass(error: BotoCoreError | ClientError, reason: str) -> None:
    failure = failure_of(error, ROLE)
    assert isinstance(failure, Transient)
    assert failure.reason == reason


@pytest.mark.parametrize(
    ("region", "endpoint", "setting"),
    [("eu-nowhere-9", "", REGION), ("eu-west-1", "", None), ("eu-nowhere-9", "http://127.0.0.1:1", None)],
    ids=["no such region", "away", "a stand-in is away"],
)
def test_an_unknown_region_is_blamed(region: str, endpoint: str, setting: str | None) -> None:
    env = {**PROVIDER.example, REGION: region, "REKOGNITION_ENDPOINT": endpoint}
    error = EndpointConnectionError(endpoint_url=URL)
    problem = explained(Session(), RekognitionSettings.from_env(env), error)
    assert getattr(problem, "setting", None) == setting
    assert isinstance(problem, Misconfigured if setting else Transient)


@pytest.mark.parametrize(
    ("given", "setting"),
    [
        ({}, "AWS_ACCESS_KEY_ID: .*REKOGNITION_ROLE_ARN"),
        ({SECRET: "secret"}, "AWS_ACCESS_KEY_ID"),
        ({KEY: "KEY"}, "AWS_SECRET_ACCESS_KEY"),
        ({KEY: "KEY", SECRET: "secret", ROLE: "arn:aws:iam::123456789012:role/shop"}, ROLE),
    ],
    ids=["nothing", "half a key", "the other half", "key and role"],
)
def test_who_asks_is_either_a_key_or_a_role(given: dict[str, str], setting: str) -> None:
    with pytest.raises(Misconfigured, match=f"^{setting}"):
        RekognitionSettings.from_env({REGION: "eu-west-1", **given})


def test_a_secret_is_not_shown() -> None:
    settings = RekognitionSettings.from_env({REGION: "eu-west-1", KEY: "KEY", SECRET: "hush"})
    assert ("hush" in repr(settings), settings.key) == (False, ("KEY", "hush"))


def recognizer_id(wanted: Wanted, **settings: str) -> str:
    return create(RekognitionSettings.from_env({**PROVIDER.example, **settings}), wanted).recognizer_id


def test_the_id_tells_apart_what_changes_the_labels_and_nothing_else() -> None:
    choices = (Wanted(), Wanted(min_score=0.7), Wanted(max_labels=3), Wanted(features=("colors",)))
    ids = [recognizer_id(wanted) for wanted in choices]
    assert len(set(ids)) == 4
    assert ids[0] == "rekognition/detect-labels/min=0.55/max=10"
    assert ids[3] == f"{ids[0]}/colors"
    assert recognizer_id(Wanted(timeout=3.0), REKOGNITION_ENDPOINT="http://127.0.0.1:1") == ids[0]
