"""A shop's monthly costs by published price lists, and their tables in `docs/cost.md`; pure.

What is counted of Cloud Storage follows `docs/enrichment.md`: a change is told to Pub/Sub (class B), and its
event lists the product (class A). For labels and for what the encoder sees, a new content costs a claim and
an answer (class A each), and every picture of the product is looked up (class B). The encoder reads the new
one (class B). A clock sends enrich to the products that wait for their records: a message and a listing
(class A) each time, where nothing waits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from shared.catalog.labels import MAX_AGE
from shared.labeling.provider import PriceList, Tier
from shared.labeling.registry import RECOGNIZERS
from tools.reference import markdown
from tools.reference.markdown import code, table

READ = "November 2026"
_UNKNOWN = "not published"
_DIGITS = 6
_MONTH = 30 * 86_400
_TICKS = _MONTH // 300
"""Times that the clock sends enrich to the products that wait, by the schedule of the module."""

_ANSWERS = 2
_MESSAGE_UNITS = 2 * 2
"""Thousands of bytes that Pub/Sub charges for an event of up to 2,000, published and pushed."""

_TICK_UNITS = 2
"""The same for a message of the clock, which is smaller than the thousand that is charged at least."""

_TIB = 2**40


@dataclass(frozen=True, slots=True)
class Shop:
    """A shop: `pictures` of each product, `searches` a month, the share of pictures a month changes."""

    products: int = 10_000
    pictures: int = 3
    searches: int = 100_000
    changed: float = 0.1

    @property
    def stock(self) -> int:
        """Pictures that are there from the beginning."""
        return self.products * self.pictures

    @property
    def changes(self) -> int:
        """Pictures that a month brings."""
        return round(self.stock * self.changed)


@dataclass(frozen=True, slots=True)
class Work:
    """The part of an instance that one request takes: seconds, processors, GiB of memory."""

    seconds: float
    cpu: float
    memory: float


SEARCH = Work(seconds=1.0, cpu=1.0, memory=1.0)
EVENT = Work(seconds=2.0, cpu=1.0, memory=1.0)
TICK = Work(seconds=0.5, cpu=1.0, memory=1.0)

SERVICES: Mapping[str, PriceList] = {
    "Algolia, search requests": PriceList("Algolia pricing, Grow", (Tier(10_000, 0.0), Tier(None, 0.50))),
    "Cloud Run, vCPU-seconds": PriceList(
        "Cloud Run pricing, request-based billing, tier 1", (Tier(180_000, 0.0), Tier(None, 0.024))
    ),
    "Cloud Run, GiB-seconds": PriceList(
        "Cloud Run pricing, request-based billing, tier 1", (Tier(360_000, 0.0), Tier(None, 0.0025))
    ),
    "Cloud Run, requests": PriceList("Cloud Run pricing", (Tier(2_000_000, 0.0), Tier(None, 0.0004))),
    "Pub/Sub, thousands of bytes": PriceList(
        "Pub/Sub pricing, 40 USD per TiB", (Tier(10 * 2**30 // 1_000, 0.0), Tier(None, 40 * 1_000_000 / _TIB))
    ),
    "Cloud Storage, class A operations": PriceList("Cloud Storage pricing, standard", (Tier(None, 0.005),)),
    "Cloud Storage, class B operations": PriceList("Cloud Storage pricing, standard", (Tier(None, 0.0004),)),
    "Cloud Scheduler, jobs": PriceList("Cloud Scheduler pricing", (Tier(3, 0.0), Tier(None, 100.0))),
    "Secret Manager, versions": PriceList("Secret Manager pricing", (Tier(6, 0.0), Tier(None, 60.0))),
}


def monthly(shop: Shop) -> Mapping[str, int]:
    """The units of each service that a month takes, by the names of `SERVICES`."""
    return {
        # Facet queries count labels, by one instance that is never idle.
        "Algolia, search requests": shop.searches + round(_MONTH / MAX_AGE),
        "Cloud Run, vCPU-seconds": _together(shop, SEARCH.cpu, EVENT.cpu, TICK.cpu),
        "Cloud Run, GiB-seconds": _together(shop, SEARCH.memory, EVENT.memory, TICK.memory),
        "Cloud Run, requests": shop.searches + shop.changes + _TICKS,
        "Pub/Sub, thousands of bytes": shop.changes * _MESSAGE_UNITS + _TICKS * _TICK_UNITS,
        "Cloud Storage, class A operations": shop.changes * (1 + _ANSWERS * 2) + _TICKS,
        "Cloud Storage, class B operations": shop.changes * (2 + _ANSWERS * shop.pictures),
        "Cloud Scheduler, jobs": 1,
        "Secret Manager, versions": 2,
    }


def calls(shop: Shop) -> int:
    """Pictures and photos that the recognizer is asked about in a month."""
    return shop.changes + shop.searches


def _together(shop: Shop, of_search: float, of_event: float, of_tick: float) -> int:
    """The sum over all requests, each alone in its instance."""
    ours = shop.changes * EVENT.seconds * of_event + _TICKS * TICK.seconds * of_tick
    return round(shop.searches * SEARCH.seconds * of_search + ours)


def replaced(page: str) -> str:
    """The page with the tables between its two marks; raises ValueError where they are missing."""
    return markdown.replaced(page, "costs", tables(Shop()))


def tables(shop: Shop) -> str:
    """The tables of what the shop pays with each recognizer, and of the prices that follows from."""
    prices = [provider.prices for provider in RECOGNIZERS.values()]
    of_month = table(("USD", *map(code, RECOGNIZERS)), _rows(shop, prices), right=True)
    of_list = table(("a month", "used", "free", "USD per 1,000 beyond", f"page, read {READ}"), _prices(shop))
    return f"{of_month}\n\n{of_list}"


def _rows(shop: Shop, recognizers: Sequence[PriceList | None]) -> Iterator[Sequence[str]]:
    services = {name: SERVICES[name].cost(used) for name, used in monthly(shop).items()}
    once = [None if prices is None else prices.cost(shop.stock) for prices in recognizers]
    asked = [None if prices is None else prices.cost(calls(shop)) for prices in recognizers]
    yield _row(f"once: the first {shop.stock:,} pictures", once)
    yield _row(f"recognizer: {shop.searches:,} photos, {shop.changes:,} new pictures", asked)
    for name in dict.fromkeys(each.partition(",")[0] for each in services):
        part = sum(cost for each, cost in services.items() if each.partition(",")[0] == name)
        yield _row(name, [part] * len(recognizers))
    whole = sum(services.values())
    yield _row("**a month**", (None if cost is None else cost + whole for cost in asked))


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
