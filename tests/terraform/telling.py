"""Alarms add up what can be added, and ask for what exists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tests.terraform.cases import Case
from tests.terraform.metrics import COUNTED, METRICS, NAMED_BY
from tests.terraform.observing import Line, series, thresholds

REDUCERS: Mapping[str, str] = {"1": "REDUCE_SUM", "s": "REDUCE_MAX", "ms": "REDUCE_MAX"}
"""By a metric's unit: numbers of things are added, ages and percentiles are not."""


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
