"""Cloud Function `enrich`: a storage event comes in, the product's record is up to date afterwards."""

from __future__ import annotations

import atexit
import logging

import functions_framework
from cloudevents.http import CloudEvent
from flask import request

from shared.loading import Once, importing

with importing():
    from shared import logs, wiring
    from shared.enriching import Enriched, Nothing
    from shared.errors import Transient, UnknownProduct
    from shared.events import Reconcile, parse_event, parse_reconcile
    from shared.memory import bound_heap
    from shared.model import PictureEvent
    from shared.pictures import Naming
    from shared.settings import EnrichSettings
    from shared.waiting import waits

    from .policy import Attempt, Policy, Tally, answered

logs.setup()
bound_heap()
with logs.told_if_misconfigured():
    SETTINGS = EnrichSettings.from_env()
    SETTINGS.check_models()
    NAMING = Naming(SETTINGS.object_pattern)
if why := SETTINGS.why_no_address:
    logs.log(logging.INFO, "imageURL is not written", detail=why)
enricher = Once(lambda: wiring.enricher(SETTINGS, NAMING))
waiting = Once(lambda: wiring.waiting_list(SETTINGS))
reconciler = Once(lambda: wiring.reconciler(SETTINGS, NAMING, waiting()))
policy = Policy(Once(lambda: wiring.bus(SETTINGS)), SETTINGS.max_event_age)
tally = Tally()
atexit.register(tally.tell, at_once=True)


@functions_framework.cloud_event
def enrich(event: CloudEvent) -> None:
    """Look again at the product whose picture changed; a success acknowledges, anything else comes again."""
    heard = request.headers
    context = logs.context(
        heard.get("traceparent", ""), heard.get(logs.EXECUTION_ID, ""), SETTINGS.google_cloud_project
    )
    with (
        answered(),
        logs.line("event", eventId=event["id"], **context) as line,
        policy.applied_to(event, line) as attempt,
    ):
        _handle(event, line, attempt)
    tally.tell()


def _handle(event: CloudEvent, line: logs.Line, attempt: Attempt) -> None:
    told = event.get_attributes(), event.get_data()
    if asked := parse_reconcile(*told):
        _reconcile(asked, line)
        return
    change = parse_event(*told)
    if change is None:
        line.add(logging.DEBUG, outcome="ignored")
    elif change.bucket != SETTINGS.picture_bucket:
        _leave_out("other-bucket", f"gs://{change.bucket}/{change.name}", line)
    else:
        _look_again(change, event, line, attempt)


def _reconcile(asked: Reconcile, line: logs.Line) -> None:
    """One that fails need not come again: the clock sends the next."""
    try:
        done = reconciler().run(asked.after)
    except Transient as error:
        line.add(logging.WARNING, outcome="not-reconciled", reason=error.reason, detail=str(error))
    else:
        line.add(outcome="reconciled", waiting=done.asked, found=done.found)


def _look_again(change: PictureEvent, event: CloudEvent, line: logs.Line, attempt: Attempt) -> None:
    line.add(picture=change.name)
    try:
        done = enricher().look_again(change, policy.refusing(event))
    except UnknownProduct as error:
        if not (SETTINGS.picture_topic and waits(waiting(), error.product, attempt.number)):
            raise
        line.add(outcome="waiting", reason=error.reason, product=error.product)
        return
    if isinstance(done, Enriched):
        line.add(logging.WARNING if done.refused else None, outcome="enriched", **_told(done))
    elif done in {Nothing.NOT_OURS, Nothing.NO_PICTURE}:
        _leave_out(done, change.name, line)
    else:
        line.add(outcome=str(done))


def _leave_out(reason: str, example: str, line: logs.Line) -> None:
    tally.add(reason, example)
    line.add(logging.DEBUG, outcome="left-out", reason=reason)


def _told(done: Enriched) -> dict[str, object]:
    return {
        "product": done.product,
        "pictures": done.pictures,
        "refused": done.refused,
        "labels": done.labels,
        "cacheHits": done.remembered,
        "recognizerCalls": done.sent,
        "recordBytes": done.size,
        **({"wordsLeftOut": done.left_out} if done.left_out else {}),
    }
