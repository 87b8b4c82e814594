"""Product pictures in a Cloud Storage bucket."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from google.api_core.exceptions import NotFound
from google.cloud.storage import Blob, Client

from shared import gcs
from shared.errors import Permanent, Reason
from shared.model import StoredPicture
from shared.pictures import MAX_PICTURES, Naming, Range, may_be_picture

_FIELDS = "items(name,generation,md5Hash,crc32c,size,contentType),prefixes,nextPageToken"

MAX_SCANNED = 20_000
"""Names gone through for one product's pictures in one range: twenty pages, a few seconds."""


class GcsPictures:
    """The live objects of one bucket, found by their names; a call is retried for `patience` seconds."""

    def __init__(
        self,
        client: Client,
        bucket: str,
        naming: Naming,
        *,
        patience: float = gcs.PATIENCE,
        max_scanned: int = MAX_SCANNED,
    ) -> None:
        self._client = client
        self._bucket = bucket
        self._naming = naming
        self._max_scanned = max_scanned
        self._retry = gcs.retry(patience)
        self._errors = partial(gcs.named_errors, "PICTURE_BUCKET", "roles/storage.objectViewer")

    def list_product(self, product: str) -> list[StoredPicture]:
        """See `PictureStore`; one listing for each way in which the product's names can begin."""
        found: dict[str, StoredPicture] = {}
        with self._errors():
            for names in self._naming.ranges(product):
                found |= {picture.name: picture for picture in self._listed(names, product)}
        return [found[name] for name in sorted(found)][:MAX_PICTURES]

    def read(self, picture: StoredPicture) -> bytes:
        """See `PictureStore`; the whole object in memory."""
        blob = self._client.bucket(picture.bucket).blob(picture.name, generation=picture.generation)
        with self._errors():
            try:
                return bytes(blob.download_as_bytes(timeout=gcs.TIMEOUT, retry=self._retry))
            except NotFound:
                raise Permanent(Reason.PICTURE_GONE, f"{picture.name} is no longer in the bucket") from None

    def walk(self, prefix: str = "", after: str = "") -> Iterator[StoredPicture]:
        """Every object of the bucket behind `after` by name, product picture or not; one page in memory."""
        blobs = self._client.list_blobs(
            self._bucket,
            prefix=prefix or None,
            start_offset=after or None,
            fields=_FIELDS,
            timeout=gcs.TIMEOUT,
            retry=self._retry,
        )
        with self._errors():
            for blob in blobs:
                if blob.name != after:
                    yield stored(self._bucket, blob)

    def _listed(self, names: Range, product: str) -> Iterator[StoredPicture]:
        """The product's first pictures among those names; raises `Permanent("too-crowded")`."""
        blobs = self._client.list_blobs(
            self._bucket,
            prefix=names.prefix,
            delimiter="/" if names.flat else None,
            max_results=1 if names.exact else None,
            fields=_FIELDS,
            timeout=gcs.TIMEOUT,
            retry=self._retry,
        )
        scanned = accepted = 0
        for page in blobs.pages:
            for picture in map(partial(stored, self._bucket), page):
                if self._naming.product(picture.name) == product and may_be_picture(picture):
                    yield picture
                    accepted += 1
            scanned += page.num_items + len(page.prefixes)
            if accepted >= MAX_PICTURES:
                return
            if scanned > self._max_scanned:
                raise _too_crowded(names, scanned)


def _too_crowded(names: Range, scanned: int) -> Permanent:
    return Permanent(
        Reason.TOO_CROWDED,
        f"the first {scanned} names that begin with {names.prefix!r} are mostly not those of the product's"
        " pictures; keep them in a folder of their own, as in the pattern products/<objectID>/<file>",
    )


def stored(bucket: str, blob: Blob) -> StoredPicture:
    """Read an object's metadata; objects composed of others have no MD5, their CRC32C and size stand in."""
    return StoredPicture(
        bucket=bucket,
        name=blob.name,
        generation=int(blob.generation),
        content_hash=blob.md5_hash or f"crc32c:{blob.crc32c}:{blob.size}",
        size=int(blob.size or 0),
        content_type=blob.content_type or "",
    )
