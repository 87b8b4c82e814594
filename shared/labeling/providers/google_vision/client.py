"""Google's client, built for a destination, and what its errors mean: for whole calls and single pictures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import IntEnum
from typing import Any
from urllib.parse import urlsplit

import grpc
import requests
from google.api_core.exceptions import GoogleAPICallError
from google.auth.credentials import AnonymousCredentials
from google.auth.exceptions import GoogleAuthError
from google.cloud.vision_v1.services.image_annotator.client import ImageAnnotatorClient
from google.cloud.vision_v1.services.image_annotator.transports.grpc import ImageAnnotatorGrpcTransport
from google.cloud.vision_v1.services.image_annotator.transports.rest import ImageAnnotatorRestTransport
from google.cloud.vision_v1.types.image_annotator import AnnotateImageResponse, BatchAnnotateImagesResponse

from shared.errors import FailureReason, Misconfigured, Permanent, Reason, Transient
from shared.labeling.providers.google_vision import VisionReason, VisionSettings
from shared.labeling.remote import Problem

Rpc = Callable[..., BatchAnnotateImagesResponse]
"""`ImageAnnotatorClient.batch_annotate_images`, called with a request, `retry` and `timeout`."""

Annotate = Callable[[Sequence[Mapping[str, Any]], float], "Sequence[AnnotateImageResponse | Problem]"]
"""Answers AnnotateImageRequests once, in so many seconds; raises `Failure` or `Misconfigured`.

The answers are plain protocol buffers, whose fields are called the same.
"""

# From the page "Multi-regional support", as is `parent`; neither was tried on the live service.
_HOSTS = {"": "vision.googleapis.com", "eu": "eu-vision.googleapis.com", "us": "us-vision.googleapis.com"}

_MESSAGE_LENGTH = 500
_NO_TOKEN = "Getting metadata from plugin failed"  # noqa: S105 - gRPC's words where no access token was had


class Code(IntEnum):
    """The codes of google.rpc.Code that matter here."""

    INVALID_ARGUMENT = 3
    DEADLINE_EXCEEDED = 4
    NOT_FOUND = 5
    PERMISSION_DENIED = 7
    RESOURCE_EXHAUSTED = 8
    UNIMPLEMENTED = 12
    INTERNAL = 13
    UNAVAILABLE = 14
    UNAUTHENTICATED = 16


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

_FAILURES: Mapping[int, tuple[type[Transient | Permanent], FailureReason]] = {
    Code.INVALID_ARGUMENT: (Permanent, Reason.BAD_PICTURE),
    Code.DEADLINE_EXCEEDED: (Transient, VisionReason.TIMEOUT),
    Code.NOT_FOUND: (Permanent, Reason.PICTURE_GONE),
    Code.RESOURCE_EXHAUSTED: (Transient, Reason.THROTTLED),
    Code.INTERNAL: (Transient, VisionReason.FAILED),
    Code.UNAVAILABLE: (Transient, VisionReason.UNAVAILABLE),
}

CREDENTIALS = "GOOGLE_APPLICATION_CREDENTIALS"
CREDENTIALS_ADVICE = (
    "set it to a service account's key file, run `gcloud auth application-default login`, or set"
    " VISION_API_KEY to a valid key"
)
_RIGHTS_ADVICE = (
    "google-vision is not allowed; enable billing and the API (gcloud services enable vision.googleapis.com)"
)

_ADVICE: Mapping[int, tuple[str, str]] = {
    Code.PERMISSION_DENIED: ("RECOGNIZER", _RIGHTS_ADVICE),
    Code.UNIMPLEMENTED: ("VISION_ENDPOINT", "no Vision API is at this address; correct it or leave it empty"),
    Code.UNAUTHENTICATED: (CREDENTIALS, CREDENTIALS_ADVICE),
}


def connect(settings: VisionSettings, project: str) -> Annotate:
    """Build what asks Vision once; raises `Misconfigured` where no credentials are found."""
    return asking(client(settings).batch_annotate_images, parent(project, settings.region))


def parent(project: str, region: str) -> str:
    """The location in which requests are to stay; empty for anywhere."""
    return f"projects/{project}/locations/{region}" if project and region else ""


def asking(call: Rpc, place: str) -> Annotate:
    """A function that asks once, for answers from `place`."""
    staying = {"parent": place} if place else {}

    def annotate(
        asked: Sequence[Mapping[str, Any]], seconds: float
    ) -> Sequence[AnnotateImageResponse | Problem]:
        try:
            # The client's own retries are not used: their last attempts may run past the deadline.
            answered = call({"requests": list(asked), **staying}, retry=None, timeout=seconds)
        except (GoogleAPICallError, GoogleAuthError, requests.RequestException) as error:
            raise _failure_of(_code_of(error), str(error)) from error
        # The client's own classes wrap each field when it is read: a fifth of a millisecond for ten labels.
        return list(map(_judged, BatchAnnotateImagesResponse.pb(answered).responses))

    return annotate


def _judged(answer: AnnotateImageResponse) -> AnnotateImageResponse | Problem:
    return _failure_of(answer.error.code, answer.error.message) if answer.error.code else answer


def _failure_of(code: int, message: str) -> Problem:
    """Name the failure behind an error `code` of google.rpc.Code."""
    said = message[:_MESSAGE_LENGTH]
    if code in _ADVICE:
        setting, advice = _ADVICE[code]
        return Misconfigured(setting, f"{advice}; Vision says: {said}")
    kind, reason = _FAILURES.get(code, (Permanent, VisionReason.REFUSED))
    return kind(reason, f"Vision says: {said} (code {code})")


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


def client(settings: VisionSettings) -> ImageAnnotatorClient:
    """A client over gRPC and TLS with credentials; for stand-ins in plain text, gRPC or REST, with none."""
    address = urlsplit(settings.endpoint)
    if address.scheme == "grpc":
        channel = grpc.insecure_channel(address.netloc, options=[("grpc.enable_http_proxy", 0)])
        return ImageAnnotatorClient(transport=ImageAnnotatorGrpcTransport(channel=channel))
    if address.scheme == "http":
        nobody = AnonymousCredentials()  # type: ignore[no-untyped-call]
        rest = ImageAnnotatorRestTransport(host=address.netloc, url_scheme="http", credentials=nobody)
        return ImageAnnotatorClient(transport=rest)
    key = settings.api_key.get_secret_value()
    options = {"api_endpoint": address.netloc or _HOSTS[settings.region]} | ({"api_key": key} if key else {})
    try:
        return ImageAnnotatorClient(client_options=options)
    except GoogleAuthError as error:
        raise Misconfigured(CREDENTIALS, f"{CREDENTIALS_ADVICE}; Google's library says: {error}") from error
