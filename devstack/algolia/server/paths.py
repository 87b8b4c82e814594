"""Paths as sent: an encoded slash inside an index name or objectID is part of the name."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import unquote

from starlette.types import ASGIApp, Receive, Scope, Send


class EncodedPaths:
    """Routes by the path before percent-decoding; `decoded` gives the values back."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve with the raw path in place of the decoded one."""
        if scope["type"] == "http":
            path = scope["raw_path"].decode("ascii").replace("%2A", "*").replace("%2a", "*")
            scope = {**scope, "path": path}
        await self._app(scope, receive, send)


def decoded(path_params: Mapping[str, str]) -> dict[str, str]:
    """Return the values of a matched path, percent-decoded."""
    return {name: unquote(value) for name, value in path_params.items()}
