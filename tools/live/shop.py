"""Probes of the shop's own index, which only read: what keeps a picture from ranking there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shared.catalog.index_settings import attribute_of, is_uncounted
from shared.catalog.optional_filters import Term
from shared.catalog.query import VisualQuery, visual_params
from shared.model import Refinement
from tools.live.probe import NOT_TOLD, Bench, Finding, Probe, searched

RATIO = 0.1
_MOST_VALUES = 1_000

_MOVED = 5
"""Records that scores are to bring to the top."""


def _order(bench: Bench) -> Finding:
    if not (_uncounted(bench) or _counts(bench)["facets"].get(bench.label_facet)):
        return Finding("no labels yet")
    last = [hit["objectID"] for hit in searched(bench.shop)["hits"]][: -_MOVED - 1 : -1]
    terms = [Term("objectID", name, _MOVED - place, "label", name) for place, name in enumerate(last)]
    hits = searched(bench.shop, **visual_params(VisualQuery(terms), Refinement()))["hits"]
    pinned = {hit["objectID"] for hit in hits if hit["_rankingInfo"].get("promoted")}
    wanted = [name for name in last if name not in pinned]
    found = [hit["objectID"] for hit in hits if hit["objectID"] not in pinned][: len(wanted)]
    told = f"{', '.join(found)} instead of {', '.join(wanted)}"
    return Finding("by scores") if found == wanted else Finding("not by scores", told)


def _tests(bench: Bench) -> Finding:
    if "abTestID" not in searched(bench.shop, hitsPerPage=1):
        return Finding("none runs")
    asked = searched(bench.shop, **visual_params(VisualQuery(), Refinement()))
    return Finding("pictures take part" if "abTestID" in asked else "pictures are left out")


def _reach(bench: Bench) -> Finding:
    answer = searched(bench.shop, hitsPerPage=1)
    records, reachable = answer["nbHits"], answer.get("nbPages", 0)
    few = reachable < min(records, bench.window)
    return Finding("fewer" if few else "enough", f"{reachable:,} of {records:,} records")


def _values(bench: Bench) -> Finding:
    if _uncounted(bench):
        return Finding(NOT_TOLD, f"labels are not counted: {bench.label_facet} is declared with filterOnly")
    answer = _counts(bench)
    values = {name: len(counts) for name, counts in answer["facets"].items()}
    labels, records = values.pop(bench.label_facet, 0), answer["nbHits"]
    lengths = [len(name.encode()) for name in answer["facets"].get(bench.label_facet, {})]
    numbers = {
        "records": records,
        "labels": labels,
        "others": sum(values.values()),
        "longest": max(lengths, default=0),
    }
    detail = f"{labels:,} labels, {records:,} records"
    return Finding("beyond it" if labels > RATIO * records else "within it", detail, numbers)


def _uncounted(bench: Bench) -> bool:
    declared: Sequence[str] = bench.settings.get("attributesForFaceting") or ()
    return any(attribute_of(each) == bench.label_facet and is_uncounted(each) for each in declared)


def _counts(bench: Bench) -> dict[str, Any]:
    return searched(bench.shop, facets=["*"], maxValuesPerFacet=_MOST_VALUES, hitsPerPage=1)


SHOP: tuple[Probe[Bench], ...] = (
    Probe(
        "shop-order",
        "do scores decide the order of hits in your index?",
        "a ranking formula that has filters before what is your own, and no re-ranking",
        {
            "by scores": "nothing to do",
            "not by scores": "run index check; else re-ranking or a rule changes the order",
            "no labels yet": "upload pictures, then ask again",
        },
        _order,
    ),
    Probe(
        "shop-tests",
        "does an A/B test run on your index, and do searches by picture take part?",
        "Algolia's reference: enableABTest, which is sent as false",
        {
            "none runs": "nothing to do",
            "pictures are left out": "nothing to do",
            "pictures take part": "one of its variants may be an index without our attributes",
        },
        _tests,
    ),
    Probe(
        "shop-reach",
        "may as many hits be fetched as codes put in order?",
        "paginationLimitedTo, 1,000 by default",
        {"enough": "nothing to do", "fewer": "raise the index's paginationLimitedTo"},
        _reach,
    ),
    Probe(
        "shop-ratio",
        f"are your labels within the ratio of facet values to records, {RATIO}?",
        'Algolia, "Service limits"',
        {"within it": "nothing to do", "beyond it": "if facet-ratio is enforced, labels find nothing"},
        _values,
    ),
)
