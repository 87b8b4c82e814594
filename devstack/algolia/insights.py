"""Checks of events as Algolia's Insights API documents them."""

from __future__ import annotations

import re
from collections.abc import Callable
from http import HTTPStatus

from devstack.algolia.documents import JsonObject
from devstack.algolia.limits import MAX_EVENTS, AlgoliaError

_MAX_ITEMS = 20
_MAX_AGE_SECONDS = 30 * 24 * 3600
_CHECKS: dict[str, Callable[[object], bool]] = {
    "eventType": lambda value: value in {"click", "conversion", "view"},
    "eventName": lambda value: (
        isinstance(value, str) and re.fullmatch(r"[\x20-\x7e]{1,64}", value) is not None
    ),
    "index": lambda value: isinstance(value, str) and value != "",
    "userToken": lambda value: (
        isinstance(value, str) and re.fullmatch(r"[a-zA-Z0-9_=/+-]{1,129}", value) is not None
    ),
}


def check_events(body: object, now: float) -> list[JsonObject]:
    """Return the shoppers' events of a request body; raises AlgoliaError (422) for the first invalid one.

    InstantSearch.js reports its own use to the same address; what it reports is taken and left out.
    """
    events = body.get("events") if isinstance(body, dict) else None
    if not isinstance(events, list) or not 0 < len(events) <= MAX_EVENTS:
        raise _refused(f"events: expected an array of 1 to {MAX_EVENTS} events")
    for position, event in enumerate(events):
        if not _reports_use(event):
            _check_event(f"events[{position}]", event, now)
    return [event for event in events if not _reports_use(event)]


def _reports_use(event: object) -> bool:
    return isinstance(event, dict) and event.get("eventType") == "instantsearch"


def _check_event(at: str, event: object, now: float) -> None:
    if not isinstance(event, dict):
        raise _refused(f"{at}: expected an object")
    for name, valid in _CHECKS.items():
        if not valid(event.get(name)):
            raise _refused(f"{at}.{name}: missing or invalid")
    query_id = event.get("queryID")
    if query_id is not None and not (isinstance(query_id, str) and re.fullmatch(r"[0-9a-f]{32}", query_id)):
        raise _refused(f"{at}.queryID: expected 32 hexadecimal digits")
    _check_items(at, event)
    timestamp = event.get("timestamp", now * 1000)
    if not isinstance(timestamp, int | float) or timestamp / 1000 < now - _MAX_AGE_SECONDS:
        raise _refused(f"{at}.timestamp: expected milliseconds since the epoch, at most 30 days ago")


def _check_items(at: str, event: JsonObject) -> None:
    object_ids, filters = event.get("objectIDs"), event.get("filters")
    items = object_ids or filters
    if not isinstance(items, list) or (object_ids and filters) or len(items) > _MAX_ITEMS:
        raise _refused(f"{at}: expected either objectIDs or filters, at most {_MAX_ITEMS}")
    if event["eventType"] == "click" and "queryID" in event:
        positions = event.get("positions")
        if (
            not isinstance(positions, list)
            or len(positions) != len(items)
            or not all(map(_is_position, positions))
        ):
            raise _refused(f"{at}.positions: expected one position from 1 per objectID")


def _is_position(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def _refused(message: str) -> AlgoliaError:
    return AlgoliaError(message, HTTPStatus.UNPROCESSABLE_ENTITY)
