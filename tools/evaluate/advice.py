"""The summary of a report in plain words, and what to do next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tools import calling
from tools.evaluate.contenders import DEFAULT, GUIDE
from tools.evaluate.cosine import COSINE
from tools.evaluate.metrics import Estimate
from tools.evaluate.report import EvaluationReport, Facts, StrategyRow
from tools.output import counted

_CLAIMS = {
    ("hit_at_10", "product"): "of 100 photos bring the very product among the first ten",
    ("hit_at_10", "category"): "of 100 photos bring a product of the right kind among the first ten",
    ("precision_at_10", "category"): "of 100 products on the first pages, ten each, are of the photo's kind",
    ("precision_at_10", "product"): "of 100 products on the first pages, ten each, are the right ones",
}

_FIRST = {
    "product": "The very first product is the right one for {} of 100 photos.",
    "category": "The very first product is of the right kind for {} of 100 photos.",
}

_SHOP = ("--catalog=shop", "--photos=photos")

_FOUND = 0.9
"""The share of the nearest products that re-ranking should get to see."""

_ALL = 100
_FIRST_PAGE = 10

_WIDE = 0.15
"""Of an interval that says little."""

_HARD = 0.15
"""Points that a category lacks and photos that it has at least, to be among the few worst that are named."""
_HARD_PHOTOS = 5
_HARDEST = 3


@dataclass(frozen=True, slots=True)
class Summary:
    """So many of a hundred, what is claimed of them, and how certain that is."""

    number: int
    claim: str
    lines: Sequence[str]


@dataclass(frozen=True, slots=True)
class Advice:
    """Something to do, why, and the command for it, if any."""

    title: str
    why: str
    command: str = ""


def summary(report: EvaluationReport) -> Summary:
    """Say what an owner wants to know first."""
    facts, row, metric = report.facts, report.main, report.headline
    found = row.metrics[metric]
    certain = f"{_of_100(found.low)} to {_of_100(found.high)} of 100, with 95% certainty"
    lines = [
        f"For other photos like these it is {certain}.",
        *_reservations(facts, row, metric),
        _FIRST[facts.by].format(_of_100(row.metrics["hit_at_1"].value)),
    ]
    first = report.rows[0]
    if row.name != first.name:
        guide = "The way of Algolia's guide, labels that all count the same,"
        other = guide if first.name == GUIDE else first.name
        lines.append(_compared(other, first.metrics[metric], row.gain[metric]))
    if row.beyond:
        bound = next(each for each in report.rows if each.name == COSINE)
        exact = "An exact vector search beside Algolia, with the same network,"
        lines.append(_compared(exact, bound.metrics[metric], row.beyond[metric]))
    return Summary(_of_100(found.value), _CLAIMS[metric, facts.by], lines)


def _reservations(facts: Facts, row: StrategyRow, metric: str) -> Iterator[str]:
    """Say what makes the number better or worse than it looks."""
    if row.name != DEFAULT:
        yield f"This is {row.name} alone: what is deployed was not measured."
    if facts.copies:
        yield f"It is too good: {_copies(facts)}."
    if metric == "hit_at_10" and facts.products < _ALL:
        yield f"The catalog has {counted(facts.products, 'product')}: {_by_chance(facts.products)}."
    if metric == "precision_at_10" and (most := _of_100(facts.ceiling)) < _ALL:
        yield f"No more than {most} of 100 could be: photos have fewer than ten right products."


def _copies(facts: Facts) -> str:
    return f"{facts.copies:,} of {counted(facts.queries, 'photo')} are the very files that products have"


def _by_chance(products: int) -> str:
    if products <= _FIRST_PAGE:
        return "to be among the first ten says nothing"
    return f"among ten picked blindly it is for {_of_100(_FIRST_PAGE / products)} of 100 photos"


def _compared(what: str, other: Estimate, gain: Estimate) -> str:
    there = f"{what} brings {_of_100(other.value)}"
    certain = max(gain.low, -gain.high)
    if certain <= 0:
        return f"{there}: too close to tell apart with these photos."
    this = "better" if gain.low > 0 else "worse"
    # Rounded down, for it is a promise.
    points = int(100 * certain)
    by = f"by {counted(points, 'point')} or more" if points else "perhaps by less than a point"
    return f"{there}: this is {this}, {by}, with 95% certainty."


def _of_100(value: float) -> int:
    return round(100 * value)


def advice(report: EvaluationReport) -> list[Advice]:
    """Return the things to do next, the largest gain first."""
    facts = report.facts
    return [
        *_about_seeing(facts),
        *_about_pictures(facts),
        *_about_finding(report.main),
        *_about_verdicts(facts),
        *_about_categories(facts, report.main, report.headline),
        *_about_photos(facts, report.main.metrics[report.headline]),
    ]


def _about_seeing(facts: Facts) -> Iterator[Advice]:
    if not facts.encodes:
        yield Advice(
            "Use an encoder",
            "Labels alone find what has the same name. An encoder also finds what looks alike, and puts it in"
            " order.",
            'encoder = { name = "embedded" }',
        )


def _about_pictures(facts: Facts) -> Iterator[Advice]:
    if facts.by == "product" and 2 * facts.single > facts.products:
        share = f"{facts.single:,} of {facts.products:,} products have a single picture."
        yield Advice(
            "Give products a second picture",
            f"{share} Another view, best one as a shopper sees the product, gains more than any setting: with"
            " photos taken in a shop, one more of each product found the very product first for 44 instead of"
            " 28 of 100 photos.",
        )


def _about_finding(row: StrategyRow) -> Iterator[Advice]:
    found = row.metrics["exact_in_100"]
    if found.known and found.value < _FOUND:
        yield Advice(
            "Let more of what is near be found",
            f"Of the ten products nearest to a photo, {100 * (1 - found.value):.0f}% are not among the hits"
            " that are put in order, so that nobody sees them first. STRATEGIES and MAX_FILTERS find most"
            " of them when they are not set.",
        )


def _about_verdicts(facts: Facts) -> Iterator[Advice]:
    if not facts.calibrated:
        yield Advice(
            "Calibrate what is called similar",
            "The answer calls each product very similar, similar or less similar, by steps that suit no shop"
            " in particular. Choose them on your own photos, and on some of what you do not sell.",
            calling.line("measure", "calibrate", *_SHOP, "--others=not-sold", "--write"),
        )


def _about_categories(facts: Facts, row: StrategyRow, metric: str) -> Iterator[Advice]:
    told = {
        name: row.categories[name][metric].value
        for name, queries in facts.categories.items()
        if queries >= _HARD_PHOTOS
    }
    limit = row.metrics[metric].value - _HARD
    hard = [name for name in sorted(told, key=lambda name: told[name]) if told[name] < limit][:_HARDEST]
    if hard:
        named = ", ".join(f"{name or 'without category'} ({_of_100(told[name])})" for name in hard)
        yield Advice(
            "Look at the worst categories",
            f"Of 100, fewer are right here: {named}. Is the product large in its picture, and alone?"
            " Where the recognizer has no name for a kind, teach it.",
            calling.line("measure", "teach", "pictures", "--out=head.json"),
        )


def _about_photos(facts: Facts, found: Estimate) -> Iterator[Advice]:
    if facts.leave_one_out:
        yield Advice(
            "Measure with shoppers' photos",
            "These are your own pictures, each searched with in turn. What shoppers send is darker, cut off"
            " and has other backgrounds: collect some, a folder for each product.",
            calling.line("measure", "evaluate", *_SHOP, "--html=report.html"),
        )
    if found.high - found.low > _WIDE:
        yield Advice(
            "Take more photos",
            f"Between {_of_100(found.low)} and {_of_100(found.high)} of 100 is a wide range. Photos of four"
            " times as many products make it half as wide.",
        )
    if facts.copies:
        yield Advice(
            "Leave out copies",
            f"{_copies(facts)}, which makes them too easy to find. Take others.",
        )
    if facts.refused:
        yield Advice(
            "Replace what nobody can read",
            f"{counted(len(facts.refused), 'picture')} could not be read; the first is {min(facts.refused)}.",
        )
