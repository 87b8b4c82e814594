"""`index`: the settings that image search needs of the index, judged and merged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import click

from shared import wiring
from shared.catalog.index_settings import missing_settings
from shared.catalog.judging import RecordJudge
from shared.catalog.likeness import Likeness
from shared.errors import Misconfigured
from shared.settings import RecordSettings
from tools import calling
from tools import wiring as outside
from tools.commands import Group
from tools.exits import Ended, Exit
from tools.index_warnings import Warned, closed, is_standard, of_replica, strings, warnings
from tools.output import Examples, Row, facts, progress, say, tell, watched
from tools.record_checks import ADVICE, in_use

if TYPE_CHECKING:
    from shared.catalog.algolia import AlgoliaCatalog


@dataclass(frozen=True, slots=True)
class Readiness:
    """The settings an index has, those it lacks, and what is in the way without being ours to change.

    `missing` holds the values each setting lacks, `lacking` the same of each standard replica; `replicas` are
    all of them. `ready` is true where nothing is missing and nothing keeps pictures from ranking.
    """

    facets: tuple[str, ...]
    missing: Mapping[str, tuple[str, ...]]
    warnings: tuple[str, ...]
    replicas: tuple[str, ...]
    lacking: Mapping[str, Mapping[str, tuple[str, ...]]]
    ready: bool


def readiness(
    current: Mapping[str, Any],
    likeness: Likeness,
    replicas: Mapping[str, Mapping[str, Any]] = MappingProxyType({}),
    unread: Iterable[Warned] = (),
    *,
    countable: bool = False,
) -> Readiness:
    """Judge settings as Algolia's getSettings returns them: what is not there has its default.

    `replicas` are the settings of those that have their own, by name; `unread` tells of those left out.
    """
    missing = _missing(current, likeness, countable=countable)
    lacked = {name: _missing(each, likeness, countable=countable) for name, each in replicas.items()}
    lacking = {name: values for name, values in lacked.items() if values}
    of_replicas = (each for name, own in replicas.items() for each in of_replica(name, own, likeness))
    found = [*warnings(current, likeness), *unread, *of_replicas]
    return Readiness(
        facets=strings(current, "attributesForFaceting"),
        missing=missing,
        warnings=tuple(each.text for each in found),
        replicas=strings(current, "replicas"),
        lacking=lacking,
        ready=not (missing or lacking or any(each.blocks for each in found)),
    )


def _missing(
    current: Mapping[str, Any], likeness: Likeness, *, countable: bool
) -> Mapping[str, tuple[str, ...]]:
    changes = missing_settings(
        current, likeness.facets, likeness.names, unread=likeness.unread, countable=countable
    )
    return {
        name: tuple(value for value in wanted if value not in strings(current, name))
        for name, wanted in changes.items()
    }


@dataclass(frozen=True, slots=True)
class _Found:
    """An index's readiness, the records with attributes in use, and `applied` where settings were changed."""

    settings: Readiness
    in_use: Examples
    applied: bool

    @property
    def ready(self) -> bool:
        return self.settings.ready and not self.in_use.count


@click.group(cls=Group)
def index() -> None:
    """Prepare the Algolia index.

    Needs ALGOLIA_APP_ID, ALGOLIA_INDEX and ALGOLIA_API_KEY, a key with the rights settings, editSettings,
    addObject and browse, the functions' own ENCODER, STRATEGIES and ATTRIBUTE_NAMES, and the
    enrich function's COLORS, IMAGE_URL_TEMPLATE and TAKE_OVER_ATTRIBUTES. Ends with 1 while something is
    missing or in the way.
    """


_COUNTABLE = click.option(
    "--countable", is_flag=True, help="Declare facets without filterOnly, where check live says so."
)


@index.command()
@_COUNTABLE
def check(*, countable: bool) -> None:
    """Show what image search needs of the index and what is missing; change nothing.

    Also looks through the records for attributes that somebody else uses under our names.
    """
    _run(apply=False, countable=countable)


