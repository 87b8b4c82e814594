"""The tables of costs inside `docs/operations.md`; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from shared.labeling.prices import PriceList
from shared.labeling.registry import RECOGNIZERS
from tools.reference import markdown
from tools.reference.costs import READ, SERVICES, Shop, calls, monthly
from tools.reference.markdown import code, table

_UNKNOWN = "not published"
_DIGITS = 6


def replaced(guide: str) -> str:
    """The guide with the tables between its two marks; raises ValueError where they are missing."""
    return markdown.replaced(guide, "costs", tables(Shop()))


def tables(shop: Shop) -> str:
    """What the shop pays with each recognizer, and the prices that follows from."""
    prices = [provider.prices for provider in RECOGNIZERS.values()]
    of_month = table(("USD", *map(code, RECOGNIZERS)), _rows(shop, prices), right=True)
    of_list = table(("a month", "used", "free", "USD per 1,000 beyond", f"page, read {READ}"), _prices(shop))
    return f"{of_month}\n\n{of_list}"


def _rows(shop: Shop, recognizers: Sequence[PriceList | None]) -> Iterator[Sequence[str]]:
    services = {name: SERVICES[name].cost(used) for name, used in monthly(shop).items()}
    yield _row(
        f"once: the first {shop.stock:,} pictures", (_cost(prices, shop.stock) for prices in recognizers)
    )
    asked = [_cost(prices, calls(shop)) for prices in recognizers]
    yield _row(f"recognizer: {shop.searches:,} photos, {shop.changes:,} new pictures", asked)
    for name in dict.fromkeys(each.partition(",")[0] for each in services):
        part = sum(cost for each, cost in services.items() if each.partition(",")[0] == name)
        yield _row(name, [part] * len(recognizers))
    whole = sum(services.values())
    yield _row("**a month**", (None if cost is None else cost + whole for cost in asked))


def _cost(prices: PriceList | None, units: int) -> float | None:
    return None if prices is None else prices.cost(units)


def _row(name: str, costs: Iterable[float | None]) -> Sequence[str]:
    return (name, *(_UNKNOWN if cost is None else f"{cost:,.2f}" for cost in costs))


def _prices(shop: Shop) -> Iterator[Sequence[str]]:
    of_recognizers: dict[str, PriceList | None] = {}
    for name, provider in sorted(RECOGNIZERS.items()):
        of_recognizers[f"pictures by `{name}`"] = provider.prices
        for feature, more in provider.features.items():
            if more.price:
                of_recognizers[f"`{name}`, more with `{feature}`"] = more.price
    used = {**monthly(shop), **dict.fromkeys(of_recognizers, calls(shop))}
    for name, prices in {**of_recognizers, **SERVICES}.items():
        if prices is None:
            yield (name, f"{used[name]:,}", "", _UNKNOWN, "")
            continue
        beyond = next(tier.price for tier in prices.tiers if tier.price or tier.upto is None)
        yield (name, f"{used[name]:,}", f"{prices.free:,}", f"{beyond:.{_DIGITS}g}", prices.source)
