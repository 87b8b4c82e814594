"""Cloud Function `enrich`: a storage event comes in, the product's record is up to date afterwards."""

from __future__ import annotations

import logging

import functions_framework
from cloudevents.http import CloudEvent
from flask import request

from shared import logs, wiring
from shared.enriching import Enriched
from shared.events import storage
from shared.images.naming import Naming
from shared.settings import EnrichSettings

from .policy import Policy

logs.setup()
SETTINGS = EnrichSettings.from_env()
SETTINGS.check_models()
if why := SETTINGS.why_no_address:
    logs.log(logging.INFO, "imageURL is not written", detail=why)
NAMING = Naming(SETTINGS.object_pattern)
enricher = wiring.Once(lambda: wiring.enricher(SETTINGS, NAMING))
policy = Policy(wiring.Once(lambda: wiring.bus(SETTINGS)), SETTINGS.max_event_age)


@functions_framework.cloud_event
def enrich(event: CloudEvent) -> None:
    """Look again at the product whose picture changed; returning acknowledges, raising asks to redeliver."""
    trace = logs.trace(request.headers.get("traceparent", ""), SETTINGS.google_cloud_project)
    with logs.line("event", eventId=event["id"], **trace) as line, policy.applied_to(event, line):
        done = _handled(event)
        if done is None:
            line.add(logging.DEBUG, outcome="ignored")
        else:
            line.add(logging.WARNING if done.refused else None, outcome="enriched", **_told(done))


def _handled(event: CloudEvent) -> Enriched | None:
    change = storage.parse(event.get_attributes(), event.get_data())
    if change is None or change.bucket != SETTINGS.picture_bucket:
        return None
    return enricher().look_again(change, policy.refusing(event))


def _told(done: Enriched) -> dict[str, object]:
    return {
        "product": done.product,
        "pictures": done.pictures,
        "refused": done.refused,
        "labels": done.labels,
        "cacheHits": done.remembered,
        "recogniserCalls": done.sent,
        "recordBytes": done.size,
        **({"wordsLeftOut": done.left_out} if done.left_out else {}),
    }
