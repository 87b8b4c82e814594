"""The settings that fit what was found and are not in use: for the profile, and as lines for Terraform."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shared.catalog.vectors import FULL
from shared.settings import RecordSettings, SearchSettings
from tools.live.probe import Finding
from tools.live.shop import RATIO

_PARAMETER_BYTES = 512
_LEAST_FILTERS = 10
"""The least that MAX_FILTERS may be: with fewer, labels have to match instead of being preferred."""

_LEAST_FOR_WORDS = 20
"""With fewer filters, labels and the order of 300 hits find more (`python -m tests.worlds`)."""

_SOURCE_BYTES = 80
"""The filter for whose labels a record has, with its quotes and comma."""

_LABEL_BYTES = 26
"""Of a label's filter, beside its name and its facet."""

_WORD_VALUES = 2 * FULL.dimensions

_TFVARS = {
    "MAX_FILTERS": ("search", "max_filters", "{}"),
    "SEARCH_MODE": ("search", "mode", '"{}"'),
    "STRATEGIES": ("encoder", "strategies", "[{}]"),
    "MAX_RECORD_BYTES": ("record", "max_bytes", "{}"),
}


@dataclass(frozen=True, slots=True)
class Recommended:
    """Variables to set, and whether facets have to be declared without `filterOnly`."""

    values: Mapping[str, str]
    countable: bool = False


def in_use(of_records: RecordSettings, search: SearchSettings) -> Mapping[str, str]:
    """The settings of the two functions that a check may find wrong, by the names of their variables."""
    return {
        "MAX_FILTERS": str(search.max_filters),
        "SEARCH_MODE": search.search_mode,
        "STRATEGIES": ",".join(of_records.ways),
        "MAX_RECORD_BYTES": str(of_records.max_record_bytes),
    }


DEFAULTS = in_use(RecordSettings.model_construct(), SearchSettings.model_construct())


def recommended(
    findings: Mapping[str, Finding], label_facet: str, now: Mapping[str, str] = DEFAULTS
) -> Recommended:
    """The settings that keep retrieval as high as the answers allow; what may stay as it is `now` has none.

    `findings` are by the names of the probes.
    """
    right: dict[str, str] = {}
    filters = _filters(findings, label_facet)
    if filters is not None:
        right["SEARCH_MODE"] = "strict" if filters < _LEAST_FILTERS else "boost"
    if filters is not None and filters >= _LEAST_FILTERS:
        right["MAX_FILTERS"] = str(filters)
    few = filters is not None and filters < _LEAST_FOR_WORDS
    if "words" in now["STRATEGIES"] and (few or not _words_find(findings)):
        right["STRATEGIES"] = "labels,code"
    if size := int(_number(findings, "record-size", "bytes")):
        right["MAX_RECORD_BYTES"] = str(size)
    values = {name: value for name, value in right.items() if value != now[name]}
    return Recommended(values, _answer(findings, "filter-only") in {"refused", "matches nothing"})


def _filters(findings: Mapping[str, Finding], label_facet: str) -> int | None:
    """The filters that a query may have, if told: as many as count, and as fit in a parameter."""
    most = int(_number(findings, "filters", "filters", -1))
    if most < 0:
        return None
    if _answer(findings, "long-parameter") in {"refused", "left out unsaid"}:
        longest = int(_number(findings, "shop-ratio", "longest"))
        each = _LABEL_BYTES + len(label_facet) + (longest or 12)
        fitting = 1 + (_PARAMETER_BYTES - _SOURCE_BYTES) // each
        most = min(most, max(fitting, _LEAST_FILTERS))
    return most


def _words_find(findings: Mapping[str, Finding]) -> bool:
    """Tell whether words find anything: their scores add up, and they are few beside the records."""
    if _answer(findings, "sums") == "the highest counts":
        return False
    counted = {
        "over each facet": 0.0,
        "over all facets": sum(_number(findings, "shop-ratio", kind) for kind in ("labels", "others")),
    }.get(_answer(findings, "facet-ratio"))
    records = _number(findings, "shop-ratio", "records")
    return counted is None or counted + _WORD_VALUES <= RATIO * records


def tfvars(values: Mapping[str, str]) -> Sequence[str]:
    """The same as lines of a .tfvars file."""
    by_variable: dict[str, list[str]] = {}
    for name, value in values.items():
        variable, attribute, form = _TFVARS[name]
        written = ", ".join(f'"{each}"' for each in value.split(",")) if form == "[{}]" else value
        by_variable.setdefault(variable, []).append(f"{attribute} = {form.format(written)}")
    return [f"{variable} = {{ {', '.join(lines)} }}" for variable, lines in by_variable.items()]


def _answer(findings: Mapping[str, Finding], probe: str) -> str:
    return findings[probe].answer if probe in findings else ""


def _number(findings: Mapping[str, Finding], probe: str, name: str, default: float = 0) -> float:
    return findings[probe].numbers.get(name, default) if probe in findings else default
