"""The products that wait for their records, as empty objects in the bucket of remembered answers."""

from __future__ import annotations

from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Any

from google.api_core.exceptions import NotFound, PreconditionFailed
from google.cloud.storage import Client

from shared import gcs
from shared.waiting import PAGE

_FOLDER = "waiting/"
_MAX_NAME_BYTES = 1_024
_AT_ONCE = 8


class GcsWaitingList:
    """See `WaitingList`. Told by names and times alone: a whole page is one call."""

    def __init__(self, client: Client, bucket: str, now: Callable[[], datetime] = gcs.now) -> None:
        self._bucket = client.bucket(bucket)
        self._now = now
        self._options: dict[str, Any] = {"timeout": gcs.TIMEOUT, "retry": gcs.retry()}
        self._errors = partial(gcs.named_errors, *gcs.LABEL_BUCKET)

    def since(self, product: str) -> float | None:
        """See `WaitingList`; an object's name may be too long for a product's."""
        name = _FOLDER + product
        if len(name.encode()) > _MAX_NAME_BYTES:
            return None
        with self._errors():
            try:
                self._bucket.blob(name).upload_from_string(b"", if_generation_match=0, **self._options)
            except PreconditionFailed:
                blob = self._bucket.get_blob(name, **self._options)
                return (self._now() - blob.time_created).total_seconds() if blob else 0.0
        return 0.0

    def page(self, after: str) -> list[str]:
        """See `WaitingList`; one call."""
        blobs = self._bucket.list_blobs(
            prefix=_FOLDER,
            start_offset=_FOLDER + after,
            max_results=PAGE + 1,
            fields="items(name),nextPageToken",
            **self._options,
        )
        with self._errors():
            products = (blob.name.removeprefix(_FOLDER) for blob in blobs)
            return list(islice((product for product in products if product != after), PAGE))

    def remove(self, products: Collection[str]) -> None:
        """See `WaitingList`."""
        with self._errors(), ThreadPoolExecutor(min(_AT_ONCE, len(products) or 1)) as threads:
            for done in [threads.submit(self._remove, product) for product in products]:
                done.result()

    def _remove(self, product: str) -> None:
        try:
            self._bucket.blob(_FOLDER + product).delete(**self._options)
        except NotFound:
            return
