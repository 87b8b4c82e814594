"""The page `docs/recognisers.md`: what each recognizer takes, does, costs, and how it was proved; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from shared.imaging import FileLimits
from shared.labeling.prices import PriceList
from shared.labeling.provider import Provider
from shared.labeling.registry import RECOGNIZERS
from tools.reference import markdown
from tools.reference.markdown import code, table


def replaced(page: str) -> str:
    """The page with the table between its two marks; raises ValueError where they are missing."""
    return markdown.replaced(page, "recognisers", matrix())


def matrix() -> str:
    """A row for each property, a column for each recognizer."""
    return table(("", *map(code, RECOGNIZERS)), _rows(list(RECOGNIZERS.values())))


def _rows(each: Sequence[Provider]) -> Iterator[Sequence[str]]:
    yield ("is", *(known.title for known in each))
    yield ("tells", *(known.tells for known in each))
    yield ("gets as they are", *(_taken(known.takes) for known in each))
    yield ("USD per 1,000 pictures", *(_price(known.prices) for known in each))
    yield ("features", *(_features(known) for known in each))
    yield ("verified by", *(known.verified for known in each))


def _taken(takes: FileLimits | None) -> str:
    if takes is None:
        return "nothing: it looks at pixels"
    side = f", {takes.max_side:,} pixels a side" if takes.max_side else ""
    return f"{', '.join(sorted(takes.formats))} up to {takes.max_bytes:,} bytes{side}"


def _price(prices: PriceList | None) -> str:
    if prices is None:
        return "not published"
    first = next(tier for tier in prices.tiers if tier.price or tier.upto is None)
    return f"{first.price:g}{f', {prices.free:,} a month free' if prices.free else ''}"


def _features(known: Provider) -> str:
    each = known.features.items()
    return "; ".join(f"`{name}`: {feature.adds}{_more(feature.price)}" for name, feature in each) or "-"


def _more(price: PriceList | None) -> str:
    return f" ({_price(price)})" if price else ""
