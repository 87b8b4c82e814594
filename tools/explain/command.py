"""`tools explain`: one picture or product, through every part of the pipeline."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import click

from shared import wiring
from shared.pictures import Naming
from shared.settings import EnrichSettings
from tools import wiring as outside
from tools.exits import Exit
from tools.explain.findings import Findings, Sources
from tools.explain.report import show, show_json
from tools.explain.subject import subject
from tools.explain.verdict import verdict
from tools.parked.cases import Case, Selector
from tools.parked.held import held_in
from tools.settings import OptionalQueueSettings, QueueSettings

_PARKED_LIMIT = 10_000


@click.command(epilog="Example: uv run tools explain products/42/front.jpg")
@click.argument("asked", metavar="OBJECT_OR_PRODUCT")
@click.option("--json", "wants_json", is_flag=True, help="Print JSON instead.")
def explain(*, asked: str, wants_json: bool) -> None:
    """Say all that is known about a picture or product, and what to do.

    Give an object's name, its gs:// address, or a product's id. Changes nothing, and ends with 1 when
    something is wrong.

    Needs the variables of the enrich function; with PARKED_SUBSCRIPTION it also says what is parked.
    """
    settings = EnrichSettings.from_env()
    about = subject(asked, settings.picture_bucket, settings.object_pattern)
    found = _found(settings, about.product)
    judged = verdict(found)
    (show_json if wants_json else show)(about, found, judged)
    if not judged.good:
        raise click.exceptions.Exit(Exit.BAD_DATA)


def _found(settings: EnrichSettings, product: str) -> Findings:
    recogniser_id = wiring.labeler(settings).recogniser_id
    naming = Naming(settings.object_pattern)
    with outside.storage() as storage, outside.needing("search"):
        labels = outside.labels(storage, settings, recogniser_id)
        # Where the bucket is missing, a single label only looks as if nobody had been asked yet.
        next(labels.settled(), None)
        return Sources(
            pictures=outside.pictures(storage, settings, naming),
            labels=labels,
            look_up=wiring.catalog(settings).look_up,
            parked=_parked(),
            room=outside.room(settings, recogniser_id),
            example=naming.example,
        ).find(product)


def _parked() -> Callable[[], Sequence[Case]] | None:
    if not OptionalQueueSettings.from_env().parked_subscription:
        return None
    queue = QueueSettings.from_env()

    def everything() -> Sequence[Case]:
        with held_in(queue, Selector(), _PARKED_LIMIT) as held:
            return held.cases

    return everything
