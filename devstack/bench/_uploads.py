"""A shop for the benchmarks: a local stack, records, uploads, and their events."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import requests

from devstack import storage
from devstack.delivery import wire
from devstack.endpoints import Endpoints

PARALLEL = 4
_TIMEOUT = 30.0


class Uploads:
    """Puts pictures into the bucket of a running stack."""

    def __init__(self, endpoints: Endpoints) -> None:
        self._endpoints = endpoints

    def add_records(self, products: Iterable[str]) -> None:
        """Let the index know these products; raises `requests.HTTPError`."""
        names = self._endpoints
        batch = [{"action": "addObject", "body": {"objectID": product}} for product in products]
        answer = requests.post(
            f"{names.algolia_url}/1/indexes/{names.index}/batch",
            json={"requests": batch},
            headers={"X-Algolia-Application-Id": names.app_id, "X-Algolia-API-Key": names.keys.admin},
            timeout=_TIMEOUT,
        )
        answer.raise_for_status()

    def put(self, pictures: Sequence[tuple[str, bytes]]) -> None:
        """Upload name and content of each; raises what Google's client raises."""
        with storage.client(self._endpoints.storage_url, self._endpoints.project) as client:
            bucket = client.bucket(self._endpoints.bucket)
            for name, content in pictures:
                bucket.blob(name).upload_from_string(content, content_type="image/jpeg")

    def announce(self, names: Sequence[str], parallel: int) -> None:
        """POST to the function what a push subscription would, `parallel` at a time.

        Raises `requests.HTTPError` for an event that was not accepted.
        """
        with ThreadPoolExecutor(parallel) as pool, requests.Session() as session:
            session.mount("http://", requests.adapters.HTTPAdapter(pool_maxsize=parallel))
            for _ in pool.map(lambda name: self._push(session, name), names):
                pass

    def _push(self, session: requests.Session, name: str) -> None:
        now = datetime.now(UTC)
        told = {
            "eventType": "OBJECT_FINALIZE",
            "bucketId": self._endpoints.bucket,
            "objectId": name,
            "eventTime": now.isoformat(),
        }
        request = wire.push(wire.Envelope("bench", uuid.uuid4().hex, now, attributes=told))
        answer = session.post(
            self._endpoints.enrich_url, data=request.body, headers=dict(request.headers), timeout=_TIMEOUT
        )
        answer.raise_for_status()
