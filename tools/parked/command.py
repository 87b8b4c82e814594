"""`parked list|explain|replay|drop`: the events that could not succeed, printed or dealt with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial, reduce, wraps

import click

from tools import calling, wiring
from tools.commands import Group
from tools.exits import Ended, Exit
from tools.output import facts, note, say, table, tell
from tools.parked.cases import Case, Held, Selector, advice, happened, held_in, reasons, replayed, stage
from tools.wiring import QueueSettings, TopicSettings

_UNKNOWN = "?"
_LIMIT = click.option(
    "--limit",
    type=click.IntRange(1, 10_000),
    default=1_000,
    show_default=True,
    metavar="N",
    help="Read at most N parked events.",
)
_REASON = click.option(
    "--reason", type=click.Choice(reasons()), metavar="REASON", help="Only those with this reason."
)
_PRODUCT = click.option("--product", metavar="ID", help="Only those of this product.")
_ID = click.option("--id", "case_id", metavar="ID", help="Only this one.")
_ALL = click.option("--all", "everything", is_flag=True, help="All of them.")


def _selecting(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that say which events, and the selector they make."""

    @wraps(command)
    def selected(
        *, reason: str | None, product: str | None, case_id: str | None, everything: bool, **others: object
    ) -> None:
        if everything == any((reason, product, case_id)):
            raise click.UsageError("Say which: either --all, or --reason, --product or --id.")
        command(selector=Selector(reason, product, case_id), **others)

    return reduce(lambda wrapped, option: option(wrapped), (_LIMIT, _ALL, _ID, _PRODUCT, _REASON), selected)


@click.group(cls=Group)
def parked() -> None:
    """Deal with the events that could not succeed.

    Needs PARKED_SUBSCRIPTION, and OBJECT_PATTERN where the function has it. What a command does not remove
    stays parked; while it runs nobody else sees the events.
    """


@parked.command("list", example="--reason bad-picture")
@_REASON
@_PRODUCT
@_LIMIT
def list_(*, reason: str | None, product: str | None, limit: int) -> None:
    """Show what is parked, one line for each content or event."""
    with held_in(QueueSettings.from_env(), Selector(reason, product), limit) as held:
        of_some = " that fits" if reason or product else ""
        tell(
            partial(show, held.cases, f"Nothing is parked{of_some}."),
            lambda: [fields(case) for case in held.cases],
        )


@parked.command(example="42")
@click.argument("case_id", metavar="ID")
@_LIMIT
def explain(*, case_id: str, limit: int) -> None:
    """Explain in plain words what happened to one of them, and what to do."""
    selector = Selector(id=case_id)
    with held_in(QueueSettings.from_env(), selector, limit) as held:
        _require_any(held, selector)
        tell(partial(explain_each, held.cases), lambda: [_explained(case) for case in held.cases])


@parked.command(example="--reason throttled")
@_selecting
def replay(*, selector: Selector, limit: int) -> None:
    """Look again at the products of these events.

    The recognizer is asked again about what it refused. An event is removed once its message is safely
    published; one that fails again is parked anew. Events whose original cannot be read are kept.

    Needs PICTURE_TOPIC too.
    """
    topic = TopicSettings.from_env().picture_topic
    with held_in(QueueSettings.from_env(), selector, limit) as held:
        _require_any(held, selector)
        unreadable = [case for case in held.cases if case.origin is None]
        with wiring.picture_topic(topic) as pictures:
            done = replayed(held, pictures)
        kept = [fields(case) for case in unreadable]
        tell(partial(_show_replayed, done, unreadable), lambda: {"replayed": done, "kept": kept})
        if unreadable:
            raise Ended(Exit.BAD_DATA, f"{len(unreadable):,} kept: it cannot be read what they are about.")


def _show_replayed(done: int, unreadable: Sequence[Case]) -> None:
    note(f"{done:,} replayed.")
    if unreadable:
        show(unreadable)


@parked.command(example="--product 42")
@_selecting
@click.option("--yes", is_flag=True, help="Do not ask.")
def drop(*, selector: Selector, limit: int, yes: bool) -> None:
    """Forget these events for good."""
    with held_in(QueueSettings.from_env(), selector, limit) as held:
        _require_any(held, selector)
        dropped = list(held.cases)
        if dropped and not calling.wants_json():
            show(dropped)
        if dropped and not yes:
            dropped = dropped if click.confirm(f"Drop {len(dropped):,} for good?", err=True) else []
        held.finish(dropped)
        tell(
            partial(note, f"{len(dropped):,} dropped."),
            lambda: {"dropped": [fields(case) for case in dropped]},
        )


def _require_any(held: Held, selector: Selector) -> None:
    if not held.cases:
        if selector.id:
            raise Ended(Exit.BAD_DATA, f"Nothing is parked under the id {selector.id}.")
        note("Nothing is parked that fits.")


def show(found: Sequence[Case], nothing: str = "Nothing is parked.") -> None:
    """Print a line for each case, or that there is none."""
    if not found:
        say(nothing)
        return
    columns = ("id", "parked", "reason", "product", "picture", "times")
    table(columns, [_row(case) for case in found])
    say(f"What one means and what to do: {calling.line('parked', 'explain', 'ID')}")


def explain_each(found: Sequence[Case]) -> None:
    """Print what happened to each case, and what to do."""
    for case in found:
        _explain(case)


def _explain(case: Case) -> None:
    times = f", {len(case.leased)} times" if len(case.leased) > 1 else ""
    rows = [
        ("picture", case.origin.address if case.origin else "the original event cannot be read"),
        ("product", case.product or _UNKNOWN),
        ("parked", f"{_time(case)}{times}"),
        ("reason", case.parked.reason),
        ("it says", case.parked.message),
    ]
    facts(f"Parked event {case.id}", rows)
    say(happened(case.parked.reason))
    if staged := stage(case.parked.stage):
        say(staged)
    say(f"What to do: {advice(case.parked.reason)}.")
    for verb in ("replay", "drop"):
        say(f"  {calling.line('parked', verb, f'--id={case.id}')}")


def _explained(case: Case) -> dict[str, object]:
    reason = case.parked.reason
    return {**fields(case), "happened": happened(reason), "advice": advice(reason)}


def _row(case: Case) -> tuple[str, ...]:
    name = case.origin.name if case.origin else _UNKNOWN
    return (case.id, _time(case), case.parked.reason, case.product or _UNKNOWN, name, str(len(case.leased)))


def fields(case: Case) -> dict[str, object]:
    """A case for scripts."""
    newest = case.parked
    return {
        "id": case.id,
        "parked": case.leased[-1].published.isoformat(),
        "times": len(case.leased),
        "reason": newest.reason,
        "stage": newest.stage,
        "message": newest.message,
        "product": case.product,
        "picture": case.origin.address if case.origin else None,
        "contentHash": newest.content_hash or None,
        "event": newest.event,
    }


def _time(case: Case) -> str:
    return f"{case.leased[-1].published:%Y-%m-%d %H:%M}"
