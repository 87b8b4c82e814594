"""Remembered answers as small JSON objects in a bucket of their own.

    <id of who is asked>/<hash>.json    what was said
    <id of who is asked>/<hash>.claim   who is asking; of no meaning once the first exists

Two names, because Cloud Storage throttles more than one write a second to one name ("Quotas and limits").
A claim that has served its purpose is left to the bucket's lifecycle rule.
"""

from __future__ import annotations

import array
import base64
import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import astuple
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Generic

from google.api_core.exceptions import NotFound, PreconditionFailed
from google.cloud.storage import Blob, Client

from shared import gcs
from shared.errors import Permanent
from shared.labeling import LEASE, Claim, Settled, T
from shared.model import LABEL, Appearance, Crop, Label, Labels

_ABSENT = 0
_TO_NAME, _TO_HASH = str.maketrans("/+", "_-"), str.maketrans("_-", "/+")
"""From base64 to a part of an object's name, and back."""


class _GcsAnnotations(ABC, Generic[T]):
    """The answers of `asked_id`; see `AnnotationStore`."""

    def __init__(
        self,
        client: Client,
        bucket: str,
        asked_id: str,
        lease: float = LEASE,
        now: Callable[[], datetime] = gcs.now,
    ) -> None:
        self._bucket = client.bucket(bucket)
        self._folder = asked_id
        self._lease = timedelta(seconds=lease)
        self._now = now
        self._options: dict[str, Any] = {"timeout": gcs.TIMEOUT, "retry": gcs.retry()}
        self._errors = partial(gcs.named_errors, *gcs.LABEL_BUCKET)

    def obtain(self, content_hash: str) -> Settled[T] | Claim | None:
        """See `AnnotationStore`."""
        with self._errors():
            if (said := self._read(content_hash)) is not None:
                return said
            return self._write_claim(content_hash, _ABSENT) or self._taken_over(content_hash)

    def settle(self, claim: Claim, outcome: Settled[T]) -> None:
        """See `AnnotationStore`."""
        with self._errors():
            if isinstance(outcome, Permanent):
                content = {"refused": {"reason": outcome.reason, "message": str(outcome)}}
            else:
                content = self._written(outcome)
            self._write(self._said(claim.content_hash), content, _ABSENT)

    def release(self, claim: Claim) -> None:
        """See `AnnotationStore`."""
        with self._errors():
            self._delete(self._claim(claim.content_hash), claim.token)

    def peek(self, content_hash: str) -> Settled[T] | None:
        """See `AnnotationStore`."""
        with self._errors():
            return self._read(content_hash)

    def forget(self, content_hash: str, before_us: int) -> None:
        """See `AnnotationStore`; the time is that of Cloud Storage."""
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
                    yield name.removesuffix(".json").translate(_TO_HASH)

    def _taken_over(self, content_hash: str) -> Settled[T] | Claim | None:
        """Look at a claim that stands: it may just have been settled, or be that of a dead process."""
        held = self._bucket.get_blob(self._claim(content_hash).name, **self._options)
        said = self._read(content_hash)
        if said is not None or held is None or self._now() - held.updated < self._lease:
            return said
        return self._write_claim(content_hash, int(held.generation))

    def _write_claim(self, content_hash: str, generation: int) -> Claim | None:
        blob = self._claim(content_hash)
        return Claim(content_hash, int(blob.generation)) if self._write(blob, {}, generation) else None

    def _read(self, content_hash: str) -> Settled[T] | None:
        try:
            content = json.loads(self._said(content_hash).download_as_bytes(**self._options))
        except NotFound:
            return None
        if refused := content.get("refused"):
            return Permanent(refused["reason"], refused["message"])
        return self._answer(content)

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

    @abstractmethod
    def _written(self, answer: T) -> dict[str, Any]:
        """The answer as JSON values."""

    @abstractmethod
    def _answer(self, content: dict[str, Any]) -> T:
        """The answer of those JSON values."""

    def _said(self, content_hash: str) -> Blob:
        return self._bucket.blob(f"{self._folder}/{content_hash.translate(_TO_NAME)}.json")

    def _claim(self, content_hash: str) -> Blob:
        return self._bucket.blob(f"{self._folder}/{content_hash.translate(_TO_NAME)}.claim")


def _listed(labels: Labels) -> list[dict[str, Any]]:
    return [
        {
            "description": label.name,
            "score": label.score,
            **({} if label.kind == LABEL else {"kind": label.kind}),
            **({} if label.box is None else {"box": astuple(label.box)}),
        }
        for label in labels
    ]


def _labels(listed: list[dict[str, Any]]) -> Labels:
    return tuple(
        Label(
            label["description"],
            label["score"],
            label.get("kind", LABEL),
            Crop(*label["box"]) if "box" in label else None,
        )
        for label in listed
    )


class GcsLabels(_GcsAnnotations[Labels]):
    """The labels of one recognizer."""

    def _written(self, answer: Labels) -> dict[str, Any]:
        return {"labels": _listed(answer)}

    def _answer(self, content: dict[str, Any]) -> Labels:
        return _labels(content["labels"])


class GcsFeatures(_GcsAnnotations[Appearance]):
    """The colors and vectors that one encoder sees; a vector as float32 in base64."""

    def _written(self, answer: Appearance) -> dict[str, Any]:
        vector = base64.b64encode(array.array("f", answer.vector or ())).decode()
        return {"colors": _listed(answer.colors), "vector": vector}

    def _answer(self, content: dict[str, Any]) -> Appearance:
        vector = tuple(array.array("f", base64.b64decode(content["vector"])))
        return Appearance(colors=_labels(content["colors"]), vector=vector or None)
