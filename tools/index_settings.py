"""`tools settings`: what image search needs of the index, merged into its settings."""

from __future__ import annotations

from dataclasses import asdict

import click

from shared import wiring
from shared.errors import Misconfigured
from tools.exits import Ended, Exit
from tools.output import as_json, facts, say
from tools.readiness import Readiness, readiness
from tools.settings import IndexSettings

_RIGHTS = "this command needs a key with the rights settings, editSettings and addObject"


@click.command(epilog="Example: uv run tools settings --apply")
@click.option("--apply", is_flag=True, help="Add what is missing, keep everything else, and wait for it.")
@click.option("--json", "wants_json", is_flag=True, help="Print JSON instead.")
def settings(*, apply: bool, wants_json: bool) -> None:
    """Show what image search needs of the index; --apply adds it.

    Needs ALGOLIA_APP_ID, ALGOLIA_INDEX and ALGOLIA_API_KEY, a key with the rights settings, editSettings
    and addObject, and the functions' own ENCODER, STRATEGIES and CATALOGUE_SIZE. Ends with 1 while something
    is missing or in the way.
    """
    index = IndexSettings.from_env()
    found, applied = _looked_at(index, apply=apply)
    if wants_json:
        as_json({"index": index.algolia_index, **asdict(found), "ready": found.ready, "applied": applied})
    else:
        _show(index.algolia_index, found, applied=applied)
    if not found.ready:
        raise Ended(Exit.BAD_DATA, "The index is not ready for image search.")


def _looked_at(index: IndexSettings, *, apply: bool) -> tuple[Readiness, bool]:
    """How the index is now, and whether this changed it."""
    catalog, likeness = wiring.catalog(index), wiring.likeness(index, wiring.encoder(index))
    try:
        applied = bool(catalog.merge_settings(likeness.facets)) if apply else False
        return readiness(catalog.settings(), likeness), applied
    except Misconfigured as error:
        if error.setting != "ALGOLIA_API_KEY":
            raise
        raise Misconfigured(error.setting, f"{error.advice}; {_RIGHTS}") from error


def _show(name: str, found: Readiness, *, applied: bool) -> None:
    rows = [("attributesForFaceting", ", ".join(found.facets) or "none")]
    rows += [(f"missing in {setting}", ", ".join(values)) for setting, values in found.missing.items()]
    rows += [("warning", warning) for warning in found.warnings]
    if found.replicas:
        rows.append(("replicas", f"{', '.join(found.replicas)}: check each, as ALGOLIA_INDEX"))
    facts(f"Index {name}", rows)
    if applied:
        say("Applied: what was missing has been added, everything else kept.")
    elif found.missing:
        say("Dry run: nothing was changed. --apply adds what is missing and keeps everything else.")
    else:
        say("Nothing to add.")
