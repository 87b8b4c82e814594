"""The pages that may ask: what a browser says of them is checked before anything is read or paid for."""

from __future__ import annotations

from flask import Request

from shared.settings import SearchSettings

from .problems import Problem

_NO_PAGE = frozenset({"", "none", "same-origin"})
"""The header `Sec-Fetch-Site` (W3C, Fetch Metadata) of an app or a server, of an address that somebody typed,
and of a page that shares its address with the function."""


def check_origin(request: Request, settings: SearchSettings) -> None:
    """Refuse other pages' requests, whose answer they could not read; raises `Problem` 403, the body unread.

    Browsers name the page in `Origin` (RFC 6454), except where it asks for what it must not look at, as for
    a picture. Whoever sends no such header is no page, and is let in unless `REQUIRE_ORIGIN` says otherwise.
    """
    origin = request.headers.get("Origin")
    if origin is None:
        a_page = request.headers.get("Sec-Fetch-Site", "").lower() not in _NO_PAGE
        if not a_page and not settings.require_origin:
            return
        told = "requests need the header Origin of a listed page"
    elif origin in settings.cors_origins:
        return
    else:
        told = "pages of this origin may not search here"
    raise Problem(403, "Forbidden", f"{told}; the operator lists those that may in CORS_ORIGINS")
