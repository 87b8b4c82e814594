"""`index`: the settings that image search needs of the index, judged and merged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

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
from tools.output import Examples, Row, facts, progress, say, tell, watched
from tools.record_checks import ADVICE, in_use


@dataclass(frozen=True, slots=True)
class Readiness:
    """The settings an index has, those it lacks, and what is in the way without being ours to change.

    `missing` holds the values each setting lacks; `replicas` have settings of their own.
    """

    facets: tuple[str, ...]
    missing: Mapping[str, tuple[str, ...]]
    warnings: tuple[str, ...]
    replicas: tuple[str, ...]

    @property
    def ready(self) -> bool:
        """True where nothing is missing and nothing is in the way."""
        return not self.missing and not self.warnings


def readiness(current: Mapping[str, Any], likeness: Likeness) -> Readiness:
    """RecordJudge settings as Algolia's getSettings returns them: what is not there has its default."""
    changes = missing_settings(current, likeness.facets, likeness.names, unread=likeness.unread)
    return Readiness(
        facets=_strings(current, "attributesForFaceting"),
        missing={
            name: tuple(value for value in wanted if value not in _strings(current, name))
            for name, wanted in changes.items()
        },
        warnings=tuple(_warnings(current, likeness)),
        replicas=_strings(current, "replicas"),
    )


def _strings(current: Mapping[str, Any], name: str) -> tuple[str, ...]:
    return tuple(current.get(name) or ())


def _warnings(current: Mapping[str, Any], likeness: Likeness) -> Iterator[str]:
    ranking = current.get("ranking")
    if ranking is not None and "filters" not in ranking:
        yield "ranking lacks `filters`: looks cannot rank anything; add it, before `proximity` as by default"
    for attribute, loss in _read(likeness).items():
        if not _retrieved(current, attribute):
            yield f"attributesToRetrieve leaves out `{attribute}`: {loss}; add it"
        if any(_holds(attribute, hidden) for hidden in _strings(current, "unretrievableAttributes")):
            yield f"unretrievableAttributes hides `{attribute}`: {loss}; take it out"
    if likeness.hidden and not current.get("searchableAttributes"):
        yield (
            "searchableAttributes is empty: words that shoppers type are also looked for in"
            f" `{min(likeness.hidden)}`; list the attributes to search in"
        )


def _read(likeness: Likeness) -> Mapping[str, str]:
    """The attributes that the search function reads of hits, with the loss where one is missing."""
    of_codes = dict.fromkeys(likeness.compared, "hits cannot be put in order of their likeness")
    return {likeness.names.labels: "hits cannot say what matched", **of_codes}


def _retrieved(current: Mapping[str, Any], attribute: str) -> bool:
    listed = current.get("attributesToRetrieve")
    if listed is None:
        return True
    return f"-{attribute}" not in listed and (
        "*" in listed or any(_holds(attribute, name) for name in listed)
    )


def _holds(attribute: str, name: str) -> bool:
    return name == attribute or name.startswith(f"{attribute}.")


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


@index.command()
def check() -> None:
    """Show what image search needs of the index and what is missing; change nothing.

    Also looks through the records for attributes that somebody else uses under our names.
    """
    _run(apply=False)


@index.command()
def apply() -> None:
    """Add the missing settings, keep all others, and wait until they count; then check."""
    _run(apply=True)


def _run(*, apply: bool) -> None:
    settings = RecordSettings.from_env()
    with outside.needing("settings, editSettings, addObject and browse"), _made():
        found = _looked_at(settings, apply=apply)
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


def _looked_at(index: RecordSettings, *, apply: bool) -> _Found:
    catalog, likeness = wiring.catalog(index), wiring.likeness(index, wiring.chosen_encoder(index))
    judge = RecordJudge("", index.names, likeness.written, index.take_over_attributes)
    with progress("Records browsed:") as told:
        foreign = in_use(watched(catalog.index.browse(judge.read), told), judge)
    applied = bool(catalog.merge_settings(likeness.facets, likeness.unread)) if apply else False
    return _Found(readiness(catalog.index.settings(), likeness), foreign, applied)


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
    if settings.replicas:
        rows.append(("replicas", f"{', '.join(settings.replicas)}: check each, as ALGOLIA_INDEX"))
    if not index.names.image_url:
        why = "ATTRIBUTE_NAMES leaves it alone" if index.image_url_template else "IMAGE_URL_TEMPLATE is empty"
        rows.append(("imageURL", f"not written: {why}"))
    if found.in_use.count:
        rows.append(("attributes in use", f"{found.in_use.count:,} records, {found.in_use.text}: {ADVICE}"))
    facts(f"Index {index.algolia_index}", rows)
    if found.applied:
        say("Applied: what was missing has been added, everything else kept.")
    elif settings.missing:
        say("Nothing was changed. This adds what is missing, and keeps everything else:")
        say(f"  {calling.line('index', 'apply')}")
    else:
        say("Nothing to add.")
