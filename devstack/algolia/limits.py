"""Limits of Algolia's "Service limits" page, and bounds of this server's own where that page names none."""

from __future__ import annotations

from typing import Literal, TypeAlias

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
"""When a partial update is refused whose record would outgrow the limit: by a 400, or unseen in its task."""

# Algolia allows 1 GB for a batch; a laptop's server holds the whole body in memory.
MAX_BODY_BYTES = 50_000_000
MAX_BATCH_OPERATIONS = 100_000
MAX_QUERIES_PER_REQUEST = 100
MAX_FILTER_NESTING = 20
