"""Probes of filters: how many, how long, how they add up, and how their values are read."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from statistics import median
from typing import Any

from shared.catalog.likeness import MAX_FILTERS
from shared.catalog.optional_filters import ALGOLIA_POINTS, Term
from shared.catalog.refusals import Refused
from tools.live import records
from tools.live.probe import NOT_TOLD, Bench, Finding, Probe, refused

_STEPS = (MAX_FILTERS, 64, 28, 10, 1)
_TIMED = 3
_HIGH = 60_000


def _count(bench: Bench) -> Finding:
    """The most filters of which the last still counts, and what becomes of one more."""
    outcomes: dict[int, str] = {}

    def passes(number: int) -> bool:
        outcomes[number] = _outcome(bench, number)
        return not outcomes[number]

    most = next((step for step in _STEPS if passes(step)), 0)
    beyond = min((number for number in outcomes if number > most), default=most)
    while beyond - most > 1:
        middle = (most + beyond) // 2
        most, beyond = (middle, beyond) if passes(middle) else (most, middle)
    bench.filters = most
    if most == MAX_FILTERS:
        return Finding("all", _speed(bench), {"filters": most})
    return Finding(outcomes[beyond], f"{most} count", {"filters": most})


def _outcome(bench: Bench, number: int) -> str:
    try:
        found = bench.points(_words(bench, number))
    except Refused:
        return "fewer, more are refused"
    return "" if found.get("last") else "fewer, more are left out unsaid"


def _words(bench: Bench, number: int) -> list[str]:
    """So many filters as long as a query's own; a record has the last one's value."""
    values = [f"b{place:02}" for place in range(number - 1)] + [records.LAST]
    return [Term(bench.words, value, 1_000, "word").filter for value in values]


def _speed(bench: Bench) -> str:
    with_filters, without = (
        median(_milliseconds(lambda each=each: bench.points(each)) for _ in range(_TIMED))  # type: ignore[misc]
        for each in (_words(bench, MAX_FILTERS), [])
    )
    return f"{with_filters:.0f} ms with them, {without:.0f} ms without, over the network"


def _milliseconds(ask: Callable[[], object]) -> float:
    started = time.perf_counter()
    ask()
    return 1_000 * (time.perf_counter() - started)


def _long(bench: Bench) -> Finding:
    wanted = [f"value:{records.LONG}"]
    if told := refused(lambda: bench.points(wanted)):
        return Finding("refused", told)
    return Finding("taken" if bench.points(wanted).get("long") else "left out unsaid")


def _sums(bench: Bench) -> Finding:
    flat = ["sort:a<score=3>", "sort:b<score=5>"]
    more: Mapping[str, Any] = {"sumOrFiltersScores": True}
    for answer, asked in (("added", {}), ("added if asked", more)):
        found = bench.points(flat, **asked).get("both", 0)
        if found == 3 + 5:
            return Finding(answer)
    return Finding("the highest counts", f"{found} points instead of 8")


def _ceiling(bench: Bench) -> Finding:
    flat = [f"sort:a<score={_HIGH}>", f"sort:b<score={_HIGH}>"]
    found = bench.points(flat, sumOrFiltersScores=True).get("both", 0)
    answers = {
        2 * _HIGH: "goes on",
        ALGOLIA_POINTS: "stops there",
        2 * _HIGH - ALGOLIA_POINTS - 1: "begins anew",
    }
    return Finding(answers.get(found, NOT_TOLD), f"{found:,} points")


def _undeclared(bench: Bench) -> Finding:
    told = refused(lambda: bench.points(["nowhere:x", "sort:a"]))
    return Finding("refused", told) if told else Finding("ignored")


def _matches(record: str, value: str, answers: Mapping[bool, str]) -> Callable[[Bench], Finding]:
    return lambda bench: Finding(answers[bench.holds(record, f"value:{value}")])


def _nested(bench: Bench) -> Finding:
    def ask() -> Mapping[str, int]:
        return bench.points([], facetFilters=[[["sort:a", "sort:b"], "sort:c"]])

    if told := refused(ask):
        return Finding("refused", told)
    found = ask().keys()
    return Finding("taken" if found == {"both", "far"} else NOT_TOLD, f"found {', '.join(found)}")


def _filter_only(bench: Bench) -> Finding:
    wanted = {"attributesForFaceting": records.facets(bench.words, "filterOnly(alone)")}
    if told := refused(lambda: bench.scratch.apply(bench.scratch.change_settings(wanted))):
        return Finding("refused", told)
    return Finding("works" if bench.holds("only", "alone:x") else "matches nothing")


_VALUES = "Algolia's pages on facetFilters and optionalFilters"

FILTERS: tuple[Probe[Bench], ...] = (
    Probe(
        "filters",
        f"does a search take {MAX_FILTERS} optional filters, and how long does it take?",
        'Algolia, "Service limits": 1,000 a query',
        {
            "all": "nothing to set",
            "fewer, more are refused": "set MAX_FILTERS, or a search loses half of its words, or all",
            "fewer, more are left out unsaid": "set MAX_FILTERS, or a search loses filters unseen",
        },
        _count,
    ),
    Probe(
        "long-parameter",
        "does a parameter of more than 512 bytes pass?",
        "the 1,000 filters of that page, against 512 bytes in Algolia's specification",
        {
            "taken": "nothing to set",
            "refused": "labels alone fit: set MAX_FILTERS and STRATEGIES",
            "left out unsaid": "labels alone fit: set MAX_FILTERS and STRATEGIES",
        },
        _long,
    ),
    Probe(
        "sums",
        "do the scores of a flat list of filters add up?",
        'Algolia, "Optional filters"; by "Filter scoring" only with sumOrFiltersScores, which is sent',
        {
            "added": "nothing to set",
            "added if asked": "nothing to set: searches ask for it",
            "the highest counts": "one word decides what is found: set STRATEGIES to labels and the code",
        },
        _sums,
    ),
    Probe(
        "sum-limit",
        f"what becomes of a sum above {ALGOLIA_POINTS:,}?",
        "documented for one filter only; a search by picture stays within it",
        {
            "goes on": "nothing to set",
            "stops there": "keep the scores of your own optional filters low: with them sums tie",
            "begins anew": "use no scores of more than 15,000 in your own optional filters",
        },
        _ceiling,
    ),
    Probe(
        "filter-only",
        "does filterOnly(x) make a facet?",
        'Algolia, "attributesForFaceting"',
        {
            "works": "nothing to set",
            "refused": "run index apply with --countable",
            "matches nothing": "run index apply with --countable",
        },
        _filter_only,
    ),
    Probe(
        "undeclared",
        "is a filter on an attribute that is no facet ignored?",
        "documented nowhere",
        {
            "ignored": "nothing to do",
            "refused": "run index apply before the search function gets another encoder",
        },
        _undeclared,
    ),
    Probe(
        "accents",
        "do accents count in the values of facets?",
        "documented nowhere",
        {
            "they count": "nothing to do",
            "they do not": "labels that differ in accents alone are one label",
        },
        _matches("accented", records.PLAIN, {False: "they count", True: "they do not"}),
    ),
    Probe(
        "quotes",
        "are quotes and colons inside a value part of it?",
        _VALUES,
        {"they are": "nothing to do", "they are not": "labels with quotes or colons find nothing"},
        _matches("special", records.SPECIAL, {True: "they are", False: "they are not"}),
    ),
    Probe(
        "dashes",
        "does a backslash make a leading dash part of a value?",
        _VALUES,
        {"it does": "nothing to do", "it does not": "labels that begin with a dash find nothing"},
        _matches("dashed", f"\\{records.DASHED}", {True: "it does", False: "it does not"}),
    ),
    Probe(
        "nesting",
        "may facetFilters be nested three deep?",
        "Algolia's specification; its page describes two levels",
        {
            "taken": "nothing to do",
            "refused": "strict searches of a page that nests its own filters are refused",
        },
        _nested,
    ),
)
