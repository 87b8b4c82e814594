"""`pictures backfill`: survey, price, ask, publish."""

from __future__ import annotations

from functools import partial

import click

from shared import wiring
from shared.errors import Misconfigured, Transient
from shared.imaging import LIMITS
from shared.pictures import Naming
from shared.settings import EnrichSettings
from tools import calling
from tools import wiring as outside
from tools.backfill.ledger import Ledger
from tools.backfill.publishing import Pace, Publishing, stopping_on_interrupt
from tools.backfill.report import BackfillReport
from tools.backfill.selection import Selection
from tools.backfill.survey import BackfillOptions, Gone, Plan, Surveyor
from tools.commands import Command
from tools.exits import Ended, Exit
from tools.output import counted, note, progress, tell, watched
from tools.wiring import TopicSettings


@click.command(cls=Command, example="--prefix products/ --dry-run   (then without --dry-run)")
@click.option(
    "--bucket", metavar="BUCKET", help="With --dry-run: list this bucket instead of PICTURE_BUCKET."
)
@click.option("--prefix", default="", metavar="PREFIX", help="List only names that begin so.")
@click.option(
    "--missing", is_flag=True, help="Only products whose record is missing labels or is out of date."
)
@click.option("--relabel", is_flag=True, help="Only products labeled by another recognizer.")
@click.option("--after", default="", metavar="NAME", help="Continue after this object name.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Take at most N products.")
@click.option(
    "--rate",
    type=click.FloatRange(0, 100_000, min_open=True),
    metavar="N",
    help="Have at most N pictures a second looked at, to stay below the recognizer's quota.",
)
@click.option("--dry-run", is_flag=True, help="Report what would be done and what it costs; change nothing.")
@click.option("--force", is_flag=True, help="Continue although most products have no record.")
@click.option("--yes", is_flag=True, help="Do not ask before publishing.")
def backfill(*, dry_run: bool, **given: str | float | bool | None) -> None:
    """Label the pictures that are in the bucket already.

    Lists the bucket, reports how many recognizer calls are needed and what they cost, and asks the enrich
    function to look at each product again. Labels from the annotation cache cost nothing. Ctrl-C stops
    cleanly and prints the command that continues.

    --missing repairs records that were wiped, restored from an old copy, or missed because an event was
    lost. Over the whole bucket it also finds records whose pictures are all gone.

    Needs the variables of the enrich function, and PICTURE_TOPIC to publish. ALGOLIA_API_KEY needs the right
    search, and browse for --missing over the whole bucket.
    """
    options = BackfillOptions(**given)  # type: ignore[arg-type] # the names and types are those declared above
    topic = "" if dry_run else TopicSettings.from_env().picture_topic
    settings = _settings(options, dry_run=dry_run)
    with Ledger() as ledger:
        with outside.needing("search and browse"):
            report = _surveyed(settings, options, ledger)
        tell(report.show, report.as_json)
        _check(report.plan, records=not (dry_run or options.force))
        if dry_run:
            note("Dry run: nothing was published.")
        elif report.plan.products and _agreed(report, options):
            _publish(settings.picture_bucket, topic, report, ledger)


def _settings(options: BackfillOptions, *, dry_run: bool) -> EnrichSettings:
    settings = EnrichSettings.from_env()
    if not options.bucket:
        return settings
    if not dry_run:
        raise Ended(
            Exit.MISCONFIGURED,
            "--bucket is for dry runs: the enrich function looks at PICTURE_BUCKET only, and would find none"
            " of these. Add --dry-run, or write that bucket as PICTURE_BUCKET, for the function too.",
        )
    return settings.model_copy(update={"picture_bucket": options.bucket})


def _surveyed(settings: EnrichSettings, options: BackfillOptions, ledger: Ledger) -> BackfillReport:
    recognizer, naming = wiring.chosen_recognizer(settings), Naming(settings.object_pattern)
    room, catalog = outside.room(settings, recognizer.recognizer_id), wiring.catalog(settings)
    creates, everything = settings.create_missing_records, options.missing and options.whole
    wanted = options.wanted(creates=creates)
    if everything:
        # A key without the right is found out before a long walk.
        next(catalog.index.browse([]), None)
    with outside.storage() as storage:
        with progress("Labels remembered:") as told:
            settled = outside.labels(storage, settings, recognizer.recognizer_id).settled()
            ledger.note_paid(watched(settled, told))
        pictures = outside.pictures(storage, settings, naming)
        selection = Selection(catalog.index.records, pictures.list_product, room, ledger, wanted, creates)
        surveyor = Surveyor(naming.product, LIMITS.max_bytes, ledger, selection, options.limit)
        with progress("Objects listed:") as told:
            plan = surveyor.survey(watched(pictures.walk(options.prefix, options.after), told))
    if everything:
        with progress("Records browsed:") as told:
            records = watched(catalog.index.browse(room.judge.read), told)
            Gone(room.judge, naming.example, ledger, wanted).survey(records, plan)
    place, limit = f"gs://{settings.picture_bucket}/{options.prefix}", LIMITS.max_bytes
    return BackfillReport(place, settings.recognizer, recognizer.recognizer_id, limit, options, plan)


def _check(plan: Plan, *, records: bool) -> None:
    if plan.tally.objects and plan.tally.outside.count == plan.tally.objects:
        raise Ended(Exit.BAD_DATA, "No name matches OBJECT_PATTERN: correct it, or rename the pictures.")
    lacking, listed = plan.seen.no_record, sum(plan.states.values())
    if records and 2 * lacking.count > listed:
        raise Ended(
            Exit.BAD_DATA,
            f"{lacking.count:,} of {listed:,} products have no record, {lacking.text}: nothing was published."
            " Are pictures named by objectID, and are OBJECT_PATTERN and ALGOLIA_INDEX those of this shop?"
            " With --force they are asked for all the same, and wait for their records.",
        )


def _agreed(report: BackfillReport, options: BackfillOptions) -> bool:
    calls = counted(report.plan.calls, "recognizer call")
    question = f"Look again at {counted(report.plan.products, 'product')}, with {calls}?"
    if options.yes or click.confirm(question, err=True):
        return True
    note("Nothing was published.")
    return False


def _publish(bucket: str, topic: str, report: BackfillReport, ledger: Ledger) -> None:
    publishing, total = Publishing(Pace(report.options.rate)), report.plan.products
    try:
        with (
            progress("Products asked for:", total) as told,
            outside.picture_topic(topic) as pictures,
            stopping_on_interrupt() as stop,
        ):
            publishing.publish(ledger.looks(), partial(pictures.ask, bucket), stop, told)
    except (Transient, Misconfigured, KeyboardInterrupt):
        _say_how_to_go_on(publishing, report)
        raise
    note(f"{publishing.confirmed:,} of {total:,} products asked for.")
    if publishing.confirmed < total or report.options.limit is not None:
        _say_how_to_go_on(publishing, report)
    if publishing.confirmed < total:
        raise Ended(Exit.INTERRUPTED, "Stopped by Ctrl-C; what was asked for is safe.")


def _say_how_to_go_on(publishing: Publishing, report: BackfillReport) -> None:
    done, options = publishing.confirmed, report.options
    # With a limit the rest of it is left, or after the whole of it as many again.
    limit = options.limit and (options.limit - done or options.limit)
    note(f"Go on with:\n  {calling.again(after=publishing.last or options.after, limit=limit)}")
