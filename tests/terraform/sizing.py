"""Values, numbers and times are among those that the APIs take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tests.terraform.cases import Case

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
