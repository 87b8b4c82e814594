"""The rules of Algolia's documentation: its limits, readings where it is silent, and the error of a refusal.

What it is silent about is in `choices.py`.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Literal, TypeAlias

from devstack.algolia.documents import JsonObject

MAX_FILTERS_PER_QUERY = 1_000
MAX_FILTER_SCORE = 65_535
MAX_QUERY_BYTES = 512
MAX_HITS_PER_PAGE = 1_000
MAX_PAGINATION = 20_000
MAX_VALUES_PER_FACET = 1_000
MAX_FACET_HITS = 100
MAX_DISTINCT = 4
MAX_PENDING_TASKS = 5_000
MAX_EVENTS = 1_000
DEFAULT_RECORD_BYTES = 10_000

TooBig: TypeAlias = Literal["at-once", "in-task"]
"""The moment of refusing a partial update that outgrows the limit: by a 400, or unseen in its task."""

# Algolia allows 1 GB for a batch; a laptop's server holds the whole body in memory.
MAX_BODY_BYTES = 50_000_000
MAX_BATCH_OPERATIONS = 100_000
MAX_QUERIES_PER_REQUEST = 100
MAX_FILTER_NESTING = 20


class AlgoliaError(Exception):
    """A request Algolia would refuse; `status` is the HTTP status of the answer."""

    def __init__(self, message: str, status: int = HTTPStatus.BAD_REQUEST) -> None:
        super().__init__(message)
        self.message = message
        self.status = int(status)

    def to_json(self) -> JsonObject:
        """Return the error body: `message` and `status`."""
        return {"message": self.message, "status": self.status}