@index.command()
@_COUNTABLE
def apply(*, countable: bool) -> None:
    """Add the missing settings, keep all others, and wait until they count; then check.

    The same goes for each standard replica, which has settings of its own.
    """
    _run(apply=True, countable=countable)


def _run(*, apply: bool, countable: bool) -> None:
    settings = RecordSettings.from_env()
    with outside.needing("settings, editSettings, addObject and browse"), _made():
        found = _looked_at(settings, apply=apply, countable=countable)
    tell(partial(_show, settings, found), partial(_document, settings, found))
    if not found.ready:
        raise Ended(Exit.BAD_DATA, "The index is not ready for image search.")


@contextmanager
def _made() -> Iterator[None]:
    """Say how an index comes to be that is not there yet; raises `Misconfigured` then."""
    try:
        yield
    except Misconfigured as error:
        if error.setting != "ALGOLIA_INDEX":
            raise
        advice = (
            f"{error.advice}, or make this one: Algolia makes an index when the first record is written to"
            f" it. Then: {calling.again()}"
        )
        raise Misconfigured(error.setting, advice) from error


def _looked_at(index: RecordSettings, *, apply: bool, countable: bool) -> _Found:
    catalog, likeness = wiring.catalog(index), wiring.likeness(index, wiring.chosen_encoder(index))
    judge = RecordJudge("", index.names, likeness.written, index.take_over_attributes)
    with progress("Records browsed:") as told:
        foreign = in_use(watched(catalog.index.browse(judge.read), told), judge)
    serve = partial(_served, likeness=likeness, apply=apply, countable=countable)
    current, applied = serve(catalog)
    own: dict[str, Mapping[str, Any]] = {}
    unread: list[Warned] = []
    for name in filter(is_standard, strings(current, "replicas")):
        try:
            own[name], more = serve(catalog.of(name))
        except Misconfigured as error:
            unread.append(closed(name, error))
        else:
            applied = applied or more
    return _Found(readiness(current, likeness, own, unread, countable=countable), foreign, applied)


def _served(
    catalog: AlgoliaCatalog, *, likeness: Likeness, apply: bool, countable: bool
) -> tuple[Mapping[str, Any], bool]:
    """The settings of an index, and whether what they lacked has been added, which `apply` asks for."""
    added = apply and catalog.merge_settings(likeness.facets, likeness.unread, countable=countable)
    return catalog.index.settings(), bool(added)


def _document(index: RecordSettings, found: _Found) -> dict[str, object]:
    return {
        "index": index.algolia_index,
        **asdict(found.settings),
        "attributes": index.names.by_default_name(),
        "attributesInUse": found.in_use.as_json("records", "attributes"),
        "ready": found.ready,
        "applied": found.applied,
    }


def _show(index: RecordSettings, found: _Found) -> None:
    settings = found.settings
    rows: list[Row] = [("attributesForFaceting", ", ".join(settings.facets) or "none")]
    rows += [(f"missing in {setting}", ", ".join(values)) for setting, values in settings.missing.items()]
    rows += [("warning", warning) for warning in settings.warnings]
    for replica, lacked in settings.lacking.items():
        rows += [(f"missing in {replica}", ", ".join(values)) for values in lacked.values()]
    if settings.replicas:
        rows.append(("replicas", ", ".join(settings.replicas)))
    if not index.names.image_url:
        why = "ATTRIBUTE_NAMES leaves it alone" if index.image_url_template else "IMAGE_URL_TEMPLATE is empty"
        rows.append(("imageURL", f"not written: {why}"))
    if found.in_use.count:
        rows.append(("attributes in use", f"{found.in_use.count:,} records, {found.in_use.text}: {ADVICE}"))
    facts(f"Index {index.algolia_index}", rows)
    if found.applied:
        say("Applied: what was missing has been added, everything else kept.")
    elif settings.missing or settings.lacking:
        say("Nothing was changed. This adds what is missing, and keeps everything else:")
        say(f"  {calling.line('index', 'apply')}")
    else:
        say("Nothing to add.")
