"""Errors as a storefront sees them: problem details (RFC 9457), the same shape for every status."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import Response

from shared.errors import Failure, FailureReason, Reason, Transient, UnknownProduct

from .contract import ProblemDetails, dumped

MEDIA_TYPE = "application/problem+json"

RETRY_AFTER = 2.0
"""Seconds to ask a client to wait when the service in trouble did not say."""

MAX_RETRY_AFTER = 60.0


_LONGEST = 500
"""Characters of what is told: it may name what the request holds, which can be megabytes."""


@dataclass
class Problem(Exception):
    """A request that is answered with an error: its status, what is wrong in words, extra headers."""

    status: int
    title: str
    detail: str
    headers: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.detail = self.detail[:_LONGEST]

    def response(self) -> Response:
        """The answer to send."""
        body = ProblemDetails(type="about:blank", title=self.title, status=self.status, detail=self.detail)
        return Response(dumped(body), self.status, self.headers, mimetype=MEDIA_TYPE)


def from_failure(error: Failure) -> Problem:
    """Give a failure of the use case its status: the request's faults are the caller's, all else is ours."""
    if isinstance(error, UnknownProduct):
        return Problem(404, "Unknown product", str(error))
    if isinstance(error, Transient):
        wait, told = min(error.retry_after or RETRY_AFTER, MAX_RETRY_AFTER), "try again in a moment"
        if error.reason is Reason.BUDGET_SPENT:
            wait, told = error.retry_after or RETRY_AFTER, f"{error}; try again after midnight UTC"
        return Problem(503, "Temporarily unavailable", told, {"Retry-After": str(math.ceil(wait))})
    reason = error.reason
    if isinstance(reason, FailureReason) and reason.status:
        return Problem(reason.status, reason.heading, str(error))
    return UNEXPECTED


UNEXPECTED = Problem(500, "Internal error", "the search failed; the operator's log says why")
