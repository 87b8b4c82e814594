"""Amazon's client, with nothing of what Amazon's tools share."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.credentials import (
    AssumeRoleWithWebIdentityCredentialFetcher,
    CredentialProvider,
    CredentialResolver,
    DeferredRefreshableCredentials,
)
from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError, InvalidRegionError
from botocore.session import Session
from google.auth.exceptions import DefaultCredentialsError, GoogleAuthError
from google.auth.transport.requests import Request
from google.oauth2.id_token import fetch_id_token

from shared.errors import Misconfigured, Transient
from shared.labeling.providers.rekognition import KEY_ID, ROLE, Reason, RekognitionSettings
from shared.labeling.providers.rekognition.errors import failure_of, no_such_region
from shared.labeling.providers.rekognition.labeler import Detect
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
"""What Amazon's log of calls names who came as the role."""


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
        raise Transient(Reason.NO_IDENTITY, f"Google gave no identity: {error}") from error


def explained(session: Session, settings: RekognitionSettings, error: BotoCoreError | ClientError) -> Problem:
    """Name the failure behind an error; a region that cannot be reached and is none is the region's fault."""
    unreachable = isinstance(error, EndpointConnectionError) and not settings.endpoint
    if unreachable and settings.region not in _known_regions(session):
        return no_such_region(error)
    return failure_of(error, settings.blamed)


def _known_regions(session: Session) -> set[str]:
    return {
        region
        for partition in session.get_available_partitions()
        for region in session.get_available_regions("rekognition", partition)
    }
