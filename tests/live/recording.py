"""Exchanges with Algolia as they were, without keys and without anything about a person."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

from algoliasearch.http.api_response import ApiResponse
from algoliasearch.http.request_options import RequestOptions
from algoliasearch.http.verb import Verb
from algoliasearch.search.config import SearchConfig

from shared.catalog.transport import FailoverTransporter
from shared.errors import Failure, Misconfigured
from tests.algolia import INDEX

PERSONAL = frozenset(
    {
        *("userToken", "queryID", "serverUsed", "serverTimeMS", "processingTimeMS", "processingTimingsMS"),
        *("aroundLatLng", "parsedQuery", "params", "index", "indexUsed", "abTestID", "abTestVariantID"),
    }
)
"""Fields of requests and answers that name a person, a machine or a moment."""

_INDEX = re.compile(r"visual-search-check-\d{10}-[0-9a-f]{8}")


class Recording(FailoverTransporter):
    """Adds each exchange to a file, a line of JSON each, without the headers: keys are in them."""

    def __init__(self, inner: FailoverTransporter, file: Path) -> None:
        super().__init__(cast("SearchConfig", inner.config), 15.0)
        self._file = file

    def request(
        self,
        verb: Verb,
        path: str,
        request_options: RequestOptions,
        use_read_transporter: bool,  # noqa: FBT001 the client's own signature
    ) -> ApiResponse[str]:
        """Send it, and keep what was said and answered."""
        try:
            answer = super().request(verb, path, request_options, use_read_transporter)
        except (Failure, Misconfigured) as error:
            self._keep(verb, path, request_options, {"refused": str(error)})
            raise
        self._keep(verb, path, request_options, {"answer": json.loads(answer.raw_data or "{}")})
        return answer

    def _keep(self, verb: Verb, path: str, options: RequestOptions, outcome: Mapping[str, Any]) -> None:
        data: Any = options.data
        exchange = {"verb": verb.value, "path": path, "body": json.loads(data or "null"), **outcome}
        line = json.dumps(impersonal(exchange), ensure_ascii=False, sort_keys=True)
        for secret in (self.config.app_id, self.config.api_key):
            line = line.replace(str(secret), "SECRET")
        with self._file.open("a", encoding="utf-8") as file:
            file.write(f"{_INDEX.sub(INDEX, line)}\n")


def impersonal(value: object) -> object:
    """The value without the fields in `PERSONAL`, at any depth."""
    if isinstance(value, dict):
        return {name: impersonal(each) for name, each in value.items() if name not in PERSONAL}
    return [impersonal(each) for each in value] if isinstance(value, list) else value


def exchanges(file: Path) -> Iterator[Mapping[str, Any]]:
    """The exchanges in a file."""
    for line in file.read_text(encoding="utf-8").splitlines():
        yield json.loads(line)
