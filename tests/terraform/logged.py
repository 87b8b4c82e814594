"""What the filters of metrics and alarms find among the lines that the functions write.

They are tried on the lines that the guide shows; tests/functions/test_log_lines.py holds those against what
real functions write.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tests.guide import LOG_LINES
from tests.terraform.cases import Case
from tests.terraform.given import NAME
from tests.terraform.logging_query import query

MISCONFIGURED = {
    "enrich event misconfigured",
    "enrich misconfigured",
    "search misconfigured",
    "search request GET /similar misconfigured",
}
FOUND: Mapping[str, set[str]] = {
    "enriched": {"enrich event enriched", "enrich event enriched refused"},
    "parked": {"enrich event parked"},
    "refused": {"enrich event enriched refused"},
    "waiting": {"enrich event waiting"},
    "searched": {"search request", "search request without filters", "search request without labels"},
    "misconfigured": MISCONFIGURED,
    "degraded": {"search request without labels"},
}
"""What each metric counts: function, message, outcome, a refused picture, what a search lacked."""


def entries(deployment: str = NAME) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each line of the guide as the entry that Cloud Logging makes of it, behind its kind."""
    for function, lines in LOG_LINES.items():
        for line in lines:
            without = [f"without {what}" for what in line.get("degraded", ())]
            refused = ["refused"] if line.get("refused") else []
            route = [line["method"], line["route"]] if line.get("method", "POST") != "POST" else []
            words = [function, line["message"], *route, line.get("outcome"), *refused, *without]
            name = " ".join(filter(None, words))
            resource = {
                "type": "cloud_run_revision",
                "labels": {"service_name": f"{deployment}-{function}"},
            }
            yield name, {"resource": resource, "severity": line["severity"], "jsonPayload": line}


def googles(clock: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """What Cloud Scheduler logs of a clock's run that it could start, and of one that it could not."""
    for name, severity, status in (("started", "INFO", ""), ("failed", "ERROR", "PERMISSION_DENIED")):
        resource = {"type": "cloud_scheduler_job", "labels": {"job_id": clock}}
        yield (
            f"scheduler {name}",
            {"resource": resource, "severity": severity, "jsonPayload": {"status": status}},
        )


def found(text: str, deployment: str = NAME, clock: str = "") -> set[str]:
    finds = query(text)
    return {name for name, entry in (*entries(deployment), *googles(clock)) if finds(entry)}


ALARMS = {
    "a clock fails": ({"scheduler failed"}, "status"),
    "a setting is wrong": (MISCONFIGURED, "setting"),
    "the recognizer's budget is spent": ({"search recognizer budget spent"}, "budget"),
    "searches lack labels": ({"search recognizer down"}, "reason"),
}
"""What each alarm on log lines goes off for, and what it tells of the line."""


def metrics_count_their_lines_and_no_other(case: Case) -> Iterator[str]:
    counted = {each.values["name"]: each.values["filter"] for each in case.of("logging_metric")}
    names = {name.rpartition("-")[2] for name in counted}
    yield from (f"{name}: no such metric, or on no list" for name in sorted(names ^ FOUND.keys()))
    for name, text in counted.items():
        if (finds := found(text, case.called)) != FOUND.get(name.rpartition("-")[2]):
            yield f"{name} counts {sorted(finds)}"
    for each in case.of("logging_metric"):
        descriptor = each.values["metric_descriptor"][0]
        if (descriptor["metric_kind"], descriptor["value_type"]) != ("DELTA", "INT64"):
            yield f"{each.address} is {descriptor['metric_kind']} {descriptor['value_type']}"


def alarms_on_log_lines_go_off_for_theirs_and_tell_why(case: Case) -> Iterator[str]:
    logged = {
        policy.values["display_name"].partition(": ")[2]: condition["condition_matched_log"][0]
        for policy in case.of("monitoring_alert_policy")
        for condition in policy.values["conditions"]
        if condition["condition_matched_log"]
    }
    yield from (f"{title}: no such alarm, or on no list" for title in sorted(logged.keys() ^ ALARMS.keys()))
    for title in logged.keys() & ALARMS.keys():
        yield from (f"{title}: {fault}" for fault in _faults(case, logged[title], *ALARMS[title]))


def _faults(case: Case, told: Mapping[str, Any], wanted: set[str], why: str) -> Iterator[str]:
    matches = query(told["filter"])
    for clock in (each.values["name"] for each in case.of("cloud_scheduler_job")):
        if (finds := found(told["filter"], case.called, clock)) != wanted:
            yield f"it goes off for {sorted(finds)} beside {clock}"
        if not all(
            entry["jsonPayload"].get(why)
            for _, entry in (*entries(case.called), *googles(clock))
            if matches(entry)
        ):
            yield f"a line has no {why}"
    if told["label_extractors"] != {why: f"EXTRACT(jsonPayload.{why})"}:
        yield f"it tells {told['label_extractors']}"
