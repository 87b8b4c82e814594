"""An import from its source to its target, step by step."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click

from devstack.catalogs import Note, ShopCatalog
from devstack.catalogs.gathering import Gatherer, Holdings
from devstack.catalogs.hosts import polite_hosts
from devstack.catalogs.layouts import Placed, catalog_of, field_named
from devstack.catalogs.named import nameable
from devstack.catalogs.opening import Unreadable
from devstack.catalogs.products import ShopProduct, catalog_at, products
from devstack.catalogs.targets import PictureTarget
from devstack.catalogs.wrong import CatalogFindings, Finding, Wrong
from shared.imaging import Imaging
from shared.pictures import Naming
from shared.pictures.addresses import HostNetwork
from shared.settings import EnrichSettings
from tools import calling
from tools.backfill.publishing import stopping_on_interrupt
from tools.exits import Ended, Exit
from tools.files import write_atomically
from tools.importing import matching
from tools.importing.report import ImportPlan, ImportReport, again
from tools.output import FEW, counted, note, progress, table, tell, watched

if TYPE_CHECKING:
    from shared.catalog.algolia import AlgoliaCatalog

_OBJECT_ID = "objectID"


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """The command's options, as they were given."""

    source: Path | None = None
    from_index: bool = False
    id_field: str = ""
    pictures: tuple[str, ...] = ()
    to: Path | None = None
    hosts: tuple[str, ...] = ()
    prune: bool = False
    report: Path | None = None
    dry_run: bool = False
    force: bool = False
    yes: bool = False

    @property
    def place(self) -> str:
        """The name of the source."""
        return click.format_filename(self.source) if self.source else "the index"


