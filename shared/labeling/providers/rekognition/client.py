"""Amazon's client, with nothing of what Amazon's tools share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.credentials import (
    AssumeRoleWithWebIdentityCredentialFetcher,
    CredentialProvider,
    CredentialResolver,
    DeferredRefreshableCredentials,
)
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,  # noqa: A004 - the library's, not Python's
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    InvalidRegionError,
    ReadTimeoutError,
)
from botocore.session import Session
from google.auth.exceptions import DefaultCredentialsError, GoogleAuthError
from google.auth.transport.requests import Request
from google.oauth2.id_token import fetch_id_token

from shared.errors import FailureReason, Misconfigured, Permanent, Reason, Transient
from shared.labeling.providers.rekognition import KEY_ID, ROLE, RekognitionReason, RekognitionSettings
from shared.labeling.providers.rekognition.recognizer import Detect
from shared.labeling.remote import Problem

if TYPE_CHECKING:
    from mypy_boto3_rekognition.type_defs import DetectLabelsRequestTypeDef, DetectLabelsResponseTypeDef


Token = Callable[[], str]
"""Returns a web identity token, a new one each time; raises `Transient` or `Misconfigured`."""

AUDIENCE = "sts.amazonaws.com"
"""Whom the token is for. A role's trust policy asks for it as `accounts.google.com:oaud`, and for the service
account's unique id as `accounts.google.com:sub`."""

_CONNECTIONS = 64
_NOWHERE = (None, None, None, None)
_SESSION_NAME = "visual-image-search"
"""The name that Amazon's log of calls gives to who came as the role."""


REGION = "REKOGNITION_REGION"

_Kind = tuple[type[Transient | Permanent], FailureReason]

_BAD_PICTURE: _Kind = (Permanent, Reason.BAD_PICTURE)
_TOO_LARGE: _Kind = (Permanent, Reason.TOO_LARGE)
_THROTTLED: _Kind = (Transient, Reason.THROTTLED)
_TIMEOUT: _Kind = (Transient, RekognitionReason.TIMEOUT)
_UNAVAILABLE: _Kind = (Transient, RekognitionReason.UNAVAILABLE)
_FAILED: _Kind = (Transient, RekognitionReason.FAILED)
_REFUSED: _Kind = (Transient, RekognitionReason.REFUSED)

# The format was checked before, and all that differs from one request to another is the picture: where Amazon
# does not know the one or refuses the other, the picture is damaged, or below 80 pixels a side.
_FAILURES: Mapping[str, _Kind] = {
    "InvalidImageFormat": _BAD_PICTURE,
    "InvalidParameter": _BAD_PICTURE,
    "Validation": _BAD_PICTURE,
    "InvalidS3Object": _BAD_PICTURE,
    "ImageTooLarge": _TOO_LARGE,
    "Throttling": _THROTTLED,
    "ProvisionedThroughputExceeded": _THROTTLED,
    "LimitExceeded": _THROTTLED,
    "HumanLoopQuotaExceeded": _THROTTLED,
    "InternalServerError": _FAILED,
    "InternalFailure": _FAILED,
    "ServiceUnavailable": _UNAVAILABLE,
    "IDPCommunicationError": _UNAVAILABLE,
    "RequestTimeout": _TIMEOUT,
}
"""By the code, without the "Exception" that some of Amazon's services end it with and others do not."""

# For answers without a code of Amazon's, such as a proxy's.
_BY_STATUS: Mapping[int, _Kind] = {
    HTTPStatus.REQUEST_TIMEOUT: _TIMEOUT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: _TOO_LARGE,
    HTTPStatus.TOO_MANY_REQUESTS: _THROTTLED,
    HTTPStatus.BAD_GATEWAY: _UNAVAILABLE,
    HTTPStatus.SERVICE_UNAVAILABLE: _UNAVAILABLE,
    HTTPStatus.GATEWAY_TIMEOUT: _TIMEOUT,
}

_UNACCEPTED = (
    "Amazon does not accept these credentials; write a valid AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
    " of an account in which REKOGNITION_REGION is enabled, or a role in REKOGNITION_ROLE_ARN"
)
_DENIED = "Amazon does not allow this; give the key's user, or the role, the right rekognition:DetectLabels"
_INACTIVE = "the AWS account has no Rekognition; activate it, or write credentials of another account"
_ADVICE: Mapping[str, str] = {
    "UnrecognizedClient": _UNACCEPTED,
    "InvalidClientTokenId": _UNACCEPTED,
    "InvalidSignature": _UNACCEPTED,
    "SignatureDoesNotMatch": _UNACCEPTED,
    "IncompleteSignature": _UNACCEPTED,
    "MissingAuthenticationToken": _UNACCEPTED,
    "ExpiredToken": _UNACCEPTED,
    "AccessDenied": _DENIED,
    "SubscriptionRequired": _INACTIVE,
    "OptInRequired": _INACTIVE,
}
"""The advice for the setting of the credentials, by the same codes."""

_REGION_CODES = frozenset({"RegionDisabled", "UnknownOperation"})
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


