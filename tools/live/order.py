"""Probes of the order of hits: words beside scores, groups, replicas, pinned hits, and parameters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.catalog.query import VisualQuery, visual_params
from shared.catalog.refusals import Refused
from shared.model import Refinement
from tools.live import records
from tools.live.probe import NOT_TOLD, Bench, Finding, Probe, refused, searched
from tools.live.scratch import REPLICAS, CountedConnection

_CONTEXT = "visual-search-check"
_REQUIRED = frozenset({"optionalFilters"})


def _typed(bench: Bench) -> Finding:
    typed: Mapping[str, Any] = {"query": "zebra lamp", "optionalWords": ["lamp"]}
    order = list(bench.points(["sort:c<score=5>", "sort:d<score=9>"], **typed))
    answers: Mapping[tuple[str, ...], str] = {
        ("far", "near", "half"): "after the number of words, before their nearness",
        ("half", "far", "near"): "before the words",
        ("near", "far", "half"): "after the words",
    }
    return Finding(answers.get(tuple(order), NOT_TOLD), ", ".join(order))


def _distinct(bench: Bench) -> Finding:
    found = bench.points(["sort:e"], distinct=1)
    answers = {"twin2": "the best record", "twin1": "another record"}
    return Finding(next((answers[name] for name in found if name in answers), NOT_TOLD))


def _page(bench: Bench) -> Finding:
    wanted = bench.window or 1
    answer = searched(bench.scratch, hitsPerPage=wanted)
    found, most = len(answer["hits"]), answer["hitsPerPage"]
    given = found if found < min(most, records.COUNT) else most
    return Finding("fewer" if given < wanted else "all", f"{given} of {wanted} hits")


def _parameters(bench: Bench) -> Finding:
    """Of both indices: settings may be in the way too, such as the shop's `mode`."""
    params = visual_params(VisualQuery(), Refinement())
    indices = (bench.scratch, bench.shop)
    refusing = [each for each in indices if refused(lambda there=each: searched(there, **params))]  # type: ignore[misc]
    bad = [
        name
        for index in refusing
        for name, value in params.items()
        if name not in _REQUIRED and refused(lambda there=index, one={name: value}: searched(there, **one))  # type: ignore[misc]
    ]
    return Finding("refused" if refusing else "taken", ", ".join(dict.fromkeys(bad)))


def _replicas(bench: Bench) -> Finding:
    replica = _with_replica(bench, REPLICAS[0])
    return Finding("like their primary" if bench.holds("a", "sort:a", replica) else "without settings")


def _virtual(bench: Bench) -> Finding:
    try:
        replica = _with_replica(bench, REPLICAS[1], "virtual({})")
    except Refused as error:
        return Finding("cannot be made", error.told)
    found = bench.points(["sort:b<score=7>"], replica)
    return Finding("ranked" if next(iter(found.values()), 0) else "not ranked")


def _with_replica(bench: Bench, kind: str, form: str = "{}") -> CountedConnection:
    """A replica of that kind, beside those that are there."""
    index = bench.scratch
    name = f"{index.name}_{kind}"
    there = index.settings().get("replicas") or []
    index.apply(index.change_settings({"replicas": sorted({*there, form.format(name)})}))
    return index.of(name)


def _pinned(bench: Bench) -> Finding:
    index = bench.scratch
    if told := refused(lambda: index.apply(index.pin(_CONTEXT, "pinned"))):
        return Finding(NOT_TOLD, told)
    [first, *_] = searched(index, ruleContexts=[_CONTEXT])["hits"]
    if first["objectID"] != "pinned":
        return Finding(NOT_TOLD, "the rule has no effect")
    return Finding("marked" if first["_rankingInfo"].get("promoted") else "not marked")


ORDER: tuple[Probe[Bench], ...] = (
    Probe(
        "typed-words",
        "where do scores rank when words are typed beside a picture?",
        'Algolia, "ranking": typo, geo, words, filters, proximity, attribute, exact, custom',
        {
            "after the number of words, before their nearness": "the picture orders products that have all"
            " the words, whatever their nearness, attribute and exactness",
            "before the words": "products that look alike come first, however well the words match",
            "after the words": "the picture orders products whose words match equally well, which is rare",
        },
        _typed,
    ),
    Probe(
        "distinct",
        "which record stands for its group where scores rank?",
        "documented nowhere",
        {
            "the best record": "nothing to do",
            "another record": "write one record per product: of a group, another one is shown and compared",
        },
        _distinct,
    ),
    Probe(
        "page-size",
        "does the key get as many hits at once as codes put in order?",
        "1,000 hits a page, unless a key has maxHitsPerQuery",
        {"all": "nothing to do", "fewer": "raise the key's maxHitsPerQuery: codes order fewer hits"},
        _page,
    ),
    Probe(
        "parameters",
        "are all parameters of a search by picture taken?",
        "Algolia's reference of parameters",
        {
            "taken": "nothing to do",
            "refused": "nothing to set: searches do without what only others order by",
        },
        _parameters,
    ),
    Probe(
        "replicas",
        "is a new standard replica made with our facets?",
        'Algolia, "Replicas"',
        {
            "like their primary": "nothing to do: index apply serves those that were there before",
            "without settings": "run index apply again after you make a replica",
        },
        _replicas,
    ),
    Probe(
        "virtual-replicas",
        "do scores rank in a virtual replica?",
        "two pages of Algolia's disagree",
        {
            "cannot be made": "nothing to do",
            "ranked": "nothing to do",
            "not ranked": "sort searches by picture in standard replicas only",
        },
        _virtual,
    ),
    Probe(
        "pinned",
        "does a hit that a rule pinned say so?",
        "Algolia's specification: _rankingInfo.promoted",
        {
            "marked": "nothing to do: pinned hits keep their places",
            "not marked": "pinned hits lose their places where codes order the hits",
        },
        _pinned,
    ),
)
