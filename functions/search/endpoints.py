"""The routes of the search function: read the request, let the use case work, shape the answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from flask import Response, request

from shared import VERSION
from shared.logs import step
from shared.memory import MemoryBudget
from shared.model import Refinement
from shared.searching import Searcher, check
from shared.settings import SearchSettings

from . import answers, openapi
from .clients import client_address
from .contract import MAX_OBJECT_ID, Fields
from .guard import Guard, Places
from .origins import check_origin
from .problems import Problem
from .reading import PhotoRequest, fields

_HEALTHY = '{"status": "ok"}'


@dataclass(frozen=True)
class Endpoints:
    """The routes of one function instance.

    `fetch` gets a photo by its URL, None where that is switched off; `bodies` is the memory that request
    bodies may take together. Of the searches that are let in, no more fetch than may be at work: hosts and
    names that hang keep no place from photos that are sent.
    """

    settings: SearchSettings
    searcher: Callable[[], Searcher]
    fetch: Callable[[str], bytes] | None
    guard: Guard
    bodies: MemoryBudget

    def search(self) -> Response:
        """Products for a photo."""
        limit = self.settings.max_picture_bytes
        check_origin(request, self.settings)
        with self.guard.admitting(request), self.bodies.growing() as more:
            with step("read"):
                asked = PhotoRequest.read(request, limit, more)
            refinement = self._refinement(asked.fields)
            photo = self._fetched(asked.url) if asked.photo is None else asked.photo
            crop = asked.fields.crop.crop() if asked.fields.crop else None
            with self.guard.working():
                if asked.fields.wanted == "filters":
                    return answers.filters(self.searcher().plan(photo, crop), refinement)
                return answers.found(self.searcher().search(photo, crop, refinement))

    def similar(self, product: str) -> Response:
        """Products for a product."""
        check_origin(request, self.settings)
        with self.guard.admitting(request):
            asked = fields(request, Fields)
            refinement = self._refinement(asked)
            if not 0 < len(product) <= MAX_OBJECT_ID:
                raise Problem(404, "Not found", "write the product's objectID behind /similar/")
            self._needs_catalog()
            with self.guard.working():
                if asked.wanted == "filters":
                    return answers.filters(self.searcher().plan_similar(product), refinement)
                return answers.found(self.searcher().similar(product, refinement))

    def describe(self) -> Response:
        """The API's description."""
        return Response(self._description, mimetype="application/json")

    @cached_property
    def _description(self) -> str:
        return json.dumps(openapi.document(VERSION))

    def health(self) -> Response:
        """Say that the function runs, and nothing about what is behind it."""
        return Response(_HEALTHY, mimetype="application/json")

    def _refinement(self, asked: Fields) -> Refinement:
        if asked.wanted == "hits":
            self._needs_catalog()
        client = client_address(request, self.settings.forwarded_hops)
        refinement = asked.refinement(self.settings.search_mode, None if client is None else str(client))
        check(refinement)
        return self.settings.filter_rules.applied(refinement)

    def _needs_catalog(self) -> None:
        if not self.settings.searches_itself:
            raise Problem(
                400, "Bad request", "no search is made here; send return=filters and search yourself"
            )

    def _fetched(self, url: str | None) -> bytes:
        if self.fetch is None or url is None:
            raise Problem(400, "Bad request", "pictures by URL are switched off here; send image.content")
        with step("fetch"), self._fetching:
            return self.fetch(url)

    @cached_property
    def _fetching(self) -> Places:
        return Places(self.settings.max_concurrent_searches, patience=0)
