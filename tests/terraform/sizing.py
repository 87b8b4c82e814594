"""Sizes, limits and times are those that were given, and values are among those that the APIs take."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.terraform.cases import Case

Place = Callable[[Case], Any]


def _service(function: str, name: str) -> Place:
    return lambda case: case.function(function)[name]


def _delivery(case: Case) -> Mapping[str, Any]:
    (found,) = (each.values for each in case.of("pubsub_subscription") if each.values["push_config"])
    return found


def _clock(name: str, field: str) -> Place:
    def place(case: Case) -> object:
        clocks = {each.values["name"]: each.values for each in case.of("cloud_scheduler_job")}
        return next(told[field] for full, told in clocks.items() if full.endswith(f"-{name}"))

    return place


def _job(case: Case) -> Mapping[str, Any]:
    (job,) = case.of("cloud_run_v2_job")
    task: Mapping[str, Any] = job.values["template"][0]["template"][0]
    return task


def _container(case: Case) -> Mapping[str, Any]:
    container: Mapping[str, Any] = _job(case)["containers"][0]
    return container


_SIZES = {
    "memory": "available_memory",
    "cpu": "available_cpu",
    "concurrency": "max_instance_request_concurrency",
    "max_instances": "max_instance_count",
}
PLACES: Mapping[str, Place] = {
    **{
        f"{function}.{key}": _service(function, name)
        for function in ("enrich", "search")
        for key, name in _SIZES.items()
    },
    "search.min_instances": _service("search", "min_instance_count"),
    "enrich.timeout": _service("enrich", "timeout_seconds"),
    "enrich.attempts": lambda case: _delivery(case)["dead_letter_policy"][0]["max_delivery_attempts"],
    "enrich.reconcile_schedule": _clock("reconcile", "schedule"),
    "backfill.schedule": _clock("backfill", "schedule"),
    "backfill.time_zone": _clock("backfill", "time_zone"),
    "backfill.memory": lambda case: _container(case)["resources"][0]["limits"]["memory"],
    "backfill.image": lambda case: _container(case)["image"],
    "backfill.timeout": lambda case: _job(case)["timeout"].removesuffix("s"),
    "backfill.rate": lambda case: _container(case)["args"][-1].partition("--rate=")[2],
}
"""Where the plan has what a variable says."""
ALLOWED: Mapping[tuple[str, str], frozenset[str]] = {
    ("cloudfunctions2_function", "runtime"): frozenset({"python311", "python312", "python313", "python314"}),
    ("storage_notification", "payload_format"): frozenset({"JSON_API_V1"}),
    ("artifact_registry_repository", "format"): frozenset({"DOCKER"}),
    ("monitoring_alert_policy", "combiner"): frozenset({"AND", "OR"}),
    ("monitoring_alert_policy", "mime_type"): frozenset({"text/markdown"}),
    ("cloud_scheduler_job", "http_method"): frozenset({"POST"}),
}
"""By resource and field, however deep it is. The runtimes are those of "Runtime support"
(cloud.google.com/functions/docs/runtime-support) on which our code runs."""

LIMITS: Mapping[tuple[str, str], tuple[float, float]] = {
    ("cloudfunctions2_function", "timeout_seconds"): (1, 3600),
    ("cloudfunctions2_function", "max_instance_request_concurrency"): (1, 1000),
    ("cloud_run_v2_job", "timeout"): (60, 86_400),
    ("cloud_run_v2_job", "max_retries"): (0, 0),
    ("pubsub_subscription", "ack_deadline_seconds"): (10, 600),
    ("pubsub_subscription", "max_delivery_attempts"): (5, 100),
    ("pubsub_subscription", "message_retention_duration"): (600, 31 * 86_400),
    ("pubsub_subscription", "minimum_backoff"): (0, 600),
    ("pubsub_subscription", "maximum_backoff"): (0, 600),
}
"""Seconds and numbers, by "Quotas" of Cloud Run functions, "Maximum concurrent requests" of Cloud Run, and
the reference of projects.subscriptions of Pub/Sub. A job ends before the next night, and is not tried again:
the next run looks for what it left out."""


def sizes_are_those_given(case: Case) -> Iterator[str]:
    for name, place in PLACES.items():
        variable, _, key = name.partition(".")
        given = case.given.get(variable, {}).get(key)
        if given is not None and str(planned := place(case)) != str(given):
            yield f"{name} is {given}, and {planned} is planned"


def values_are_among_the_apis(case: Case) -> Iterator[str]:
    for (kind, field), allowed in ALLOWED.items():
        for each in case.of(kind):
            wrong = {str(value) for value in _found(each.values, field) if value} - allowed
            yield from (f"{each.address}: {field} is {value}" for value in sorted(wrong))


def numbers_are_within_limits(case: Case) -> Iterator[str]:
    for (kind, field), (least, most) in LIMITS.items():
        for each in case.of(kind):
            for told in _found(each.values, field):
                value = None if told is None else float(str(told).removesuffix("s"))
                if value is None or not least <= value <= most:
                    yield f"{each.address}: {field} is {told}, not {least:g} to {most:g}"


def periods_are_whole_minutes(case: Case) -> Iterator[str]:
    """Cloud Monitoring refuses others; what looks back for more than a day wakes somebody too late."""
    for each in case.of("monitoring_alert_policy"):
        for field in ("duration", "alignment_period"):
            for text in filter(None, _found(each.values, field)):
                seconds = int(str(text).removesuffix("s"))
                if seconds % 60 or seconds > 86_400 or (field == "alignment_period" and seconds < 60):
                    yield f"{each.address}: {field} is {text}"


def _found(told: object, field: str) -> Iterator[object]:
    """The values of a field, at any depth."""
    if isinstance(told, Mapping):
        for name, value in told.items():
            if name == field and not isinstance(value, list | Mapping):
                yield value
            else:
                yield from _found(value, field)
    elif isinstance(told, list):
        for each in told:
            yield from _found(each, field)
