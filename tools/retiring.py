"""`encoder retire`: empties what records hold of an encoder that is no longer in use."""

from __future__ import annotations

from collections.abc import Sequence

import click

from shared import wiring
from shared.catalog.record import MAX_OBJECTS
from shared.catalog.vectors import tag_of, versioned
from shared.settings import RecordSettings
from tools import wiring as outside
from tools.commands import Command
from tools.exits import Ended, Exit
from tools.output import counted, note, progress, say, tell, watched


@click.command(cls=Command, example="66c162 --dry-run   (then without --dry-run)")
@click.argument("tag")
@click.option("--dry-run", is_flag=True, help="Report how many records there are; change nothing.")
def retire(*, tag: str, dry_run: bool) -> None:
    """Empty the words and the code of an encoder that neither function uses any longer.

    TAG is what follows _ in the names of its attributes. Algolia takes no attribute out of a record, so they
    stay as null, and count as missing for --missing should the encoder come back.

    Needs ALGOLIA_APP_ID, ALGOLIA_INDEX and ALGOLIA_API_KEY, a key with the rights browse and addObject, and
    the functions' own ENCODER, STRATEGIES and ATTRIBUTE_NAMES. Each record is one operation of Algolia's.
    """
    settings = RecordSettings.from_env()
    former = _attributes(tag, settings)
    index = wiring.catalog(settings).index
    with outside.needing("browse and addObject"):
        with progress("Records browsed:") as told:
            emptied = [
                {"objectID": record["objectID"], **dict.fromkeys(held)}
                for record in watched(index.browse(former), told)
                if (held := [name for name in former if record.get(name) is not None])
            ]
        for first in range(0, 0 if dry_run else len(emptied), MAX_OBJECTS):
            index.write("partialUpdateObjectNoCreate", *emptied[first : first + MAX_OBJECTS])
    tell(
        lambda: say(f"{counted(len(emptied), 'record')} with {' or '.join(former)}."),
        lambda: {"records": len(emptied), "attributes": former, "changed": not dry_run},
    )
    if dry_run:
        note("Dry run: nothing was changed.")


def _attributes(tag: str, settings: RecordSettings) -> Sequence[str]:
    """The attributes of the encoder; raises `Ended` for that in use, and for what is no tag."""
    try:
        former = [versioned(name, tag) for name in (settings.names.words, settings.names.code)]
    except ValueError as error:
        raise Ended(Exit.MISCONFIGURED, str(error)) from error
    encoder = wiring.chosen_encoder(settings)
    if encoder and tag_of(encoder.encoder_id) == tag:
        raise Ended(Exit.MISCONFIGURED, f"{tag} is the encoder in use, which ENCODER names.")
    return former
