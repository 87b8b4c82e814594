"""The tables of costs inside `docs/operations.md`; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from tools.backfill.prices import FEATURES, PriceList
from tools.reference import markdown
from tools.reference.costs import READ, RECOGNISERS, SERVICES, Shop, calls, monthly
from tools.reference.markdown import code, table

_UNKNOWN = "not published"
_DIGITS = 6


def replaced(guide: str) -> str:
    """The guide with the tables between its two marks; raises ValueError where they are missing."""
    return markdown.replaced(guide, "costs", tables(Shop()))


def tables(shop: Shop) -> str:
    """What the shop pays with each recogniser, and the prices that follows from."""
    names = sorted(RECOGNISERS, key=lambda name: name != "google-vision")
    of_month = table(
        ("USD", *map(code, names)), _rows(shop, [RECOGNISERS[name] for name in names]), right=True
    )
    of_list = table(("a month", "used", "free", "USD per 1,000 beyond", f"page, read {READ}"), _prices(shop))
    return f"{of_month}\n\n{of_list}"


def _rows(shop: Shop, recognisers: Sequence[PriceList | None]) -> Iterator[Sequence[str]]:
    services = {name: SERVICES[name].cost(used) for name, used in monthly(shop).items()}
    yield _row(
        f"once: the first {shop.stock:,} pictures", (_cost(prices, shop.stock) for prices in recognisers)
    )
    asked = [_cost(prices, calls(shop)) for prices in recognisers]
    yield _row(f"recogniser: {shop.searches:,} photos, {shop.changes:,} new pictures", asked)
    for name in dict.fromkeys(each.partition(",")[0] for each in services):
        part = sum(cost for each, cost in services.items() if each.partition(",")[0] == name)
        yield _row(name, [part] * len(recognisers))
    whole = sum(services.values())
    yield _row("**a month**", (None if cost is None else cost + whole for cost in asked))


def _cost(prices: PriceList | None, units: int) -> float | None:
    return None if prices is None else prices.cost(units)


def _row(name: str, costs: Iterable[float | None]) -> Sequence[str]:
    return (name, *(_UNKNOWN if cost is None else f"{cost:,.2f}" for cost in costs))


def _prices(shop: Shop) -> Iterator[Sequence[str]]:
    of_recognisers: dict[str, PriceList | None] = {}
    for name, whole in sorted(RECOGNISERS.items()):
        of_recognisers[f"pictures by `{name}`"] = whole
        for variable, more in FEATURES.get(name, {}).items():
            of_recognisers[f"the same, more with `{variable}`"] = more
    used = {**monthly(shop), **dict.fromkeys(of_recognisers, calls(shop))}
    for name, prices in {**of_recognisers, **SERVICES}.items():
        if prices is None:
            yield (name, f"{used[name]:,}", "", _UNKNOWN, "")
            continue
        beyond = next(tier.price for tier in prices.tiers if tier.price or tier.upto is None)
        yield (name, f"{used[name]:,}", f"{prices.free:,}", f"{beyond:.{_DIGITS}g}", prices.source)
