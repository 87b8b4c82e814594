"""An import in figures, and all that is wrong, for people and for scripts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from devstack.catalogs.gathering import GatheringTally, Holdings
from devstack.catalogs.named import NamedPicture, key_of
from devstack.catalogs.products import ShopProduct
from devstack.catalogs.wrong import CatalogFindings, Wrong
from shared.errors import Permanent
from shared.labeling.registry import RECOGNIZERS
from shared.pictures import Naming
from shared.pictures.by_url import host_of
from tools.backfill.report import priced
from tools.output import FEW, Row, facts, readable_bytes, say


@dataclass(slots=True)
class ImportPlan:
    """The pictures to import: `new` ones by their keys, which are as many recognizer calls at the most."""

    products: int = 0
    pictures: int = 0
    there: int = 0
    size: int = 0
    new: set[str] = field(default_factory=set)
    hosts: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, products: Sequence[ShopProduct], naming: Naming, held: Holdings) -> ImportPlan:
        """Count what is to be done; files are read, links are not fetched."""
        plan = cls(products=len(products))
        for product in products:
            for position, link in enumerate(product.links, 1):
                plan.pictures += 1
                if isinstance(link, str):
                    plan.hosts.add(host_of(link))
                try:
                    key = key_of(link)
                except Permanent:
                    continue
                if NamedPicture(product.id, position, key).there(naming, held.hashes):
                    plan.there += 1
                elif key not in plan.new:
                    plan.new.add(key)
                    plan.size += link.stat().st_size if isinstance(link, Path) else 0
        return plan


@dataclass(slots=True)
class ImportReport:
    """The plan beside what it is for and what came of it; `place` is where pictures go.

    `stale` are pictures of an earlier import that the catalog has no more, `pruned` those deleted of them.
    """

    source: str
    kind: str
    id_field: str
    place: str
    recognizer: str
    plan: ImportPlan
    findings: CatalogFindings
    tally: GatheringTally = field(default_factory=GatheringTally)
    stale: Sequence[str] = ()
    pruned: int = 0
    _shown: Counter[Wrong] = field(default_factory=Counter)

    def show_plan(self) -> None:
        """Print what would be done, and what is wrong so far."""
        facts(f"Import of {self.source}, a {self.kind}, into {self.place}", self._plan_rows())
        self.show_findings()

    def show_result(self) -> None:
        """Print what was done, and what is wrong."""
        counts = self.tally.counts
        rows = [
            ("written", f"{counts['written']:,}", readable_bytes(self.tally.size)),
            ("there before", f"{counts['there']:,}", ""),
            ("same as another", f"{counts['same']:,}", "of the same product, by their bytes"),
            ("not to be had", f"{counts['failed']:,}", ""),
        ]
        if self.stale:
            done = f"{self.pruned:,} deleted" if self.pruned else "delete them with --prune"
            rows.append(("no longer in the catalog", f"{len(self.stale):,}", done))
        facts("Pictures", rows)
        self.show_findings()

    def show_findings(self) -> None:
        """Print what is wrong since the last time: each kind with what to do, and where."""
        for wrong, count in (self.findings.counts - self._shown).most_common():
            say(f"{count:,} x {wrong.happened}: {wrong.advice}.")
            every = (each.where for each in self.findings.kept if each.wrong is wrong)
            for where in islice(every, self._shown[wrong], self._shown[wrong] + FEW):
                say(f"    {where}")
            if count > FEW:
                say("    ... (--report FILE names all)")
        if self.findings.counts != self._shown:
            say()
        self._shown = self.findings.counts.copy()

    def as_json(self) -> dict[str, Any]:
        """The same for scripts; `priceUSD` is None where no price is known."""
        plan, prices = self.plan, RECOGNIZERS[self.recognizer].prices
        calls = len(plan.new)
        return {
            "source": self.source,
            "kind": self.kind,
            "id": self.id_field,
            "place": self.place,
            "products": plan.products,
            "pictures": plan.pictures,
            "new": calls,
            "hosts": sorted(plan.hosts),
            "calls": calls,
            "priceUSD": prices and round(prices.cost(calls), 2),
            "priceUSDAfterFreeCalls": prices and round(prices.cost(calls, prices.free), 2),
            **{outcome: self.tally.counts[outcome] for outcome in ("written", "same", "failed")},
            "there": plan.there,
            "bytes": self.tally.size,
            "stale": list(self.stale),
            "pruned": self.pruned,
            "wrong": {wrong.value: count for wrong, count in self.findings.counts.items()},
            "findings": [finding.as_json() for finding in self.findings.kept],
        }

    def _plan_rows(self) -> Sequence[Row]:
        plan = self.plan
        size = readable_bytes(plan.size) if not plan.hosts else "bytes unknown until they are fetched"
        hosts = f"from {', '.join(sorted(plan.hosts)[:FEW])}" if plan.hosts else "from files"
        return [
            ("products", f"{plan.products:,}", f"objectID in {self.id_field}"),
            ("pictures", f"{plan.pictures:,}", hosts),
            ("there before", f"{plan.there:,}", "skipped"),
            ("to get", f"{len(plan.new):,}", size),
            ("recognizer calls", f"{len(plan.new):,}", "at most: the same bytes are paid for once"),
            ("price", *priced(self.recognizer, len(plan.new))),
        ]


def again(findings: CatalogFindings) -> bool:
    """True where all that is wrong may go well in another run."""
    return findings.counts.keys() <= {Wrong.PICTURE_SLOW, Wrong.HOST_DOWN, Wrong.NOT_NOW}
