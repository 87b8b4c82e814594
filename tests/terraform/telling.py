"""Alarms add up what can be added, and ask for what exists."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tests.terraform.cases import Case
from tests.terraform.metrics import COUNTED, METRICS, NAMED_BY
from tests.terraform.observing import Line, series, thresholds

REDUCERS: Mapping[str, str] = {"1": "REDUCE_SUM", "s": "REDUCE_MAX", "ms": "REDUCE_MAX"}
"""By a metric's unit: numbers of things are added, ages and percentiles are not."""
QUERIES: Mapping[str, tuple[str, str, str, str]] = {
    "many searches lack labels": ("degraded", "searched", "degraded_ratio", "least_calls"),
}
"""By title: what is counted, of what, and the variables of the share and of the least."""
_COUNT = r"sum\(increase\((\w+:\w+)\{monitored_resource=\"(\w+)\"\}\[5m\]\)\)"
_SHARE = re.compile(rf"{_COUNT} / {_COUNT} > ([\d.]+) and {_COUNT} > ([\d.]+)")
_RATE = (300, 86_400)
"""Seconds in which an alarm on log lines tells once."""


def numbers_are_added_as_they_mean(case: Case) -> Iterator[str]:
    for title, text, aggregation in _aggregations(case):
        metric = METRICS.get(Line(title, text, "").metric, COUNTED)
        reducer, by = aggregation["reducer"], aggregation["by"]
        if reducer != (wanted := REDUCERS[metric.unit]):
            yield f"{title}: {reducer} of what takes {wanted}"
        of_resource = f"resource.label.{NAMED_BY[metric.resource]}"
        known = {of_resource, *(f"metric.label.{label}" for label in metric.labels)}
        yield from (f"{title}: there is no {label}" for label in sorted({*by} - known))


def _aggregations(case: Case) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for title, _, told in thresholds(case):
        for text, part in (("filter", "aggregations"), ("denominator_filter", "denominator_aggregations")):
            for each in told[part]:
                by = each["group_by_fields"] or ()
                yield title, told[text], {"reducer": each["cross_series_reducer"], "by": by}
    for title, told in series(case):
        shown = told["aggregation"]
        by = shown.get("groupByFields", ())
        yield title, told["filter"], {"reducer": shown["crossSeriesReducer"], "by": by}


def only_log_lines_are_told_of_by_a_rate(case: Case) -> Iterator[str]:
    """Cloud Monitoring wants a limit of every alarm on log lines, and refuses one of any other."""
    for each in case.of("monitoring_alert_policy"):
        logged = any(condition["condition_matched_log"] for condition in each.values["conditions"])
        periods = [
            int(limit["period"].removesuffix("s"))
            for strategy in each.values["alert_strategy"]
            for limit in strategy["notification_rate_limit"]
        ]
        if len(periods) != logged or not all(_RATE[0] <= period <= _RATE[1] for period in periods):
            yield f"{each.address}: it tells once in {periods} seconds"


def queries_ask_for_what_is_counted(case: Case) -> Iterator[str]:
    given = case.given.get("alerts", {})
    counted = {_in_promql(each.values["name"]): each.values["name"] for each in case.of("logging_metric")}
    for policy in case.of("monitoring_alert_policy"):
        title = policy.values["display_name"].partition(": ")[2]
        for condition in policy.values["conditions"]:
            for told in condition["condition_prometheus_query_language"]:
                yield from (f"{title}: {fault}" for fault in _faults(told, title, counted, given))


def _in_promql(name: str) -> str:
    """The rule of "Mapping Cloud Monitoring metrics to PromQL" (cloud.google.com/monitoring/promql)."""
    parts = f"logging.googleapis.com/user/{name}".split("/", 1)
    return ":".join(re.sub(r"\W", "_", part) for part in parts)


def _faults(
    told: Mapping[str, Any], title: str, counted: Mapping[str, str], given: Mapping[str, Any]
) -> Iterator[str]:
    found = _SHARE.fullmatch(told["query"])
    if not found or title not in QUERIES:
        yield f"a query that is not understood: {told['query']}"
        return
    part, its, whole, of, share, again, least_of, least = found.groups()
    of_what, of_all, *limits = QUERIES[title]
    names = [counted.get(each, "").rpartition("-")[2] for each in (part, whole, again)]
    if names != [of_what, of_all, of_all]:
        yield f"it is about {names}"
    if {its, of, least_of} != {COUNTED.resource}:
        yield f"it is about {its}"
    for name, value in zip(limits, (share, least), strict=True):
        if name in given and float(value) != given[name]:
            yield f"it goes off at {value}, not at {given[name]}"
    if not told["disable_metric_validation"]:
        yield "it is refused until something was counted"
