from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore import exceptions
from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError
from botocore.session import Session

from shared.errors import Failure, Misconfigured, Permanent, Transient
from shared.labeling.provider import Wanted
from shared.labeling.providers.rekognition import PROVIDER, RekognitionSettings, create
from shared.labeling.providers.rekognition.client import explained, failure_of
from shared.labeling.providers.rekognition.recognizer import colors, labels
from shared.model import Crop, Label

if TYPE_CHECKING:
    from mypy_boto3_rekognition.type_defs import BoundingBoxTypeDef, DominantColorTypeDef, LabelTypeDef


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


Pairs = list[tuple[str, float]]


def found(name: str, confidence: float, *parents: str) -> LabelTypeDef:
    return {"Name": name, "Confidence": confidence, "Parents": [{"Name": parent} for parent in parents]}


def box(left: float, top: float, width: float, height: float) -> BoundingBoxTypeDef:
    return {"Left": left, "Top": top, "Width": width, "Height": height}


def shade(name: str, percent: float) -> DominantColorTypeDef:
    return {"SimplifiedColor": name, "PixelPercent": percent}


def pairs(given: tuple[Label, ...]) -> Pairs:
    return [(label.name, label.score) for label in given]


BOOT, SNEAKER = found("Boot", 90, "footwear"), found("Sneaker", 80, "Shoe")


@pytest.mark.parametrize(
    ("given", "most", "expected"),
    [
        ([found("Shoe", 75), found("Sneaker", 100)], 10, [("Sneaker", 1.0), ("Shoe", 0.75)]),
        ([found("shoe", 50), found("Shoe", 75), found(" ", 60)], 10, [("Shoe", 0.75)]),
        ([found("Shoe", 100.01), found("Hat", -1)], 10, [("Shoe", 1.0), ("Hat", 0.0)]),
        ([SNEAKER, BOOT], 10, [("Boot", 0.9), ("Sneaker", 0.8), ("footwear", 0.45), ("Shoe", 0.4)]),
        ([SNEAKER, found("Shoe", 30)], 10, [("Sneaker", 0.8), ("Shoe", 0.3)]),
        ([SNEAKER, found("Lace", 20)], 2, [("Sneaker", 0.8), ("Lace", 0.2)]),
    ],
    ids=[
        *("best first", "once whatever its case", "drawn into range", "a parent left out gets half"),
        *("a parent seen keeps its score", "what was seen before what was inferred"),
    ],
)
def test_labels_and_their_parents(given: list[LabelTypeDef], most: int, expected: Pairs) -> None:
    read = labels(given, most)
    assert pairs(read) == expected
    assert {label.kind for label in read} == {"label"}


@pytest.mark.parametrize(
    ("boxes", "expected"),
    [
        ([], None),
        ([box(0.125, 0.25, 0.375, 0.5)], Crop(0.125, 0.25, 0.375, 0.5)),
        ([box(0, 0, 0.1, 0.1), box(0.5, 0.5, 0.5, 0.25), box(0, 0, 0.2, 0.2)], Crop(0.5, 0.5, 0.5, 0.25)),
        ([box(-0.5, 0.75, 1, 1)], Crop(0.0, 0.75, 0.5, 0.25)),
        ([box(1.25, 0, 1, 1), box(0, 0, 0, 1)], None),
    ],
    ids=["none", "one", "the largest", "beyond the edges", "outside or empty"],
)
def test_a_box_is_of_the_largest(boxes: list[BoundingBoxTypeDef], expected: Crop | None) -> None:
    instances = [{"BoundingBox": each} for each in boxes]
    [label] = labels([{"Name": "Shoe", "Confidence": 90, "Instances": instances}], 10)  # type: ignore[typeddict-item]
    assert label.box == expected


@pytest.mark.parametrize(
    ("whole", "foreground", "expected"),
    [
        (
            [shade("Red", 25), shade("white", 10), shade("red", 50), shade("", 5)],
            [],
            [("red", 0.75), ("white", 0.1)],
        ),
        ([shade("white", 90)], [shade("red", 50)], [("red", 0.5)]),
    ],
    ids=["shades of one name are one color", "the foreground where there is one"],
)
def test_colors_are_those_of_the_foreground_or_else_the_whole(
    whole: list[DominantColorTypeDef], foreground: list[DominantColorTypeDef], expected: Pairs
) -> None:
    told = colors({"DominantColors": whole, "Foreground": {"DominantColors": foreground}})
    assert pairs(told) == expected
    assert {label.kind for label in told} == {"color"}


def test_colors_come_beside_the_labels_and_not_in_their_places_and_leave_them_their_names() -> None:
    others = (Label("red", 0.95, "color"), Label("shoe", 0.9, "color"))
    given = labels([found("Shoe", 90), found("Orange", 60)], 1, others)
    assert [(label.name, label.kind) for label in given] == [("red", "color"), ("Shoe", "label")]
