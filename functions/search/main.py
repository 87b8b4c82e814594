"""Cloud Function `search`: a shopper's photo comes in, products go out."""

from __future__ import annotations

import functions_framework
from flask import Flask, Request, current_app
from functions_framework.execution_id import WsgiMiddleware

from shared.loading import Once, importing

with importing():
    from shared import logs, wiring
    from shared.memory import MemoryBudget, bound_heap
    from shared.settings import SearchSettings

    from .app import App
    from .clients import limits
    from .connections import Connections
    from .endpoints import Endpoints
    from .guard import Guard, waited_for
    from .strangers import Strangers

logs.setup()
bound_heap()
with logs.told_if_misconfigured():
    SETTINGS = SearchSettings.from_env()
    SETTINGS.check_models()
    fetch = wiring.picture_urls(SETTINGS)
STRANGERS = Strangers(waited_for(SETTINGS.max_concurrent_searches))
ENDPOINTS = Endpoints(
    SETTINGS,
    searcher=Once(lambda: wiring.searcher(SETTINGS)),
    fetch=fetch,
    guard=Guard(
        limits(SETTINGS),
        SETTINGS.max_concurrent_searches,
        SETTINGS.client_concurrency,
        SETTINGS.forwarded_hops,
    ),
    bodies=MemoryBudget(wiring.BODY_MEMORY, wiring.MEMORY_PATIENCE, STRANGERS.give_up_holder),
)
APP = App(ENDPOINTS)


@functions_framework.http
def search(_: Request) -> Flask:
    """Let the app answer; the framework's server calls it directly, see below."""
    return APP


# The framework loads this module in the context of its own application, which its server then serves. That
# takes in what is left of a body before some answers of its own, however large that is and however long it
# takes: so ours stands in its place.
if current_app:
    current_app.wsgi_app = Connections(  # type: ignore[method-assign]
        WsgiMiddleware(APP),  # type: ignore[no-untyped-call]
        STRANGERS,
    )
