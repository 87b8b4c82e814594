"""The bucket of product pictures as a place to write to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from functools import partial

from google.api_core.exceptions import NotFound
from google.cloud.storage import Client

from devstack.catalogs.wrong import Wrong
from shared import gcs
from shared.errors import Permanent
from shared.pictures.gcs import GcsPictures

MAX_NAME = 1_024
"""Bytes of an object's name."""

TIMEOUT = 60.0
"""Seconds in which a picture is written, 20 MB at most."""


class BucketTarget:
    """One bucket; see `PictureTarget`. A call is retried for `patience` seconds."""

    def __init__(
        self, client: Client, bucket: str, pictures: GcsPictures, *, patience: float = gcs.PATIENCE
    ) -> None:
        self._bucket = client.bucket(bucket)
        self._pictures = pictures
        self._how = {"timeout": TIMEOUT, "retry": gcs.retry(patience)}
        self._errors = partial(gcs.named_errors, "PICTURE_BUCKET", "roles/storage.objectUser", "yourself")

    def listing(self) -> Iterator[tuple[str, str]]:
        """See `PictureTarget`."""
        return ((picture.name, picture.content_hash) for picture in self._pictures.walk())

    def put(self, name: str, content: bytes, media_type: str) -> None:
        """See `PictureTarget`."""
        _check(name)
        with self._errors():
            self._bucket.blob(name).upload_from_string(content, content_type=media_type, **self._how)

    def copy(self, source: str, name: str) -> None:
        """See `PictureTarget`; the bytes stay at Google."""
        _check(name)
        with self._errors():
            self._bucket.copy_blob(self._bucket.blob(source), self._bucket, name, **self._how)

    def delete(self, name: str) -> None:
        """See `PictureTarget`."""
        with self._errors(), suppress(NotFound):
            self._bucket.blob(name).delete(**self._how)


def _check(name: str) -> None:
    if len(name.encode()) > MAX_NAME or {"\r", "\n"} & set(name) or {".", ".."} & set(name.split("/")):
        raise Permanent(Wrong.UNNAMEABLE_ID, f"{name!r} cannot be an object's name")
