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

from shared.errors import Failure, Misconfigured, Permanent, Transient

REGION = "REKOGNITION_REGION"
ENDPOINT = "REKOGNITION_ENDPOINT"

_Kind = tuple[type[Transient | Permanent], str]

_BAD_PICTURE: _Kind = (Permanent, "bad-picture")
_THROTTLED: _Kind = (Transient, "throttled")
_TIMEOUT: _Kind = (Transient, "rekognition-timeout")
_UNAVAILABLE: _Kind = (Transient, "rekognition-unavailable")
_FAILED: _Kind = (Transient, "rekognition-failed")
_REFUSAL: _Kind = (Transient, "rekognition-refused")

_FAILURES: Mapping[str, _Kind] = {
    # The format was checked before: where Amazon does not know it, the picture is damaged.
    "InvalidImageFormatException": _BAD_PICTURE,
    "ImageTooLargeException": (Permanent, "too-large"),
    # All that differs from one request to another is the picture; one below 80 pixels a side is answered so.
    "InvalidParameterException": _BAD_PICTURE,
    "ValidationException": _BAD_PICTURE,
    "InvalidS3ObjectException": _BAD_PICTURE,
    "ThrottlingException": _THROTTLED,
    "Throttling": _THROTTLED,
    "ProvisionedThroughputExceededException": _THROTTLED,
    "LimitExceededException": _THROTTLED,
    "HumanLoopQuotaExceededException": _THROTTLED,
    "InternalServerError": _FAILED,
    "InternalFailure": _FAILED,
    "ServiceUnavailable": _UNAVAILABLE,
    "ServiceUnavailableException": _UNAVAILABLE,
    "IDPCommunicationError": _UNAVAILABLE,
    "RequestTimeout": _TIMEOUT,
    "RequestTimeoutException": _TIMEOUT,
}

# For answers without a code of Amazon's, such as a proxy's.
_BY_STATUS: Mapping[int, _Kind] = {
    HTTPStatus.REQUEST_TIMEOUT: _TIMEOUT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: (Permanent, "too-large"),
    HTTPStatus.TOO_MANY_REQUESTS: _THROTTLED,
    HTTPStatus.BAD_GATEWAY: _UNAVAILABLE,
    HTTPStatus.SERVICE_UNAVAILABLE: _UNAVAILABLE,
    HTTPStatus.GATEWAY_TIMEOUT: _TIMEOUT,
}

_REFUSED = (
    "Amazon does not accept these credentials; write a valid AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY of"
    " an account in which REKOGNITION_REGION is enabled, or a role in REKOGNITION_ROLE_ARN"
)
_FORBIDDEN = (
    "Amazon does not allow this; give the key's user, or the role, the right rekognition:DetectLabels"
)
_INACTIVE = "the AWS account has no Rekognition; activate it, or write credentials of another account"
_NO_REGION = (
    "this region has no Rekognition, or is not enabled in the account; write another, such as eu-west-1"
)
_DISTRUSTED = (
    "the role does not trust this Google service account; its trust policy must allow"
    " sts:AssumeRoleWithWebIdentity to accounts.google.com with oaud sts.amazonaws.com and sub the account's"
    " unique id"
)

_ADVICE: Mapping[str, str] = {
    "UnrecognizedClientException": _REFUSED,
    "InvalidClientTokenId": _REFUSED,
    "InvalidSignatureException": _REFUSED,
    "SignatureDoesNotMatch": _REFUSED,
    "IncompleteSignature": _REFUSED,
    "IncompleteSignatureException": _REFUSED,
    "MissingAuthenticationToken": _REFUSED,
    "MissingAuthenticationTokenException": _REFUSED,
    "ExpiredToken": _REFUSED,
    "ExpiredTokenException": _REFUSED,
    "AccessDenied": _FORBIDDEN,
    "AccessDeniedException": _FORBIDDEN,
    "SubscriptionRequiredException": _INACTIVE,
    "OptInRequired": _INACTIVE,
}
"""What to write in the setting of the credentials."""

_REGION_CODES = frozenset({"RegionDisabledException", "UnknownOperationException"})

_ASSUMING = "AssumeRoleWithWebIdentity"

_MESSAGE_LENGTH = 500


def failure_of(error: BotoCoreError | ClientError, credentials: str) -> Failure | Misconfigured:
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


def _refusal(error: ClientError, credentials: str) -> Failure | Misconfigured:
    code, said = error.response.get("Error", {}).get("Code", ""), f"Amazon says: {_said(error)}"
    if code in _REGION_CODES:
        return Misconfigured(REGION, f"{_NO_REGION}; {said}")
    if advice := _advice(error, code):
        return Misconfigured(credentials, f"{advice}; {said}")
    kind, reason = _FAILURES.get(code) or _by_status(_status(error))
    return kind(reason, said)


def _advice(error: ClientError, code: str) -> str | None:
    assuming = error.operation_name == _ASSUMING and _status(error) < HTTPStatus.INTERNAL_SERVER_ERROR
    return _DISTRUSTED if assuming and code not in _FAILURES else _ADVICE.get(code)


def _by_status(status: int) -> _Kind:
    unknown = _REFUSAL if status < HTTPStatus.INTERNAL_SERVER_ERROR else _FAILED
    return _BY_STATUS.get(status, unknown)


def _status(error: ClientError) -> int:
    return error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)


def _of_library(error: BotoCoreError) -> _Kind:
    if isinstance(error, ReadTimeoutError | ConnectTimeoutError):
        return _TIMEOUT
    return _UNAVAILABLE if isinstance(error, HTTPClientError | ConnectionError) else _FAILED


def _said(error: Exception) -> str:
    return str(error)[:_MESSAGE_LENGTH]
