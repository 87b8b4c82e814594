"""Whatever Google's services tell of a deployment: its logs, alarms, clocks, permissions and quotas."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol
from urllib.parse import urlencode

from tools.live.probe import Finding
from tools.live.travel import Traveler

Ask = Callable[[str, Mapping[str, Any] | None], Mapping[str, Any] | None]
"""Asks one of Google's REST addresses, with a body by POST; None where there is no such thing."""


class Subscription(Protocol):
    """A subscription as Pub/Sub describes it."""

    name: str
    topic: str
    push_config: Any
    dead_letter_policy: Any


_FIELDS = ("outcome", "message", "product")
_METRIC = 'metric.type="'
_CLOCKS_SINCE = timedelta(days=2)
_PAGE, _MOST_PAGES = 1000, 10
"""Entries of a page, and pages of a list: a clock that strikes each minute has three in two days."""
_AGENT = "@gcp-sa-pubsub.iam.gserviceaccount.com"


def logs(
    google: Ask, project: str, traveler: Traveler, patience: float = 60.0, pause: float = 5.0
) -> Finding:
    """Look for the line about the traveler's picture, which may take a while to get into the log."""
    since = datetime.fromtimestamp(traveler.began, UTC).isoformat()
    about = f'jsonPayload.product="{traveler.product}" AND timestamp>="{since}"'
    wanted = f'jsonPayload.message="event" AND jsonPayload.outcome="enriched" AND {about}'
    told: dict[str, Any] = {}

    def found() -> bool:
        told.update(next(_entries(google, project, wanted), {}).get("jsonPayload", {}))
        return all(name in told for name in _FIELDS)

    seconds = traveler.until(found, patience, pause)
    return Finding("it is not found" if seconds is None else "it is found", ", ".join(told))


def alarms(google: Ask, project: str) -> Finding:
    """Look for each metric that an alarm of the project watches."""
    monitoring = f"https://monitoring.googleapis.com/v3/projects/{project}"
    policies = _listed(google, f"{monitoring}/alertPolicies", "alertPolicies")
    types = sorted({name for policy in policies for name in _types(policy)})
    if not types:
        return Finding("there are no alarms")
    missing = [name for name in types if google(f"{monitoring}/metricDescriptors/{name}", None) is None]
    return Finding("some are missing" if missing else "they exist", ", ".join(missing or types))


def clocks(google: Ask, project: str, now: float) -> Finding:
    """Look at how the last run of each of the project's scheduled jobs ended."""
    since = (datetime.fromtimestamp(now, UTC) - _CLOCKS_SINCE).isoformat()
    ended = 'jsonPayload."@type"="type.googleapis.com/google.cloud.scheduler.logging.AttemptFinished"'
    wanted = f'resource.type="cloud_scheduler_job" AND {ended} AND timestamp>="{since}"'
    last: dict[str, bool] = {}
    for entry in _entries(google, project, wanted):
        job = entry["resource"]["labels"]["job_id"]
        last.setdefault(job, entry.get("severity") != "ERROR")
    failed = sorted(job for job, well in last.items() if not well)
    if failed:
        return Finding("one failed", ", ".join(failed))
    return Finding("they run", ", ".join(sorted(last))) if last else Finding("none has run yet")


def missing_rights(google: Ask, events: Subscription) -> Iterator[str]:
    """Yield what Pub/Sub's agent may not do, which forwards dead letters: it publishes them and acknowledges.

    Grants on the whole project are not looked at: the module makes none.
    """
    topic = events.dead_letter_policy.dead_letter_topic
    for role, resource in (("roles/pubsub.publisher", topic), ("roles/pubsub.subscriber", events.name)):
        policy = google(f"https://pubsub.googleapis.com/v1/{resource}:getIamPolicy", None) or {}
        bindings = [each for each in policy.get("bindings", []) if each["role"] == role]
        if not any(member.endswith(_AGENT) for each in bindings for member in each["members"]):
            yield f"{role} on {resource}"


def quotas(google: Ask, project: str) -> Finding:
    """List the id and the value of each quota a minute that Google counts for Cloud Vision."""
    there = f"projects/{project}/locations/global/services/vision.googleapis.com/quotaInfos"
    told = [
        f"{each['quotaId']} = {info.get('details', {}).get('value', 'unknown')}"
        for each in _listed(google, f"https://cloudquotas.googleapis.com/v1/{there}", "quotaInfos")
        if each.get("refreshInterval") == "minute"
        for info in each.get("dimensionsInfos", [])[:1]
    ]
    return Finding("they are told" if told else "there are none", ", ".join(told))


def _entries(google: Ask, project: str, wanted: str) -> Iterator[Mapping[str, Any]]:
    """Yield entries of the project's log, the newest first."""
    order = {"orderBy": "timestamp desc", "pageSize": _PAGE}
    body = {"resourceNames": [f"projects/{project}"], "filter": wanted, **order}
    return _listed(google, "https://logging.googleapis.com/v2/entries:list", "entries", body)


def _listed(
    google: Ask, url: str, field: str, body: Mapping[str, Any] | None = None
) -> Iterator[Mapping[str, Any]]:
    """Yield what a list has, page by page; a page may be empty and not the last one."""
    more: Mapping[str, Any] = {}
    for _ in range(_MOST_PAGES):
        asked = {**body, **more} if body else None
        answer = google(url if body or not more else f"{url}?{urlencode(more)}", asked) or {}
        yield from answer.get(field, [])
        if not answer.get("nextPageToken"):
            return
        more = {"pageToken": answer["nextPageToken"]}


def _types(policy: Mapping[str, Any]) -> Sequence[str]:
    conditions = [
        each for one in policy.get("conditions", []) for each in one.values() if isinstance(each, dict)
    ]
    filters = [each.get("filter", "") for each in conditions]
    return [text.split(_METRIC, 1)[1].split('"', 1)[0] for text in filters if _METRIC in text]
