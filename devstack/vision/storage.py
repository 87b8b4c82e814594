"""Objects of the Storage stand-in, read over its JSON API."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import quote

import requests

from devstack.vision.annotator import MAX_FILE_BYTES

TIMEOUT = 5.0
"""Seconds to connect, and between two pieces of the object."""

_PIECE = 65_536


class StorageObjects:
    """Reads `gs://bucket/name` from the server at `base`, such as http://127.0.0.1:4443."""

    def __init__(self, base: str) -> None:
        self._base = base.rstrip("/")

    def read(self, uri: str) -> bytes:
        """Return the object; of one larger than Vision takes, enough to see that it is.

        Raises `FileNotFoundError`, `PermissionError`, or `OSError` where the server does not serve.
        """
        bucket, _, name = uri.removeprefix("gs://").partition("/")
        url = f"{self._base}/storage/v1/b/{quote(bucket, safe='')}/o/{quote(name, safe='')}"
        with requests.get(
            url, params={"alt": "media"}, timeout=TIMEOUT, stream=True, allow_redirects=False
        ) as answer:
            if answer.status_code == HTTPStatus.NOT_FOUND:
                raise FileNotFoundError(uri)
            if answer.status_code in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
                raise PermissionError(uri)
            answer.raise_for_status()
            return _bounded(answer)


def _bounded(answer: requests.Response) -> bytes:
    content = bytearray()
    for piece in answer.iter_content(_PIECE):
        content += piece
        if len(content) > MAX_FILE_BYTES:
            break
    return bytes(content)


def unconnected(uri: str) -> bytes:
    """Stand for a storage that nobody named; raises `PermissionError`."""
    raise PermissionError(f"{uri} cannot be read: start the stand-in with --storage")
