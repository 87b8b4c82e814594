"""A stand-in for buckets of any size: it answers Cloud Storage's listing call with made-up objects.

Filling the local stack's Storage with so many objects would take minutes; only the listing is wanted.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

PAGE = 1_000
"""Objects on one page, as Cloud Storage's own default."""

PER_PRODUCT = 4
_GENERATION = 1_700_000_000_000_000
_SIZE = 250_000


@dataclass(frozen=True, slots=True)
class Buckets:
    """A bucket of so many `pictures`, and one, `labels`, with what `recogniser_id` said about every other."""

    pictures: int
    recogniser_id: str

    def application(self) -> Starlette:
        """Serve both."""
        return Starlette(routes=[Route("/storage/v1/b/{bucket}/o", self._list)])

    def _list(self, request: Request) -> JSONResponse:
        labels = request.path_params["bucket"] == "labels"
        count = self.pictures // 2 if labels else self.pictures
        start = int(request.query_params.get("pageToken", "0"))
        end = min(start + PAGE, count)
        items = [self._label(number) if labels else _picture(number) for number in range(start, end)]
        return JSONResponse({"items": items} | ({"nextPageToken": str(end)} if end < count else {}))

    def _label(self, number: int) -> Mapping[str, Any]:
        name = _hash(2 * number).replace("/", "_").replace("+", "-")
        return {"name": f"{self.recogniser_id}/{name}.json"}


def _picture(number: int) -> Mapping[str, Any]:
    return {
        "name": f"products/{number // PER_PRODUCT:08}/{number % PER_PRODUCT}.jpg",
        "generation": str(_GENERATION + number),
        "md5Hash": _hash(number),
        "size": str(_SIZE),
        "contentType": "image/jpeg",
    }


def _hash(number: int) -> str:
    return base64.b64encode(hashlib.md5(b"%d" % number, usedforsecurity=False).digest()).decode()
