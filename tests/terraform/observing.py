"""Alarms and charts are about what exists, and say what they are about."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.guide import GUIDE
from tests.terraform.cases import Case
from tests.terraform.metrics import ALIGNERS, COUNTED, LABELS, MADE_BY, METRICS, NAMED_BY, Metric

_PART = r'([\w.]+)=(?:"([^"]*)"|(starts_with|one_of)\(([^)]*)\))'
_OURS = "logging.googleapis.com/user/"


@dataclass(frozen=True)
class Line:
    """A filter of Cloud Monitoring with its aligner, and where it stands."""

    title: str
    filter: str
    aligner: str

    @property
    def parts(self) -> dict[str, tuple[str, list[str]]]:
        """How each field is compared, and with what; nothing for a filter that is not understood."""
        if not re.fullmatch(rf"{_PART}( AND {_PART})*", self.filter):
            return {}
        return {
            name: (how or "=", re.findall('"([^"]*)"', inside) if how else [value])
            for name, value, how, inside in re.findall(_PART, self.filter)
        }

    @property
    def metric(self) -> str:
        """The type of the metric."""
        return "".join(self.parts.get("metric.type", ("", [""]))[1])


def thresholds(case: Case) -> Iterator[tuple[str, int, Mapping[str, Any]]]:
    """Each condition on a metric: the alarm's title, the condition's place in it, and what it says."""
    for policy in case.of("monitoring_alert_policy"):
        title = policy.values["display_name"].partition(": ")[2]
        for place, condition in enumerate(policy.values["conditions"]):
            yield from ((title, place, told) for told in condition["condition_threshold"])


def series(case: Case) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each line of the dashboard, behind its chart's title."""
    for board in case.of("monitoring_dashboard"):
        for tile in json.loads(board.values["dashboard_json"])["mosaicLayout"]["tiles"]:
            for data in tile["widget"]["xyChart"]["dataSets"]:
                yield tile["widget"]["title"], data["timeSeriesQuery"]["timeSeriesFilter"]


def charts(case: Case) -> Iterator[Line]:
    for title, told in series(case):
        yield Line(title, told["filter"], told["aggregation"]["perSeriesAligner"])


def _lines(case: Case) -> Iterator[Line]:
    yield from charts(case)
    for title, _, told in thresholds(case):
        yield Line(title, told["filter"], told["aggregations"][0]["per_series_aligner"])
        if told["denominator_filter"]:
            aligner = told["denominator_aggregations"][0]["per_series_aligner"]
            yield Line(title, told["denominator_filter"], aligner)


def what_is_observed_exists(case: Case) -> Iterator[str]:
    ours = {f"{_OURS}{each.values['name']}": COUNTED for each in case.of("logging_metric")}
    for line in _lines(case):
        metric = {**METRICS, **ours}.get(line.metric)
        if metric is None:
            yield f"{line.title}: no such metric, or a filter that is not understood: {line.filter}"
        else:
            yield from (f"{line.title}: {fault}" for fault in _faults(line, metric, case))


def _faults(line: Line, metric: Metric, case: Case) -> Iterator[str]:
    parts = line.parts
    if parts.get("resource.type") != ("=", [metric.resource]):
        yield f"{line.metric} is of {metric.resource}, not of {parts.get('resource.type')}"
    if line.aligner not in ALIGNERS[metric.kind]:
        yield f"{line.aligner} does not take {metric.kind}"
    for name, (how, wanted) in parts.items():
        if name.startswith("metric.labels.") and not _known(name.rpartition(".")[2], wanted, metric):
            yield f"{line.metric} has no {name} {wanted}"
        if name.startswith("resource.labels."):
            yield from _not_made(name, how, wanted, metric, case)


def _known(label: str, wanted: list[str], metric: Metric) -> bool:
    return label in metric.labels and {*wanted} <= LABELS[label]


def _not_made(name: str, how: str, wanted: list[str], metric: Metric, case: Case) -> Iterator[str]:
    made = {each.values["name"] for each in case.of(MADE_BY[metric.resource])}
    if name != f"resource.labels.{NAMED_BY[metric.resource]}":
        yield f"{metric.resource} is not named by {name}"
    for each in wanted:
        if not (any(one.startswith(each) for one in made) if how == "starts_with" else each in made):
            yield f"there is no {metric.resource} {each}"


def alarms_have_their_section(case: Case) -> Iterator[str]:
    for policy in case.of("monitoring_alert_policy"):
        title = policy.values["display_name"].partition(": ")[2]
        if f"\n### {title}\n" not in GUIDE:
            yield f"{title}: the guide has no such section"


def charts_say_their_unit(case: Case) -> Iterator[str]:
    units = {"Seconds": "s", "Milliseconds": "ms"}
    for line in charts(case):
        told = units.get(line.title.partition(" ")[0], "1")
        if told != (unit := METRICS.get(line.metric, COUNTED).unit):
            yield f"{line.title}: its unit is {unit}"


def tiles_lie_side_by_side(case: Case) -> Iterator[str]:
    for board in case.of("monitoring_dashboard"):
        layout, taken = json.loads(board.values["dashboard_json"])["mosaicLayout"], set[tuple[int, int]]()
        for tile in layout["tiles"]:
            left, top, title = tile.get("xPos", 0), tile.get("yPos", 0), tile["widget"]["title"]
            cells = {(left + x, top + y) for x in range(tile["width"]) for y in range(tile["height"])}
            if left + tile["width"] > layout["columns"]:
                yield f"{title}: it is not within the {layout['columns']} columns"
            if cells & taken:
                yield f"{title}: it lies over another"
            taken |= cells
