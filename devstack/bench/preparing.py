"""A photo's way out of the browser, beside the plain way: `python -m devstack.bench.preparing`.

*plain* is what a page does without this package: it decodes the photo with an `<img>`, draws it small on a
canvas, and uploads the JPEG while it listens how far it is. *ours* is the package's. Both take turns with
the same photo of 12 megapixels in one headless Chromium, each upload as if it were a shopper's first: the
answer, and that to a browser's question before the upload, take a round trip of a mobile network. It takes
half a minute and ends with 1 when a target is missed. Without a Chromium or the built package it is skipped.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from devstack.bench.search import photos
from devstack.bench.search.figures import Target, median_ms, row, say, verdict
from devstack.environment import REPOSITORY
from devstack.processes import LOOPBACK
from devstack.serving import serving
from tests.browser.chromium import MISSING, Chromium, find

SAMPLES, WARM_UP = 20, 2
ROUND_TRIP = 0.05
"""Seconds, of a mobile network of the fourth generation."""
MOST_PREPARING, MOST_ANSWER = 0.5, 0.75
"""Of the plain way's time."""

PACKAGE = REPOSITORY / "storefront" / "dist"
_PAGE = Path(__file__).with_name("preparing.js")
_ANSWER = {
    "labels": [],
    "params": {},
    "steps": {"similar": {"points": 1}, "verySimilar": {"points": 1}},
}
_READABLE = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "*"}


def page(photo: bytes) -> Starlette:
    """The page, the package, and the photo."""

    def index(_: Request) -> HTMLResponse:
        return HTMLResponse("<!doctype html>")

    def script(_: Request) -> Response:
        return Response(_PAGE.read_bytes(), media_type="text/javascript")

    def file(_: Request) -> Response:
        return Response(photo, media_type="image/jpeg")

    routes = [Route("/", index), Route("/preparing.js", script), Route("/photo", file)]
    return Starlette(routes=[*routes, Mount("/package", StaticFiles(directory=PACKAGE))])


def function() -> Starlette:
    """An answer a round trip away, the same to every photo; no browser remembers that it may ask."""

    async def answer(request: Request) -> JSONResponse:
        await request.body()
        await asyncio.sleep(ROUND_TRIP)
        return JSONResponse(_ANSWER, headers=_READABLE)

    return Starlette(routes=[Route("/", answer, methods=["POST", "OPTIONS"])])


def measured(chromium: Chromium) -> list[Target]:
    """Measure in turn, and print."""
    photo = photos.encoded(photos.drawn(photos.CAMERA), "JPEG")
    with (
        serving(page(photo)) as ours,
        serving(function()) as theirs,
        sync_playwright() as playwright,
    ):
        browser = chromium.launch(playwright)
        shown = browser.new_page()
        shown.goto(f"http://{LOOPBACK}:{ours}/")
        told = [f"http://{LOOPBACK}:{theirs}/", SAMPLES, WARM_UP]
        took = shown.evaluate("async (told) => (await import('/preparing.js')).measured(...told)", told)
        browser.close()
    say(f"A photo of 12 megapixels, {len(photo):,} bytes, in Chromium: ms, median of {SAMPLES}.")
    say(row("", "plain", "ours", "ratio"))
    return [
        _compared(step, took[step], most)
        for step, most in (("prepared", MOST_PREPARING), ("answered", MOST_ANSWER))
    ]


def _compared(step: str, took: dict[str, list[float]], most: float) -> Target:
    plain, ours = (median_ms([each / 1_000 for each in took[way]]) for way in ("plain", "ours"))
    say(row(step, plain, ours, f"{ours / plain:.2f}"))
    return Target(f"time until {step}, of the plain way's", ours / plain, most)


def main() -> int:
    """Measure, print, and hold against the targets; 1 when one is missed."""
    chromium = find()
    if chromium is None:
        say(f"Preparing a photo is not measured: {MISSING}")
        return 0
    if not PACKAGE.is_dir():
        say("Preparing a photo is not measured: the package is not built; run `make storefront`")
        return 0
    return verdict(measured(chromium))


if __name__ == "__main__":
    sys.exit(main())
