"""The findings of a check: a table, the settings that fit, and JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tools import calling
from tools.live.advice import Recommended, tfvars
from tools.live.checking import Checked
from tools.live.probe import Asked, Finding, Probe
from tools.live.probes import PROBES
from tools.output import Row, counted, note, say, table

VERSION = 1
"""Of the JSON; its keys stay as long as this does."""


def show(found: Checked) -> None:
    """Print what was asked, expected and found, and what it means; then the settings that fit."""
    show_findings(PROBES, found.findings)
    ended = found.left or "the check's index is removed."
    say(f"{_requests(found.requests)}, {found.seconds:.1f} s; {ended}")
    if found.removed:
        note(f"Also removed, from a check that was killed: {', '.join(found.removed)}.")
    show_recommended(found.recommended)


def show_findings(probes: Iterable[Probe[Asked]], findings: Mapping[str, Finding]) -> None:
    """Print a row for each probe; what is not as expected has a mark."""
    table(("", "question", "expected", "found", "meaning"), _rows(probes, findings))


def _rows(probes: Iterable[Probe[Asked]], findings: Mapping[str, Finding]) -> Iterator[Row]:
    for probe in probes:
        finding = findings[probe.name]
        mark = "" if finding.answer == probe.expected else "!"
        told = f"{finding.answer} ({finding.detail})" if finding.detail else finding.answer
        yield mark, probe.question, probe.expected, told, probe.meaning(finding)


def _requests(spent: Mapping[str, int]) -> str:
    kinds = ", ".join(f"{count} of them {kind}" for kind, count in spent.items() if kind != "others")
    return f"{counted(sum(spent.values()), 'request')} ({kinds})"


def show_recommended(found: Recommended) -> None:
    """Print the settings, for the profile and for Terraform."""
    if not (found.values or found.countable):
        say("Nothing to set.")
        return
    if found.values:
        say("For both functions, in shop.tfvars:")
        for line in tfvars(found.values):
            say(f"  {line}")
        say("In the profile, which --write does:")
        for name, value in found.values.items():
            say(f'  {name} = "{value}"')
    if found.countable:
        say("Then run:")
        say(f"  {calling.line('index', 'apply', '--countable')}")


def document(found: Checked) -> dict[str, Any]:
    """Everything, for scripts."""
    return {
        "version": VERSION,
        "probes": told(PROBES, found.findings),
        "recommended": dict(found.recommended.values),
        "countable": found.recommended.countable,
        "requests": dict(found.requests),
        "removed": list(found.removed),
        "left": found.left,
        "seconds": round(found.seconds, 3),
    }


def told(probes: Iterable[Probe[Asked]], findings: Mapping[str, Finding]) -> list[dict[str, Any]]:
    """Every probe with its answer."""
    return [
        {
            "name": probe.name,
            "question": probe.question,
            "expected": probe.expected,
            "source": probe.source,
            "found": findings[probe.name].answer,
            "detail": findings[probe.name].detail,
            "numbers": dict(findings[probe.name].numbers),
            "meaning": probe.meaning(findings[probe.name]),
        }
        for probe in probes
    ]
