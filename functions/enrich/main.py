"""Cloud Function `enrich`: a storage event comes in, the product's record is up to date afterwards."""

from __future__ import annotations

import logging

import functions_framework
from cloudevents.http import CloudEvent

from shared import logs, wiring
from shared.events import storage
from shared.images.naming import Naming
from shared.settings import EnrichSettings

from .policy import Policy

logs.setup()
SETTINGS = EnrichSettings.from_env()
NAMING = Naming(SETTINGS.object_pattern)
enricher = wiring.Once(lambda: wiring.enricher(SETTINGS, NAMING))
policy = Policy(wiring.Once(lambda: wiring.bus(SETTINGS)), SETTINGS.max_event_age)


@functions_framework.cloud_event
def enrich(event: CloudEvent) -> None:
    """Look again at the product whose picture changed; returning acknowledges, raising asks to redeliver."""
    with policy.applied_to(event):
        change = storage.parse(event.get_attributes(), event.get_data())
        if change is None or change.bucket != SETTINGS.picture_bucket:
            logs.log(logging.DEBUG, "nothing to do", event=event["id"])
            return
        done = enricher().look_again(change)
        if done is None:
            logs.log(logging.DEBUG, "not a product's picture", event=change.id, object=change.name)
            return
        logs.log(logging.INFO, "enriched", event=change.id, product=done.product, pictures=done.pictures)
