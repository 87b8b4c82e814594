"""HTTP calls of the tests."""

from __future__ import annotations

import requests

from devstack.algolia.server import RunningEngine
from tests.engine.keys import APP_ID


class Caller:
    """HTTP calls with one key."""

    def __init__(self, server: RunningEngine, key: str) -> None:
        self._url = server.url
        self.headers = {"x-algolia-application-id": APP_ID, "x-algolia-api-key": key}

    def __call__(self, method: str, path: str, body: object = None, **options: object) -> requests.Response:
        return requests.request(
            method,
            self._url + path,
            json=body,
            headers=self.headers,
            timeout=5,
            **options,  # type: ignore[arg-type]
        )
