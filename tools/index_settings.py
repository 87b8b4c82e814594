"""`tools settings`: what image search needs of the index and its records; its settings are merged."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import click

from shared import wiring
from shared.catalog.judging import RecordJudge
from shared.settings import RecordSettings
from tools import wiring as outside
from tools.examples import Examples
from tools.exits import Ended, Exit
from tools.in_use import ADVICE, in_use
from tools.output import Row, as_json, facts, progress, say, watched
from tools.readiness import Readiness, readiness

_RIGHTS = "settings, editSettings, addObject and browse"


@dataclass(frozen=True, slots=True)
class _Found:
    """How an index is, whose records have attributes in use, and whether this command changed settings."""

    settings: Readiness
    in_use: Examples
    applied: bool

    @property
    def ready(self) -> bool:
        return self.settings.ready and not self.in_use.count


@click.command(epilog="Example: uv run tools settings --apply")
@click.option("--apply", is_flag=True, help="Add what is missing, keep everything else, and wait for it.")
@click.option("--json", "wants_json", is_flag=True, help="Print JSON instead.")
def settings(*, apply: bool, wants_json: bool) -> None:
    """Show what image search needs of the index; --apply adds it.

    Also looks through the records for attributes that somebody else uses under our names.

    Needs ALGOLIA_APP_ID, ALGOLIA_INDEX and ALGOLIA_API_KEY, a key with the rights settings, editSettings,
    addObject and browse, the functions' own ENCODER, STRATEGIES, CATALOGUE_SIZE and ATTRIBUTE_NAMES, and the
    enrich function's COLORS, IMAGE_URL_TEMPLATE and TAKE_OVER_ATTRIBUTES. Ends with 1 while something is
    missing or in the way.
    """
    index = RecordSettings.from_env()
    with outside.needing(_RIGHTS):
        found = _looked_at(index, apply=apply)
    (_show_json if wants_json else _show)(index, found)
    if not found.ready:
        raise Ended(Exit.BAD_DATA, "The index is not ready for image search.")


def _looked_at(index: RecordSettings, *, apply: bool) -> _Found:
    catalog, likeness = wiring.catalog(index), wiring.likeness(index, wiring.encoder(index))
    judge = RecordJudge("", index.names, likeness.written, index.take_over_attributes)
    with progress("Records browsed:") as told:
        foreign = in_use(watched(catalog.index.browse(judge.read), told), judge)
    applied = bool(catalog.merge_settings(likeness.facets)) if apply else False
    return _Found(readiness(catalog.index.settings(), likeness), foreign, applied)


def _show_json(index: RecordSettings, found: _Found) -> None:
    as_json(
        {
            "index": index.algolia_index,
            **asdict(found.settings),
            "attributes": index.names.by_default_name(),
            "attributesInUse": found.in_use.as_json("records", "attributes"),
            "ready": found.ready,
            "applied": found.applied,
        }
    )


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
        say("Dry run: nothing was changed. --apply adds what is missing and keeps everything else.")
    else:
        say("Nothing to add.")