@dataclass(frozen=True, slots=True)
class PictureImport:
    """One import; `network` leads to the hosts of pictures."""

    options: ImportOptions
    settings: EnrichSettings
    naming: Naming
    index: AlgoliaCatalog
    network: HostNetwork
    imaging: Imaging
    findings: CatalogFindings = field(default_factory=CatalogFindings)

    def products(self) -> tuple[ShopCatalog, str, Sequence[ShopProduct]]:
        """The catalog, its field of ids, and its products that are in the index; raises `Ended`."""
        try:
            catalog = self._catalog()
        except Unreadable as error:
            raise Ended(Exit.BAD_DATA, str(error.finding(self.options.place))) from error
        id_field = _OBJECT_ID if self.options.from_index else self._id_field(catalog)
        found = products(catalog, id_field, self.findings.add)
        named = list(nameable(found.values(), self.naming, self.findings.add))
        return catalog, id_field, named if self.options.from_index else self._known(named)

    def run(
        self,
        catalog: ShopCatalog,
        id_field: str,
        found: Sequence[ShopProduct],
        target: PictureTarget,
        place: str,
    ) -> None:
        """Plan, ask, gather, report; raises `Ended` unless all went well."""
        with progress("Pictures listed:") as told:
            held = Holdings(watched(target.listing(), told))
        plan = ImportPlan.of(found, self.naming, held)
        report = ImportReport(
            self.options.place, catalog.kind, id_field, place, self.settings.recognizer, plan, self.findings
        )
        if not calling.wants_json():
            report.show_plan()
        agreed = bool(found) and not self.options.dry_run and self._agreed(plan)
        stopped = agreed and self._gather(found, target, held, report)
        self._tell(report, done=agreed)
        if not agreed:
            note("Nothing was fetched or written.")
        if stopped:
            raise Ended(Exit.INTERRUPTED, "Stopped by Ctrl-C; the same command goes on.")
        if wrong := self.findings.counts.total():
            code = Exit.TRY_AGAIN if again(self.findings) else Exit.BAD_DATA
            raise Ended(code, f"{counted(wrong, 'finding')}; the same command does what is left.")

    def _catalog(self) -> ShopCatalog:
        if self.options.source:
            return catalog_at(self.options.source, self.options.pictures)
        return catalog_of(self._records, self.options.pictures)

    def _records(self, _note: Note) -> Iterator[Placed]:
        """The index's records, whole ones where it is not told yet which attribute has links."""
        roots = [name.partition(".")[0] for name in self.options.pictures]
        for record in self.index.index.browse([*self.options.pictures, *roots] or ["*"]):
            yield f"record {record[_OBJECT_ID]}", record

    def _id_field(self, catalog: ShopCatalog) -> str:
        """The field that was named, clear, or chosen, checked by a sample before anything is fetched."""
        name, present = field_named(catalog, self.options.id_field), self.index.present
        found = matching.matches(catalog, present, name)
        if not found:
            if others := name and matching.matches(catalog, present):
                raise matching.no_field(self.options.id_field, others)
            return name or _OBJECT_ID
        only = name or (found[0].field if len(catalog.ids) == 1 else "")
        if not only and not calling.wants_json():
            rows = [
                (each.field, f"{each.found} of {len(each.ids)}", ", ".join(each.ids[:FEW])) for each in found
            ]
            table(("field", "ids in the index", "such as"), rows)
        if not self.options.force:
            matching.check_share(found[0], self._object_ids)
        ask = _ask if sys.stdin.isatty() else None
        return only or matching.chosen(found, yes=self.options.yes, ask=ask)

    def _object_ids(self) -> list[str]:
        hits = self.index.index.search({"query": "", "hitsPerPage": FEW, "analytics": False})["hits"]
        return [str(hit[_OBJECT_ID]) for hit in hits]

    def _known(self, found: Sequence[ShopProduct]) -> Sequence[ShopProduct]:
        """The products that have records, all where records are made."""
        if self.settings.create_missing_records:
            return found
        with progress("Ids looked up:", len(found)) as told:
            known = matching.in_index((product.id for product in found), self.index.present, told)
        for product in found:
            if product.id not in known:
                self.findings.add(Finding(Wrong.NOT_IN_INDEX, product.place, product.id))
        return [product for product in found if product.id in known]

    def _agreed(self, plan: ImportPlan) -> bool:
        if not plan.new:
            return True
        question = f"Get {counted(len(plan.new), 'picture')} of {counted(plan.products, 'product')}?"
        return self.options.yes or click.confirm(question, err=True)

    def _gather(
        self, found: Sequence[ShopProduct], target: PictureTarget, held: Holdings, report: ImportReport
    ) -> bool:
        """Gather the pictures and remove what is stale, as far as told; True where it was stopped."""
        hosts = report.plan.hosts.union(self.options.hosts)
        with stopping_on_interrupt() as stop, progress("Pictures:", report.plan.pictures) as told:
            fetch, add = polite_hosts(hosts, self.network, stop).fetch, self.findings.add
            gatherer = Gatherer(self.naming, target, held, fetch, self.imaging, add, stop, report.tally)
            names = gatherer.gather(found, told)
            stopped = stop.is_set()
        if not stopped:
            report.stale = held.stale(self._whole(names), self.naming)
            for name in report.stale if self.options.prune else ():
                target.delete(name)
                report.pruned += 1
        return stopped

    def _whole(self, names: Mapping[str, Sequence[str]]) -> Mapping[str, Sequence[str]]:
        """The products of which all is known; none where part of the catalog could not be read."""
        wrong = {finding.product for finding in self.findings.kept}
        partly = "" in wrong or self.findings.counts.total() > len(self.findings.kept)
        return {} if partly else {product: names[product] for product in names.keys() - wrong}

    def _tell(self, report: ImportReport, *, done: bool) -> None:
        if self.options.report:
            content = json.dumps(report.as_json(), ensure_ascii=False, indent=2)
            write_atomically(self.options.report, content.encode())
        tell(report.show_result if done else lambda: None, report.as_json)


def _ask(fields: Sequence[str]) -> str:
    question = "Which field holds the objectIDs?"
    return str(click.prompt(question, type=click.Choice(list(fields)), err=True))
