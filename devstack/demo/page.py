"""The demo's web page."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

FOLDER = Path(__file__).with_name("page")
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: {pictures}; "
    "connect-src 'self' {search}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def create_app(search_url: str, pictures_url: str, samples: Mapping[str, bytes]) -> Starlette:
    """The page, told where the search function is, with some photos (by title) to try."""
    photos = list(samples.values())

    def config(_: Request) -> JSONResponse:
        listed = [{"url": f"samples/{number}.jpg", "title": title} for number, title in enumerate(samples)]
        return JSONResponse({"searchUrl": search_url, "samples": listed})

    def sample(request: Request) -> Response:
        number = int(request.path_params["number"])
        if number >= len(photos):
            return Response(status_code=404)
        return Response(photos[number], media_type="image/jpeg")

    async def secured(request: Request, call_next: RequestResponseEndpoint) -> Response:
        response = await call_next(request)
        response.headers["Content-Security-Policy"] = policy
        return response

    policy = _POLICY.format(search=search_url, pictures=pictures_url)
    routes = [
        Route("/config.json", config),
        Route("/samples/{number:int}.jpg", sample),
        Mount("/", StaticFiles(directory=FOLDER, html=True)),
    ]
    return Starlette(routes=routes, middleware=[Middleware(BaseHTTPMiddleware, dispatch=secured)])
