"""What Amazon's error codes, and its library's errors, mean for us."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,  # noqa: A004 - the library's, not Python's
    ConnectTimeoutError,
    HTTPClientError,
    ReadTimeoutError,
)

from shared.errors import Misconfigured, Permanent, Transient
from shared.labeling.providers.rekognition import Reason
from shared.labeling.remote import Problem
from shared.reasons import FailureReason
from shared.reasons import Reason as Shared

REGION = "REKOGNITION_REGION"

_Kind = tuple[type[Transient | Permanent], FailureReason]

_BAD_PICTURE: _Kind = (Permanent, Shared.BAD_PICTURE)
_TOO_LARGE: _Kind = (Permanent, Shared.TOO_LARGE)
_THROTTLED: _Kind = (Transient, Shared.THROTTLED)
_TIMEOUT: _Kind = (Transient, Reason.TIMEOUT)
_UNAVAILABLE: _Kind = (Transient, Reason.UNAVAILABLE)
_FAILED: _Kind = (Transient, Reason.FAILED)
_REFUSED: _Kind = (Transient, Reason.REFUSED)

# The format was checked before, and all that differs from one request to another is the picture: where Amazon
# does not know the one or refuses the other, the picture is damaged, or below 80 pixels a side.
_FAILURES: Mapping[str, _Kind] = (
    dict.fromkeys(
        (
            "InvalidImageFormatException",
            "InvalidParameterException",
            "ValidationException",
            "InvalidS3ObjectException",
        ),
        _BAD_PICTURE,
    )
    | dict.fromkeys(
        (
            "ThrottlingException",
            "Throttling",
            "ProvisionedThroughputExceededException",
            "LimitExceededException",
            "HumanLoopQuotaExceededException",
        ),
        _THROTTLED,
    )
    | dict.fromkeys(("InternalServerError", "InternalFailure"), _FAILED)
    | dict.fromkeys(
        ("ServiceUnavailable", "ServiceUnavailableException", "IDPCommunicationError"), _UNAVAILABLE
    )
    | dict.fromkeys(("RequestTimeout", "RequestTimeoutException"), _TIMEOUT)
    | {"ImageTooLargeException": _TOO_LARGE}
)

# For answers without a code of Amazon's, such as a proxy's.
_BY_STATUS: Mapping[int, _Kind] = {
    HTTPStatus.REQUEST_TIMEOUT: _TIMEOUT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: _TOO_LARGE,
    HTTPStatus.TOO_MANY_REQUESTS: _THROTTLED,
    HTTPStatus.BAD_GATEWAY: _UNAVAILABLE,
    HTTPStatus.SERVICE_UNAVAILABLE: _UNAVAILABLE,
    HTTPStatus.GATEWAY_TIMEOUT: _TIMEOUT,
}

# What to write in the setting of the credentials.
_ADVICE: Mapping[str, str] = (
    dict.fromkeys(
        (
            "UnrecognizedClientException",
            "InvalidClientTokenId",
            "InvalidSignatureException",
            "SignatureDoesNotMatch",
            "IncompleteSignature",
            "IncompleteSignatureException",
            "MissingAuthenticationToken",
            "MissingAuthenticationTokenException",
            "ExpiredToken",
            "ExpiredTokenException",
        ),
        "Amazon does not accept these credentials; write a valid AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        " of an account in which REKOGNITION_REGION is enabled, or a role in REKOGNITION_ROLE_ARN",
    )
    | dict.fromkeys(
        ("AccessDenied", "AccessDeniedException"),
        "Amazon does not allow this; give the key's user, or the role, the right rekognition:DetectLabels",
    )
    | dict.fromkeys(
        ("SubscriptionRequiredException", "OptInRequired"),
        "the AWS account has no Rekognition; activate it, or write credentials of another account",
    )
)
_REGION_CODES = frozenset({"RegionDisabledException", "UnknownOperationException"})
_DISTRUSTED = (
    "the role does not trust this Google service account; its trust policy must allow"
    " sts:AssumeRoleWithWebIdentity to accounts.google.com with oaud sts.amazonaws.com and sub the account's"
    " unique id"
)
_NO_REGION = (
    "this region has no Rekognition, or is not enabled in the account; write another, such as eu-west-1"
)

_ASSUMING = "AssumeRoleWithWebIdentity"
_MESSAGE_LENGTH = 500


def failure_of(error: BotoCoreError | ClientError, credentials: str) -> Problem:
    """Name the failure behind an error of Amazon's library; `credentials` is the setting they come from.

    A code that is not known counts as passing, refusals too: the picture is delivered again, and parked in
    the end, where `Permanent` would keep it from ever being asked about again.
    """
    if isinstance(error, ClientError):
        return _refusal(error, credentials)
    kind, reason = _of_library(error)
    return kind(reason, f"Amazon's library says: {_said(error)}")


def no_such_region(error: Exception) -> Misconfigured:
    """Name the failure behind an `error` to reach Amazon where its library knows no such region."""
    return Misconfigured(REGION, f"{_NO_REGION}; Amazon's library says: {_said(error)}")


def _refusal(error: ClientError, credentials: str) -> Problem:
    code, said = error.response.get("Error", {}).get("Code", ""), f"Amazon says: {_said(error)}"
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in _REGION_CODES:
        return Misconfigured(REGION, f"{_NO_REGION}; {said}")
    refused = status < HTTPStatus.INTERNAL_SERVER_ERROR
    distrusted = error.operation_name == _ASSUMING and refused and code not in _FAILURES
    if advice := _DISTRUSTED if distrusted else _ADVICE.get(code):
        return Misconfigured(credentials, f"{advice}; {said}")
    kind, reason = _FAILURES.get(code) or _BY_STATUS.get(status, _REFUSED if refused else _FAILED)
    return kind(reason, said)


def _of_library(error: BotoCoreError) -> _Kind:
    if isinstance(error, ReadTimeoutError | ConnectTimeoutError):
        return _TIMEOUT
    return _UNAVAILABLE if isinstance(error, HTTPClientError | ConnectionError) else _FAILED


def _said(error: Exception) -> str:
    return str(error)[:_MESSAGE_LENGTH]
