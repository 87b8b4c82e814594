"""From findings to one sentence and a thing to do; pure."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from tools.explain.findings import Findings
from tools.output import counted
from tools.records import Recorded


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether all is well, what is the case, and what to do about it, empty for nothing."""

    good: bool
    text: str
    advice: str = ""


def verdict(found: Findings) -> Verdict:
    """The first thing that is wrong, else that all is well."""
    trouble = next(_troubles(found), None)
    if trouble:
        return _with_cause(trouble, found)
    if found.parked:
        return Verdict(good=True, text="Up to date, though an event is parked.", advice=_parked(found))
    if not found.pictures:
        return Verdict(good=True, text="Up to date: the bucket has no picture of this product.")
    return Verdict(good=True, text="Up to date: the record says what the pictures show.")


def _troubles(found: Findings) -> Iterator[Verdict]:
    record = found.record
    if record is None:
        yield _without_record(found)
        return
    if found.unlabelled:
        yield _bad(f"Not labelled yet: {counted(len(found.unlabelled), 'picture')}.", _backfill(found))
    if not record.enriched:
        if found.pictures:
            yield _bad("The record has none of our attributes.", _backfill(found, "--missing"))
        return
    if found.pictures and record.recogniser != found.recogniser_id:
        yield _bad("The record's labels are another recogniser's.", _backfill(found, "--relabel"))
    if _behind(record, found):
        yield _bad("The record is behind: it does not say what is in the bucket now.", _backfill(found))
    if found.refused:
        yield _bad(
            f"The recogniser refused {counted(len(found.refused), 'picture')}; the others count.",
            _parked(found),
        )


def _without_record(found: Findings) -> Verdict:
    if not found.pictures:
        return _bad(
            "Neither the bucket nor the index knows this product.",
            "check how it is spelt, and OBJECT_PATTERN",
        )
    return _bad(
        "The index has no record of this product.",
        f"add the record or set CREATE_MISSING_RECORDS=true, then: {_backfill(found)}",
    )


def _behind(record: Recorded, found: Findings) -> bool:
    accepted = len(found.pictures) - len(found.refused)
    stale = record.version is not None and record.version < found.newest
    return stale or record.pictures != accepted or set(record.labels) != found.labels


def _with_cause(trouble: Verdict, found: Findings) -> Verdict:
    """A parked event is why the rest is missing, so it comes first."""
    if not found.parked:
        return trouble
    reason = found.parked[-1].parked.reason
    return _bad(f"{trouble.text} An event about it is parked: {reason}.", _parked(found))


def _bad(text: str, advice: str) -> Verdict:
    return Verdict(good=False, text=text, advice=advice)


def _parked(found: Findings) -> str:
    if found.parked:
        return f"uv run tools parked explain {found.parked[-1].id}"
    if found.parked is None:
        return "set PARKED_SUBSCRIPTION and ask again, or look with: uv run tools parked list"
    return "replace or delete the refused pictures"


def _backfill(found: Findings, option: str = "") -> str:
    """The command that looks again at all pictures of the product."""
    names = [picture.name for picture in found.pictures]
    if not names:
        return "wait a minute; else upload any picture of the product and delete it again"
    prefix = os.path.commonprefix(names)  # noqa: RUF071 - object names have no folders, so characters count
    return shlex.join(["uv", "run", "tools", "backfill", f"--prefix={prefix}", *([option] if option else [])])
