"""The local engine's endpoints without a network between: thousands of requests in the time of a few."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, unquote

from algoliasearch.http.api_response import ApiResponse
from algoliasearch.http.request_options import RequestOptions
from algoliasearch.http.verb import Verb
from algoliasearch.search.config import SearchConfig

from devstack.algolia.engine import Engine
from devstack.algolia.keys import ApiKey
from devstack.algolia.limits import AlgoliaError
from devstack.algolia.server.call import Call, Endpoint
from devstack.algolia.server.reading import READING
from devstack.algolia.server.writing import WRITING
from shared.catalog.transport import FailoverTransporter, named_error

_PATHS = [
    (each, re.compile(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", each.path.replace("*", r"\*"))))
    for each in (*READING, *WRITING)
]


class Direct(FailoverTransporter):
    """Hands requests to the engine, as the key may make them."""

    def __init__(self, engine: Engine, key: ApiKey) -> None:
        super().__init__(SearchConfig("LOCAL", "key"), 1.0)
        self._engine = engine
        self._key = key

    def request(
        self,
        verb: Verb,
        path: str,
        request_options: RequestOptions,
        use_read_transporter: bool,  # noqa: ARG002, FBT001 the client's own signature
    ) -> ApiResponse[str]:
        """Answer one request."""
        path, _, query = path.partition("?")
        endpoint, values = next(_matching(verb, path))
        data: Any = request_options.data
        call = Call(self._engine, self._key, values, dict(parse_qsl(query)), json.loads(data or "{}"))
        try:
            if endpoint.acl:
                self._key.require(endpoint.acl, [values["index"]] if "index" in values else [])
            content = endpoint.handler(call)
        except AlgoliaError as error:
            raise named_error(error.status, error.message, None) from error
        return ApiResponse(verb=verb, path=path, status_code=endpoint.status, raw_data=json.dumps(content))


def _matching(verb: Verb, path: str) -> Iterator[tuple[Endpoint, dict[str, str]]]:
    for endpoint, pattern in _PATHS:
        match = pattern.fullmatch(path) if endpoint.method == verb.value else None
        if match:
            yield endpoint, {name: unquote(value) for name, value in match.groupdict().items()}
