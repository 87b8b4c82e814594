"""The calls of a day, as the metadata of one empty object in the bucket of remembered answers."""

from __future__ import annotations

from functools import partial
from typing import Any

from google.api_core.exceptions import PreconditionFailed
from google.cloud.storage import Client

from shared import gcs
from shared.errors import Reason, Transient

NAME = "spending/search.json"
"""The only object that the search function may read or write; terraform/identities.tf grants it."""

TRIES = 5
"""Others may change the count between our look and our write; each look is newer."""

TIMEOUT = 1.0
"""Seconds for one request, and for all that are retried."""

_ABSENT = 0


class GcsSpending:
    """See `Spending`. Written on the condition that nobody wrote since our look (`ifGenerationMatch`).

    What an instance wrote itself it need not look at, so that one alone takes a single request.
    """

    def __init__(self, client: Client, bucket: str) -> None:
        self._bucket = client.bucket(bucket)
        self._seen: tuple[int, str, int] = (_ABSENT, "", 0)
        self._options: dict[str, Any] = {"timeout": TIMEOUT, "retry": gcs.retry(TIMEOUT)}
        self._errors = partial(gcs.named_errors, "LABEL_BUCKET", f"roles/storage.objectUser for {NAME}")

    def take(self, day: str, wanted: int, most: int) -> int:
        """See `Spending`."""
        with self._errors():
            for _ in range(TRIES):
                generation, seen_day, calls = self._seen
                taken, day = (calls, seen_day) if seen_day >= day else (0, day)
                granted = min(wanted, most - taken)
                if granted <= 0 and generation != _ABSENT:
                    return 0
                if self._write(generation, day, taken + granted):
                    return granted
                self._look()
        raise Transient(
            Reason.STORAGE_UNAVAILABLE, "others change the count of the day's photos all the time"
        )

    def _write(self, generation: int, day: str, calls: int) -> bool:
        blob = self._bucket.blob(NAME)
        blob.metadata = {"day": day, "calls": str(calls)}
        try:
            blob.upload_from_string(b"", if_generation_match=generation, **self._options)
        except PreconditionFailed:
            return False
        self._seen = (int(blob.generation), day, calls)
        return True

    def _look(self) -> None:
        blob = self._bucket.get_blob(NAME, **self._options)
        told = (blob.metadata or {}) if blob else {}
        calls = told.get("calls", "0")
        self._seen = (int(blob.generation) if blob else _ABSENT, told.get("day", ""), int(calls))
