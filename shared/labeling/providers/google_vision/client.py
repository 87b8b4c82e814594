"""The official client, built for a destination, and calls to it that end by their deadline."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import grpc
import requests
from google.api_core.exceptions import (
    BadGateway,
    GatewayTimeout,
    GoogleAPICallError,
    InternalServerError,
    RetryError,
    ServiceUnavailable,
)
from google.api_core.retry import Retry, if_exception_type
from google.auth.credentials import AnonymousCredentials
from google.auth.exceptions import GoogleAuthError
from google.cloud.vision_v1 import AnnotateImageResponse, BatchAnnotateImagesResponse, ImageAnnotatorClient
from google.cloud.vision_v1.services.image_annotator.transports import (
    ImageAnnotatorGrpcTransport,
    ImageAnnotatorRestTransport,
)

from shared.errors import Misconfigured
from shared.labeling.providers.google_vision.destination import Destination
from shared.labeling.providers.google_vision.errors import CREDENTIALS, CREDENTIALS_ADVICE, CallFailed, Code

# Throttling is left out: Vision's quota is counted per minute, longer than any deadline here.
_RETRIED = if_exception_type(
    ServiceUnavailable,
    GatewayTimeout,
    InternalServerError,
    BadGateway,
    requests.ConnectionError,
    requests.exceptions.ChunkedEncodingError,
)
_LEAST_TIMEOUT = 0.001

# The client gives every error an HTTP status, over gRPC too. A call as a whole finds nothing (404) only where
# there is no such service.
_CODE_OF_STATUS = {
    400: Code.INVALID_ARGUMENT,
    401: Code.UNAUTHENTICATED,
    403: Code.PERMISSION_DENIED,
    404: Code.UNIMPLEMENTED,
    408: Code.DEADLINE_EXCEEDED,
    413: Code.INVALID_ARGUMENT,
    429: Code.RESOURCE_EXHAUSTED,
    500: Code.INTERNAL,
    501: Code.UNIMPLEMENTED,
    502: Code.UNAVAILABLE,
    503: Code.UNAVAILABLE,
    504: Code.DEADLINE_EXCEEDED,
}
_NO_TOKEN = "Getting metadata from plugin failed"  # noqa: S105 - gRPC's words where no access token was had


class Rpc(Protocol):
    """`ImageAnnotatorClient.batch_annotate_images`, as far as it is used."""

    def __call__(
        self, request: dict[str, Any], *, retry: None, timeout: float
    ) -> BatchAnnotateImagesResponse:
        """Call the service."""


class BoundedCalls:
    """BatchAnnotateImages under a deadline, asked again while the service did not answer.

    The client's own retries are not used: their last attempts may run past the deadline by its whole length.
    """

    def __init__(self, rpc: Rpc) -> None:
        self._rpc = rpc

    def __call__(self, request: Mapping[str, Any], deadline: float) -> Sequence[AnnotateImageResponse]:
        """Answer `request`, a BatchAnnotateImagesRequest as a mapping, before `deadline` on `time.monotonic`.

        Raises `CallFailed`.
        """
        left = deadline - time.monotonic()
        retry = Retry(predicate=_RETRIED, initial=0.1, multiplier=2.0, maximum=2.0, timeout=left)
        try:
            return retry(self._attempt)(request, deadline)
        except RetryError as error:
            raise _call_failed(error.cause or error) from error
        except (GoogleAPICallError, GoogleAuthError, requests.RequestException) as error:
            raise _call_failed(error) from error

    def _attempt(self, request: Mapping[str, Any], deadline: float) -> Sequence[AnnotateImageResponse]:
        left = max(deadline - time.monotonic(), _LEAST_TIMEOUT)
        return self._rpc(dict(request), retry=None, timeout=left).responses


def _call_failed(error: Exception) -> CallFailed:
    return CallFailed(_code_of(error), str(error))


def _code_of(error: Exception) -> int:
    if isinstance(error, GoogleAuthError):
        return Code.UNAUTHENTICATED
    if isinstance(error, requests.Timeout):
        return Code.DEADLINE_EXCEEDED
    if not isinstance(error, GoogleAPICallError):
        return Code.UNAVAILABLE
    if _NO_TOKEN in str(error) or str(error.reason).startswith("API_KEY_"):
        return Code.UNAUTHENTICATED
    return _CODE_OF_STATUS.get(int(error.code or 0), Code.INTERNAL)


def build(destination: Destination, api_key: str) -> ImageAnnotatorClient:
    """Build a client for `destination`; raises `Misconfigured` where no credentials are found."""
    if destination.scheme == "grpc":
        channel = grpc.insecure_channel(destination.host, options=[("grpc.enable_http_proxy", 0)])
        return ImageAnnotatorClient(transport=ImageAnnotatorGrpcTransport(channel=channel))
    if destination.scheme == "http":
        nobody = AnonymousCredentials()  # type: ignore[no-untyped-call]
        rest = ImageAnnotatorRestTransport(host=destination.host, url_scheme="http", credentials=nobody)
        return ImageAnnotatorClient(transport=rest)
    options = {"api_endpoint": destination.host} | ({"api_key": api_key} if api_key else {})
    try:
        return ImageAnnotatorClient(client_options=options)
    except GoogleAuthError as error:
        raise Misconfigured(CREDENTIALS, f"{CREDENTIALS_ADVICE}; Google's library says: {error}") from error
