"""Remembered labels as small JSON objects in a bucket of their own.

    <recogniser id>/<hash>.json    what was said
    <recogniser id>/<hash>.claim   who is asking; of no meaning once the first exists

Two names, because Cloud Storage throttles more than one write a second to one name ("Quotas and limits").
A claim that has served its purpose is left to the bucket's lifecycle rule.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from google.api_core.exceptions import NotFound, PreconditionFailed
from google.cloud.storage import Blob, Client

from shared import gcs
from shared.errors import Permanent
from shared.labeling.store import LEASE, Claim, Settled
from shared.model import Label

_ABSENT = 0


def _now() -> datetime:
    return datetime.now(UTC)


class GcsLabels:
    """The labels of one recogniser; see `LabelStore`."""

    def __init__(
        self,
        client: Client,
        bucket: str,
        recogniser_id: str,
        lease: float = LEASE,
        now: Callable[[], datetime] = _now,
    ) -> None:
        self._bucket = client.bucket(bucket)
        self._folder = recogniser_id
        self._lease = timedelta(seconds=lease)
        self._now = now
        self._options: dict[str, Any] = {"timeout": gcs.TIMEOUT, "retry": gcs.retry()}
        self._errors = partial(gcs.named_errors, "LABEL_BUCKET", "roles/storage.objectUser")

    def obtain(self, content_hash: str) -> Settled | Claim | None:
        """See `LabelStore`."""
        with self._errors():
            said = self._read(content_hash)
            if said is not None:
                return said
            return self._write_claim(content_hash, _ABSENT) or self._taken_over(content_hash)

    def settle(self, claim: Claim, outcome: Settled) -> None:
        """See `LabelStore`."""
        with self._errors():
            self._write(self._said(claim.content_hash), _written(outcome), _ABSENT)

    def release(self, claim: Claim) -> None:
        """See `LabelStore`."""
        with self._errors():
            self._delete(self._claim(claim.content_hash), claim.token)

    def peek(self, content_hash: str) -> Settled | None:
        """See `LabelStore`."""
        with self._errors():
            return self._read(content_hash)

    def forget(self, content_hash: str, before_us: int) -> None:
        """See `LabelStore`; the time is that of Cloud Storage."""
        with self._errors():
            said = self._bucket.get_blob(self._said(content_hash).name, **self._options)
            if said is not None and said.updated.timestamp() * 1_000_000 < before_us:
                self._delete(self._claim(content_hash))
                self._delete(said, int(said.generation))

    def settled(self) -> Iterator[str]:
        """The hash of every content something was said about; one page in memory."""
        folder = f"{self._folder}/"
        blobs = self._bucket.list_blobs(prefix=folder, fields="items(name),nextPageToken", **self._options)
        with self._errors():
            for blob in blobs:
                name = blob.name.removeprefix(folder)
                if name.endswith(".json"):
                    yield _hash_named(name.removesuffix(".json"))

    def _taken_over(self, content_hash: str) -> Settled | Claim | None:
        """Look at a claim that stands: it may just have been settled, or be that of a dead process."""
        held = self._bucket.get_blob(self._claim(content_hash).name, **self._options)
        said = self._read(content_hash)
        if said is not None or held is None or self._now() - held.updated < self._lease:
            return said
        return self._write_claim(content_hash, int(held.generation))

    def _write_claim(self, content_hash: str, generation: int) -> Claim | None:
        blob = self._claim(content_hash)
        return Claim(content_hash, int(blob.generation)) if self._write(blob, {}, generation) else None

    def _read(self, content_hash: str) -> Settled | None:
        try:
            return _parsed(json.loads(self._said(content_hash).download_as_bytes(**self._options)))
        except NotFound:
            return None

    def _write(self, blob: Blob, content: dict[str, Any], generation: int) -> bool:
        """Write if the object is still at `generation`; False when it is not."""
        text = json.dumps(content, ensure_ascii=False)
        options = {"content_type": "application/json", "if_generation_match": generation, **self._options}
        try:
            blob.upload_from_string(text, **options)
        except PreconditionFailed:
            return False
        return True

    def _delete(self, blob: Blob, generation: int | None = None) -> None:
        try:
            blob.delete(if_generation_match=generation, **self._options)
        except (NotFound, PreconditionFailed):
            return

    def _said(self, content_hash: str) -> Blob:
        return self._object(content_hash, "json")

    def _claim(self, content_hash: str) -> Blob:
        return self._object(content_hash, "claim")

    def _object(self, content_hash: str, ending: str) -> Blob:
        return self._bucket.blob(f"{self._folder}/{_name_of(content_hash)}.{ending}")


def _name_of(content_hash: str) -> str:
    """Base64 as part of an object's name; its alphabet holds neither `_` nor `-`."""
    return content_hash.replace("/", "_").replace("+", "-")


def _hash_named(name: str) -> str:
    return name.replace("_", "/").replace("-", "+")


def _written(outcome: Settled) -> dict[str, Any]:
    if isinstance(outcome, Permanent):
        return {"refused": {"reason": outcome.reason, "message": str(outcome)}}
    return {"labels": [{"description": label.name, "score": label.score} for label in outcome]}


def _parsed(content: dict[str, Any]) -> Settled:
    if "refused" in content:
        return Permanent(content["refused"]["reason"], content["refused"]["message"])
    return tuple(Label(label["description"], label["score"]) for label in content["labels"])
