"""The demo's web server: the built shop, what it is told, and photos to try."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from devstack.demo.shop import Order
from devstack.endpoints import Endpoints
from devstack.environment import SHOP
from shared.attribute_names import DEFAULT_NAMES, AttributeNames

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: {pictures}; "
    "connect-src 'self' {search} {algolia}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The page's Content-Security-Policy; `blob:` is the preview of the shopper's own photo."""

_FOREVER = "public, max-age=31536000, immutable"


def check_built(folder: Path = SHOP) -> None:
    """Raise FileNotFoundError that says what to do when the shop was not built."""
    if not (folder / "index.html").is_file():
        raise FileNotFoundError(f"{folder / 'index.html'} is missing: run `make setup`")


def create_app(
    endpoints: Endpoints,
    orders: Sequence[Order],
    samples: Mapping[str, bytes],
    names: AttributeNames = DEFAULT_NAMES,
    folder: Path = SHOP,
) -> Starlette:
    """The shop in `folder`, told where and what everything is, with photos (JPEG files by title) to try.

    Raises FileNotFoundError when it was not built.
    """
    check_built(folder)
    photos = list(samples.values())
    told = {**_config(endpoints, orders, list(samples)), "attributes": names.told()}

    def config(_: Request) -> JSONResponse:
        return JSONResponse(told)

    def sample(request: Request) -> Response:
        number = int(request.path_params["number"])
        if number >= len(photos):
            return Response(status_code=404)
        return Response(photos[number], media_type="image/jpeg")

    routes = [
        Route("/config.json", config),
        Route("/samples/{number:int}.jpg", sample),
        Mount("/", StaticFiles(directory=folder, html=True)),
    ]
    return Starlette(routes=routes, middleware=[_headers(endpoints)])


def _config(endpoints: Endpoints, orders: Sequence[Order], titles: Sequence[str]) -> dict[str, Any]:
    return {
        "searchUrl": endpoints.search_url,
        "algolia": {
            "url": endpoints.algolia_url,
            "appId": endpoints.app_id,
            "apiKey": endpoints.keys.search,
            "index": endpoints.index,
        },
        "sorts": [{"value": order.index, "label": order.label} for order in orders],
        "samples": [{"url": f"samples/{number}.jpg", "title": title} for number, title in enumerate(titles)],
    }


def _headers(endpoints: Endpoints) -> Middleware:
    """Middleware that says what the page may load, and how long a browser may keep it."""
    policy = POLICY.format(
        pictures=endpoints.storage_url, search=endpoints.search_url, algolia=endpoints.algolia_url
    )

    async def dispatch(request: Request, call_next: RequestResponseEndpoint) -> Response:
        response = await call_next(request)
        response.headers["Content-Security-Policy"] = policy
        response.headers["X-Content-Type-Options"] = "nosniff"
        # The name of an asset carries a digest of its content.
        asset = request.url.path.startswith("/assets/")
        response.headers["Cache-Control"] = _FOREVER if asset else "no-cache"
        return response

    return Middleware(BaseHTTPMiddleware, dispatch=dispatch)
