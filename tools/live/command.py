"""`check live`: what holds on the user's own Algolia plan, found out in a minute."""
# ruff: noqa: PLC0415 - Algolia's client takes longer to load than the help of all other commands takes to print

from __future__ import annotations

from functools import partial
from io import BytesIO
from pathlib import Path

import click

from shared import wiring
from shared.settings import EnrichSettings, RecordSettings, SearchSettings
from tools import wiring as outside
from tools.commands import Command, Group
from tools.exits import Ended, Exit
from tools.files import FILE
from tools.output import note, progress, tell
from tools.profile.file import set_in_profile

_RIGHTS = "search, browse, addObject, deleteIndex, settings, editSettings and listIndexes, for every index"


@click.group(cls=Group)
def check() -> None:
    """Ask the services themselves what their documentation leaves open."""


@check.command(cls=Command, example="{} --write")
@click.option("--write", is_flag=True, help="Set the recommended variables in the profile.")
@click.option("--yes", is_flag=True, help="Do not ask before requests are made that may be billed.")
def live(*, write: bool, yes: bool) -> None:
    """Find out what holds for your Algolia plan, and which settings fit it.

    Makes an index of its own with 200 made records, asks it, and removes it again, also after Ctrl-C; what a
    killed check left, one an hour later removes. Your own index is only read. Says before how many requests
    that takes, and what they cost at most.

    Needs ALGOLIA_APP_ID, ALGOLIA_INDEX and ALGOLIA_API_KEY, a key with the rights search, browse, addObject,
    deleteIndex, settings, editSettings and listIndexes for every index, and all that both functions have set.
    """
    from shared.catalog.algolia import transporter
    from tools.live import checking, records, report
    from tools.live.advice import in_use
    from tools.live.probes import PROBES
    from tools.live.scratch import MAX_REQUESTS, Budget, CountedConnection

    settings = RecordSettings.from_env()
    likeness = wiring.likeness(settings, wiring.chosen_encoder(settings))
    cost = checking.SEARCH_PRICE * MAX_REQUESTS + checking.RECORD_PRICE * records.COUNT
    note(
        f"This makes fewer than {MAX_REQUESTS} requests of {settings.algolia_app_id}, some"
        f" {checking.SEARCHES} of them searches, and an index of {records.COUNT} records for a minute:"
        f" at most USD {cost:.2f} beyond what is free."
    )
    if not yes:
        click.confirm("Go on?", abort=True, err=True)
    at = wiring.address(settings)
    shop = CountedConnection(transporter(at), at.name, Budget())
    with outside.needing(_RIGHTS), progress("Questions asked:", len(PROBES)) as told:
        found = checking.check(shop, likeness, told, in_use(settings, SearchSettings.from_env()))
    if write and found.recommended.values:
        set_in_profile(found.recommended.values)
    tell(partial(report.show, found), partial(report.document, found))
    if found.left:
        raise Ended(Exit.BAD_DATA, found.left)


@check.command(cls=Command, example="{} --picture shoe.jpg")
@click.option("--picture", type=FILE, metavar="FILE", help="A small photo to send, else one that is drawn.")
@click.option("--yes", is_flag=True, help="Do not ask before pictures are sent that may be billed.")
def recognizer(*, picture: Path | None, yes: bool) -> None:
    """Find out whether the recognizer answers as is assumed: its answers, refusals, limits, and regions.

    Sends it a few pictures, and says before how many and for how much. Needs RECOGNIZER and its own settings,
    as the functions have them.
    """
    from shared.labeling import registry
    from shared.settings.labeling import LabelingSettings
    from tools.live import recognizing, report

    settings = LabelingSettings.from_env()
    provider = registry.RECOGNIZERS[settings.recognizer]
    content = picture.read_bytes() if picture else _drawn()
    bench = recognizing.RecognizerBench(
        provider,
        settings.of_recognizer,
        lambda own: registry.create(provider.name, own, settings.wanted),
        content,
    )
    if provider.calls:
        note(recognizing.cost(bench, settings.wanted.features))
        if not yes:
            click.confirm("Go on?", abort=True, err=True)
    found = {probe.name: probe.find(bench) for probe in recognizing.RECOGNIZING}
    tell(
        partial(report.show_findings, recognizing.RECOGNIZING, found),
        lambda: {"recognizer": provider.name, "probes": report.told(recognizing.RECOGNIZING, found)},
    )
    if found["labels"].answer not in {"labels", "no labels"}:
        raise Ended(Exit.BAD_DATA, f"{provider.title} gives no labels: {found['labels'].detail}")


@check.command(cls=Command, example="{} --yes")
@click.option("--yes", is_flag=True, help="Do not ask before a record and a picture are written.")
def deployment(*, yes: bool) -> None:
    """Send a picture through the deployment, time it, take it back, and look at what keeps what goes wrong.

    Writes a record of its own to the shop's index and a picture to its bucket, and removes both again, also
    after Ctrl-C: for a minute, searches may show the record. Its picture is labeled once.

    Needs the variables of the enrich function, PARKED_SUBSCRIPTION, and GOOGLE_CLOUD_PROJECT, an Algolia key
    with the rights search, addObject and deleteObject, and your own rights to read Pub/Sub's subscriptions,
    logs, alarms, permissions, and quotas; what you may not see is said to be not told.
    """
    from tools.live import deployed, google, report

    settings, queue = EnrichSettings.from_env(), outside.QueueSettings.from_env()
    note(f"This writes a record to {settings.algolia_index} and a picture to {settings.picture_bucket}.")
    if not yes:
        click.confirm("Go on?", abort=True, err=True)
    with (
        outside.needing("search, addObject and deleteObject"),
        google.deployment(settings, queue, _drawn()) as there,
    ):
        found = {probe.name: probe.find(there) for probe in deployed.DEPLOYED}
    tell(
        partial(report.show_findings, deployed.DEPLOYED, found),
        lambda: {"probes": report.told(deployed.DEPLOYED, found)},
    )
    if found["arrival"].answer != "it does":
        raise Ended(Exit.BAD_DATA, "The picture did not reach its record.")


def _drawn() -> bytes:
    """A red mug on white, in 200 by 200 pixels."""
    from PIL import Image, ImageDraw

    canvas = Image.new("RGB", (200, 200), "white")
    draw = ImageDraw.Draw(canvas)
    draw.arc((110, 70, 170, 130), 0, 360, "darkred", width=14)
    draw.rectangle((50, 50, 130, 155), "firebrick")
    draw.ellipse((50, 40, 130, 62), "white", "darkred", width=5)
    file = BytesIO()
    canvas.save(file, "JPEG", quality=90)
    return file.getvalue()
