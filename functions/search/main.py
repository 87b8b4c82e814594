"""Cloud Function `search`: a shopper's photo comes in, products go out."""

from __future__ import annotations

import functions_framework
from flask import Flask, Request, current_app, has_app_context
from werkzeug.exceptions import HTTPException

from shared.loading import Once, importing

with importing():
    from shared import logs, wiring
    from shared.memory import MemoryBudget, bound_heap
    from shared.settings import SearchSettings

    from .app import App
    from .clients import limiter
    from .endpoints import Endpoints
    from .guard import Guard

logs.setup()
bound_heap()
with logs.told_if_misconfigured():
    SETTINGS = SearchSettings.from_env()
    SETTINGS.check_models()
    fetch = wiring.picture_urls(SETTINGS)
ENDPOINTS = Endpoints(
    SETTINGS,
    searcher=Once(lambda: wiring.searcher(SETTINGS)),
    fetch=fetch,
    guard=Guard(
        limiter(SETTINGS),
        SETTINGS.max_concurrent_searches,
        SETTINGS.forwarded_hops,
    ),
    bodies=MemoryBudget(wiring.BODY_MEMORY, wiring.MEMORY_PATIENCE),
)
APP = App(ENDPOINTS)
# The framework answers some paths itself, such as /robots.txt, with a page in HTML.
if has_app_context():
    current_app.register_error_handler(HTTPException, lambda _: APP)


@functions_framework.http
def search(_: Request) -> Flask:
    """Let the app answer: the framework calls it as the WSGI application that it is.

    Its answer is a stream to the framework, which after any other would take in what is left of a body.
    """
    return APP
