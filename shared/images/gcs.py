"""Product pictures in a Cloud Storage bucket; the only user of its client."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import requests
from google.api_core import exceptions
from google.api_core.retry import Retry, if_exception_type
from google.auth.exceptions import DefaultCredentialsError, TransportError
from google.cloud.storage import Client

from shared.errors import Misconfigured, Permanent, Transient
from shared.images.naming import Naming
from shared.model import StoredPicture

TIMEOUT = 10.0
"""Seconds one request may take."""

MAX_PICTURES = 100
"""Pictures of one product that are looked at; the rest, by name, is left out."""

_FIELDS = "items(name,generation,md5Hash,crc32c,size,contentType),nextPageToken"
_TRANSIENT = (
    exceptions.TooManyRequests,
    exceptions.ServerError,
    exceptions.RetryError,
    requests.ConnectionError,
    requests.Timeout,
    TransportError,
)
_RETRY = Retry(predicate=if_exception_type(*_TRANSIENT), initial=0.2, maximum=2.0)


class GcsPictures:
    """The live objects of one bucket, found by their names; a call is retried for `patience` seconds."""

    def __init__(self, client: Client, bucket: str, naming: Naming, patience: float = 2 * TIMEOUT) -> None:
        self._client = client
        self._retry = _RETRY.with_timeout(patience)
        self._bucket = bucket
        self._naming = naming

    def list_product(self, product: str) -> list[StoredPicture]:
        """See `PictureStore`; at most `MAX_PICTURES`."""
        found: dict[str, StoredPicture] = {}
        with _named_errors():
            for prefix in self._naming.prefixes(product):
                found |= {picture.name: picture for picture in self._list(prefix, product)}
        return [found[name] for name in sorted(found)][:MAX_PICTURES]

    def _list(self, prefix: str, product: str) -> Iterator[StoredPicture]:
        blobs = self._client.list_blobs(
            self._bucket,
            prefix=prefix,
            fields=_FIELDS,
            max_results=MAX_PICTURES,
            timeout=TIMEOUT,
            retry=self._retry,
        )
        for blob in blobs:
            if self._naming.product(blob.name) == product:
                yield StoredPicture(
                    bucket=self._bucket,
                    name=blob.name,
                    generation=int(blob.generation),
                    content_hash=blob.md5_hash or f"crc32c:{blob.crc32c}:{blob.size}",
                    size=int(blob.size or 0),
                    content_type=blob.content_type or "",
                )

    def read(self, picture: StoredPicture) -> bytes:
        """See `PictureStore`; the whole object in memory."""
        blob = self._client.bucket(picture.bucket).blob(picture.name, generation=picture.generation)
        with _named_errors():
            try:
                return bytes(blob.download_as_bytes(timeout=TIMEOUT, retry=self._retry))
            except exceptions.NotFound:
                raise Permanent("picture-gone", f"{picture.name} is no longer in the bucket") from None


@contextmanager
def _named_errors() -> Iterator[None]:
    try:
        yield
    except (exceptions.NotFound, exceptions.Forbidden, exceptions.Unauthorized) as error:
        raise Misconfigured(
            "PICTURE_BUCKET",
            f"the bucket cannot be read ({error.message}); write an existing bucket and grant "
            "the function's service account roles/storage.objectViewer on it",
        ) from error
    except DefaultCredentialsError as error:
        raise Misconfigured("GOOGLE_APPLICATION_CREDENTIALS", str(error)) from error
    except _TRANSIENT as error:
        raise Transient("storage-unavailable", f"Cloud Storage did not answer: {error}") from error


def connect(bucket: str, naming: Naming) -> GcsPictures:
    """The bucket on Google's own service, or on the emulator that `STORAGE_EMULATOR_HOST` names."""
    with _named_errors():
        return GcsPictures(Client(), bucket, naming)
