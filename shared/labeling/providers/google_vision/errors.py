"""What Vision's error codes mean for us: one table for whole calls and for single pictures."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum

from shared.errors import Failure, Misconfigured, Permanent, Transient

Problem = Failure | Misconfigured
"""Why a picture has no labels, before it is known whether others have."""


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


class CallFailed(Exception):
    """A call that was not answered OK; `code` is one of google.rpc.Code."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


_FAILURES: Mapping[int, tuple[type[Transient | Permanent], str]] = {
    Code.INVALID_ARGUMENT: (Permanent, "bad-picture"),
    Code.DEADLINE_EXCEEDED: (Transient, "vision-timeout"),
    Code.NOT_FOUND: (Permanent, "picture-gone"),
    Code.RESOURCE_EXHAUSTED: (Transient, "throttled"),
    Code.INTERNAL: (Transient, "vision-failed"),
    Code.UNAVAILABLE: (Transient, "vision-unavailable"),
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
    Code.PERMISSION_DENIED: ("LABELER", _RIGHTS_ADVICE),
    Code.UNIMPLEMENTED: ("VISION_ENDPOINT", "no Vision API is at this address; correct it or leave it empty"),
    Code.UNAUTHENTICATED: (CREDENTIALS, CREDENTIALS_ADVICE),
}

_MESSAGE_LENGTH = 500


def failure_of(code: int, message: str) -> Problem:
    """Name the failure behind an error `code` of google.rpc.Code."""
    said = message[:_MESSAGE_LENGTH]
    if code in _ADVICE:
        setting, advice = _ADVICE[code]
        return Misconfigured(setting, f"{advice}; Vision says: {said}")
    kind, reason = _FAILURES.get(code, (Permanent, f"vision-error-{code}"))
    return kind(reason, f"Vision says: {said} (code {code})")