def connect(settings: RekognitionSettings, token: Token, timeout: float) -> Detect:
    """Build what asks Rekognition once; a role is assumed by `token` when it is first needed.

    `timeout` in seconds bounds each connection and each read. Raises `Misconfigured`.
    """
    # Without ~/.aws, a profile and credentials from elsewhere.
    session = Session(session_vars=dict.fromkeys(("config_file", "credentials_file", "profile"), _NOWHERE))
    bounds = Config(
        connect_timeout=timeout,
        read_timeout=timeout,
        retries={"mode": "standard", "total_max_attempts": 1},
        max_pool_connections=_CONNECTIONS,
        ignore_configured_endpoint_urls=True,  # type: ignore[call-arg] # its stubs lack this
    )
    role: list[CredentialProvider] = []
    if settings.role_arn:
        role = [_Role(settings, token, partial(_create, session, settings, bounds))]
    session.register_component("credential_provider", CredentialResolver(role))
    key_id, secret = settings.key
    try:
        client = boto3.Session(botocore_session=session).client(
            "rekognition",
            region_name=settings.region,
            endpoint_url=settings.endpoint or None,
            aws_access_key_id=key_id or None,
            aws_secret_access_key=secret or None,
            config=bounds,
        )
    except InvalidRegionError as error:
        raise no_such_region(error) from error
    except ValueError as error:
        advice = "write http://HOST:PORT for a stand-in, or leave it empty for Amazon's own"
        raise Misconfigured("REKOGNITION_ENDPOINT", f"{advice}, instead of {settings.endpoint!r}") from error
    return partial(_detected, client.detect_labels, partial(explained, session, settings))


def _detected(
    detect_labels: Callable[..., DetectLabelsResponseTypeDef],
    explain: Callable[[BotoCoreError | ClientError], Problem],
    request: DetectLabelsRequestTypeDef,
) -> DetectLabelsResponseTypeDef:
    try:
        return detect_labels(**request)
    except (BotoCoreError, ClientError) as error:
        raise explain(error) from error


def _create(
    session: Session, settings: RekognitionSettings, bounds: Config, service: str, config: Config
) -> Any:  # noqa: ANN401 - whichever client `service` has
    return session.create_client(
        service,
        region_name=settings.region,
        endpoint_url=settings.endpoint or None,
        config=bounds.merge(config),
    )


class _Role(CredentialProvider):
    """The role, which is assumed when first needed, and again before that expires."""

    METHOD = "assume-role-with-web-identity"

    def __init__(self, settings: RekognitionSettings, token: Token, create: Callable[..., Any]) -> None:
        super().__init__()
        self._fetcher = AssumeRoleWithWebIdentityCredentialFetcher(
            create, token, settings.role_arn, extra_args={"RoleSessionName": _SESSION_NAME}
        )

    def load(self) -> DeferredRefreshableCredentials:
        return DeferredRefreshableCredentials(self._fetcher.fetch_credentials, self.METHOD)


def google_identity() -> str:
    """Return a token that says which service account this is.

    Raises `Misconfigured` where there is none, and `Transient` while Google does not answer.
    """
    try:
        # A class without annotations, and a function without.
        return str(fetch_id_token(Request(), AUDIENCE))  # type: ignore[no-untyped-call]
    except DefaultCredentialsError as error:
        advice = f"a role needs a function that runs as a Google service account; elsewhere, set {KEY_ID}"
        raise Misconfigured(ROLE, f"{advice} instead; Google's library says: {error}") from error
    except GoogleAuthError as error:
        raise Transient(RekognitionReason.NO_IDENTITY, f"Google gave no identity: {error}") from error


def explained(session: Session, settings: RekognitionSettings, error: BotoCoreError | ClientError) -> Problem:
    """Name the failure behind an error; a region that cannot be reached and is none is the region's fault."""
    if isinstance(error, EndpointConnectionError) and not settings.endpoint:
        partitions = session.get_available_partitions()
        known = (session.get_available_regions("rekognition", partition) for partition in partitions)
        if not any(settings.region in regions for regions in known):
            return no_such_region(error)
    return failure_of(error, settings.blamed)


def failure_of(error: BotoCoreError | ClientError, credentials: str) -> Problem:
    """Name the failure behind an error of Amazon's library; `credentials` is the setting they come from.

    A code that is not known counts as passing, refusals too: the picture is delivered again, and parked in
    the end, where `Permanent` would keep it from ever being asked about again.
    """
    if isinstance(error, ClientError):
        return _refusal(error, credentials)
    unreached = isinstance(error, HTTPClientError | ConnectionError)
    timed_out = isinstance(error, ReadTimeoutError | ConnectTimeoutError)
    kind, reason = _TIMEOUT if timed_out else _UNAVAILABLE if unreached else _FAILED
    return kind(reason, f"Amazon's library says: {_said(error)}")


def no_such_region(error: Exception) -> Misconfigured:
    """Name the failure behind an `error` to reach Amazon where its library knows no such region."""
    return Misconfigured(REGION, f"{_NO_REGION}; Amazon's library says: {_said(error)}")


def _refusal(error: ClientError, credentials: str) -> Problem:
    code = error.response.get("Error", {}).get("Code", "").removesuffix("Exception")
    said = f"Amazon says: {_said(error)}"
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in _REGION_CODES:
        return Misconfigured(REGION, f"{_NO_REGION}; {said}")
    refused = status < HTTPStatus.INTERNAL_SERVER_ERROR
    distrusted = error.operation_name == _ASSUMING and refused and code not in _FAILURES
    if advice := _DISTRUSTED if distrusted else _ADVICE.get(code):
        return Misconfigured(credentials, f"{advice}; {said}")
    kind, reason = _FAILURES.get(code) or _BY_STATUS.get(status, _REFUSED if refused else _FAILED)
    return kind(reason, said)


def _said(error: Exception) -> str:
    return str(error)[:_MESSAGE_LENGTH]
