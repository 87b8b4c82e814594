"""Metrics, the alarm about settings and the guide's queries find the lines that the functions write.

They are tried on the lines that the guide shows; tests/functions/test_log_lines.py holds those against what
real functions write.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.guide import GUIDE, LOG_LINES
from tests.terraform.cases import EVERYTHING
from tests.terraform.conftest import CaseOf
from tests.terraform.logging_query import query

MISCONFIGURED = {
    "enrich event misconfigured",
    "enrich misconfigured",
    "search misconfigured",
    "search request misconfigured",
}
FOUND: Mapping[str, set[str]] = {
    "enriched": {"enrich event enriched", "enrich event enriched refused"},
    "parked": {"enrich event parked"},
    "refused": {"enrich event enriched refused"},
    "waiting": {"enrich event waiting"},
    "misconfigured": MISCONFIGURED,
    "degraded": {"search request degraded"},
}
"""What each metric counts: function, message, outcome, and whether a picture was refused."""


def entries() -> Iterator[tuple[str, dict[str, Any]]]:
    """Each line of the guide as the entry that Cloud Logging makes of it, behind its kind."""
    for function, lines in LOG_LINES.items():
        for line in lines:
            refused = "refused" if line.get("refused") else "degraded" if "degraded" in line else ""
            name = " ".join(filter(None, [function, line["message"], line.get("outcome"), refused]))
            resource = {
                "type": "cloud_run_revision",
                "labels": {"service_name": f"visual-search-{function}"},
            }
            yield name, {"resource": resource, "severity": line["severity"], "jsonPayload": line}


def googles() -> Iterator[tuple[str, dict[str, Any]]]:
    """What Cloud Scheduler logs of a run that it could start, and of one that it could not."""
    for name, severity, status in (("started", "INFO", ""), ("failed", "ERROR", "PERMISSION_DENIED")):
        resource = {"type": "cloud_scheduler_job", "labels": {"job_id": "visual-search-reconcile"}}
        told = {"status": status, "targetType": "PUB_SUB"}
        yield f"scheduler {name}", {"resource": resource, "severity": severity, "jsonPayload": told}


def found(text: str) -> set[str]:
    finds = query(text)
    return {name for name, entry in (*entries(), *googles()) if finds(entry)}


def test_every_metric_counts_its_lines_and_no_other(case: CaseOf) -> None:
    metrics = {each.values["name"]: each.values["filter"] for each in case(EVERYTHING).of("logging_metric")}
    counted = {name.removeprefix("visual-search-"): found(text) for name, text in metrics.items()}
    assert counted == FOUND


ALARMS = {
    "a clock fails": ({"scheduler failed"}, "status"),
    "a setting is wrong": (MISCONFIGURED, "setting"),
    "searches lack labels": ({"search recognizer down"}, "reason"),
}
"""What each alarm on log lines goes off for, and what it tells of the line."""


@pytest.mark.parametrize("title", ALARMS)
def test_an_alarm_on_log_lines_goes_off_for_its_lines_and_tells_why(case: CaseOf, title: str) -> None:
    wanted, told = ALARMS[title]
    logged = {
        policy.values["display_name"].partition(": ")[2]: condition["condition_matched_log"][0]
        for policy in case(EVERYTHING).of("monitoring_alert_policy")
        for condition in policy.values["conditions"]
        if condition["condition_matched_log"]
    }
    assert logged.keys() == ALARMS.keys()
    assert found(logged[title]["filter"]) == wanted
    assert logged[title]["label_extractors"] == {told: f"EXTRACT(jsonPayload.{told})"}
    finds = query(logged[title]["filter"])
    assert all(entry["jsonPayload"][told] for _, entry in (*entries(), *googles()) if finds(entry))


def test_the_guides_queries_find_what_they_are_for() -> None:
    queries = re.findall(r"gcloud logging read '([^']+)'", GUIDE)
    of_a_product, left_out, not_well, wrong = queries
    assert of_a_product.endswith('SEARCH("42")')
    assert found(left_out) == {"enrich left out"}
    assert found(wrong) == MISCONFIGURED
    grave = {name for name, entry in entries() if entry["severity"] not in ("INFO", "DEBUG")}
    assert found(not_well) == {name for name in grave if name.startswith("enrich")}


@pytest.mark.parametrize(
    ("text", "matches"),
    [
        ('jsonPayload.outcome="Parked"', True),
        ('jsonPayload.outcome="park"', False),
        ('jsonPayload.outcome=("again" OR "parked")', True),
        ("jsonPayload.refused>0", False),
        ("jsonPayload.refused>=0", True),
        ("jsonPayload.missing>=0", False),
        ("jsonPayload.outcome.deeper=0", False),
        ("severity>=WARNING", True),
        ("severity>=CRITICAL", False),
        ('severity<WARNING OR (jsonPayload.outcome="parked" AND jsonPayload.refused=0)', True),
    ],
)
def test_a_filter_is_read_as_cloud_logging_does(text: str, matches: bool) -> None:  # noqa: FBT001
    entry = {"severity": "ERROR", "jsonPayload": {"outcome": "parked", "refused": 0}}
    assert query(text)(entry) is matches


@pytest.mark.parametrize(
    "text",
    [
        'a="1" OR b="2" AND c="3"',
        'a="1" b="2"',
        '(a="1"',
        'a:"1"',
        'a!="1"',
        'a="1',
    ],
)
def test_a_filter_that_is_not_understood_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        query(text)
