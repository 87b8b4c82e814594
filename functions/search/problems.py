"""Errors as a storefront sees them: problem details (RFC 9457), the same shape for every status."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import Response

from shared.errors import Failure, Permanent, Transient

RETRY_AFTER = 2.0
"""Seconds to ask a client to wait when the service in trouble did not say."""


@dataclass
class Problem(Exception):
    """A request that is answered with an error: its status, what is wrong in words, extra headers."""

    status: int
    title: str
    detail: str
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self) -> Response:
        """The answer to send."""
        body = {"type": "about:blank", "title": self.title, "status": self.status, "detail": self.detail}
        return Response(json.dumps(body), self.status, self.headers, mimetype="application/problem+json")


_PICTURES = {
    "too-large": (413, "Content too large"),
    "unsupported-format": (415, "Unsupported picture format"),
    "bad-picture": (422, "Unreadable picture"),
    "too-many-pixels": (422, "Picture too large"),
}


def from_failure(error: Failure) -> Problem:
    """Give a failure of the use case its status: the picture's faults are the caller's, all else is ours."""
    if isinstance(error, Transient):
        wait = str(math.ceil(error.retry_after or RETRY_AFTER))
        return Problem(503, "Temporarily unavailable", "try again in a moment", {"Retry-After": wait})
    if isinstance(error, Permanent) and error.reason in _PICTURES:
        status, title = _PICTURES[error.reason]
        return Problem(status, title, str(error))
    if error.reason == "algolia-refused":
        return Problem(400, "Search refused", str(error))
    return UNEXPECTED


UNEXPECTED = Problem(500, "Internal error", "the search failed; the operator's log says why")
