"""The cost of a month of which every second is busy: prices for Terraform, and a table; pure.

`terraform/cost.tf` reckons the same of a shop's own variables. A slot of a function takes a second for a
picture, there and here; Algolia and Cloud Run are added here, by the prices of `costs`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from shared.labeling.provider import PriceList
from shared.labeling.registry import RECOGNIZERS
from tools.reference import markdown
from tools.reference.costs import SERVICES
from tools.reference.markdown import code, table
from tools.reference.module import Module

_DAYS = 30
_MINUTES = _DAYS * 24 * 60
_PER_SLOT = 60
"""Pictures a minute."""
_SLOTS = {"search": "max_concurrent_searches", "enrich": "concurrency"}
"""The variable of what is at work in an instance."""


@dataclass(frozen=True, slots=True)
class BusyFunction:
    """A function: its instances, and of each the requests at work and the most a minute, 0 for no limit.

    The recognizer is asked by all of them about no more pictures in a day than `budget`, 0 for no limit.
    """

    instances: int
    concurrency: int
    rate: int = 0
    budget: int = 0
    cpu: float = 1
    memory: float = 1
    """GiB."""

    @property
    def pictures(self) -> int:
        """Pictures a minute."""
        slots = self.concurrency * _PER_SLOT
        return self.instances * (min(slots, self.rate) if self.rate else slots)

    @property
    def month(self) -> int:
        """Pictures that the recognizer is asked about in a month."""
        pictures = self.pictures * _MINUTES
        return min(pictures, _DAYS * self.budget) if self.budget else pictures

    @property
    def busy(self) -> float:
        """USD of Cloud Run for instances that are never idle."""
        seconds = self.instances * _MINUTES * 60
        used = {"vCPU-seconds": seconds * self.cpu, "GiB-seconds": seconds * self.memory}
        used["requests"] = self.pictures * _MINUTES
        return sum(SERVICES[f"Cloud Run, {name}"].cost(round(units)) for name, units in used.items())


@dataclass(frozen=True, slots=True)
class Deployment:
    """A row of the table: the busy ones of search and enrich, which ask for `features`."""

    name: str
    search: BusyFunction | None = None
    enrich: BusyFunction | None = None
    features: tuple[str, ...] = field(default=())

    @property
    def pictures(self) -> int:
        """Pictures a minute."""
        return sum(each.pictures for each in self._busy)

    @property
    def _busy(self) -> Sequence[BusyFunction]:
        return [each for each in (self.search, self.enrich) if each]

    def recognizer(self, name: str) -> float | None:
        """USD of a month; None without a published price."""
        provider = RECOGNIZERS[name]
        more = [provider.features[each].price for each in self.features if each in provider.features]
        lists = [provider.prices, *(price for price in more if price)]
        asked = sum(each.month for each in self._busy)
        return sum(each.cost(asked) for each in lists if each) if provider.prices else None

    @property
    def cloud_run(self) -> float:
        """USD of a month."""
        return sum(each.busy for each in self._busy)

    @property
    def algolia(self) -> float:
        """USD of a month, at one query for each search."""
        searches = self.search.pictures * _MINUTES if self.search else 0
        return SERVICES["Algolia, search requests"].cost(searches)


def prices() -> str:
    """The file `terraform/prices.json`: of each tier the last picture, and USD for a thousand."""
    told = {
        name: {
            "pictures": _tiers(provider.prices),
            "features": {
                each: _tiers(feature.price) for each, feature in provider.features.items() if feature.price
            },
        }
        for name, provider in sorted(RECOGNIZERS.items())
        if provider.prices
    }
    lines = (f"  {json.dumps(name)}: {json.dumps(each)}" for name, each in told.items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _tiers(listed: PriceList) -> Sequence[Sequence[float | None]]:
    return [[tier.upto, tier.price] for tier in listed.tiers]


def deployments(module: Module) -> Iterator[Deployment]:
    """The rows of the table: by default, larger, and smaller."""
    defaults = {each.name: each.default for variable in module.variables for each in variable.attributes}
    search, enrich = (_size(name, defaults) for name in ("search", "enrich"))
    free = replace(search, budget=0)
    quota = round(float(defaults["recognizer.quota_per_minute"] or 0))
    wide = replace(free, concurrency=quota // _PER_SLOT // search.instances)
    yield Deployment("the defaults, search alone", search)
    yield Deployment("the defaults, search and enrich", search, enrich)
    yield Deployment('the same with `features = ["largest"]`', search, enrich, ("largest",))
    yield Deployment("`search.daily_recognizer_budget = 0`, search alone", free)
    yield Deployment(
        f"also `search.max_concurrent_searches = {wide.concurrency}`: Vision's usual quota", wide
    )
    yield Deployment("`search.total_rate = 60`, search alone", replace(search, rate=60))
    yield Deployment(
        "`search = { max_instances = 1, total_rate = 20, daily_recognizer_budget = 500 }`",
        replace(search, instances=1, rate=20, budget=500),
    )


def _size(function: str, defaults: Mapping[str, str | None]) -> BusyFunction:
    def default(name: str) -> int:
        return int(defaults.get(f"{function}.{name}") or 0)

    return BusyFunction(
        default("max_instances"), default(_SLOTS[function]), budget=default("daily_recognizer_budget")
    )


def replaced(page: str, module: Module) -> str:
    """The page with the table between its two marks; raises ValueError where they are missing."""
    names = [name for name, provider in RECOGNIZERS.items() if provider.prices and provider.calls]
    head = ("busy for 30 days, USD", "pictures a minute", *map(code, names), "Algolia", "Cloud Run")
    return markdown.replaced(page, "worst", table(head, _rows(module, names), right=True))


def _rows(module: Module, names: Sequence[str]) -> Iterator[Sequence[str]]:
    for each in deployments(module):
        costs = (*map(each.recognizer, names), each.algolia, each.cloud_run)
        yield (each.name, f"{each.pictures:,}", *(f"{cost:,.0f}" for cost in costs if cost is not None))
