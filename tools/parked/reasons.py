"""The meaning of each reason, and advice about it; pure."""

from __future__ import annotations

from collections.abc import Mapping

from shared.errors import FailureReason, Reason
from shared.labeling import registry

TOO_OLD = "too-old"
"""The stage of an event that was tried again and again until it was older than MAX_EVENT_AGE."""

_STAGES: Mapping[str, str] = {
    "handling": "The event could not be handled, and trying again could not have helped.",
    "labeling": "The recognizer refused the picture; the product's other pictures count all the same.",
    TOO_OLD: "It was tried again until it was older than MAX_EVENT_AGE, and still failed.",
}


def known(reason: str) -> FailureReason | None:
    """The reason of that slug; None where there is none."""
    return next((each for each in (*Reason, *registry.reasons()) if each == reason), None)


def happened(reason: str) -> str:
    """The explanation of a reason."""
    found = known(reason)
    return found.happened if found and found.happened else "There is no explanation for this reason here."


def advice(reason: str) -> str:
    """Advice about a reason."""
    found = known(reason)
    return (
        found.advice if found and found.advice else "read the message above; replay it if it may succeed now"
    )


def stage(name: str) -> str:
    """The meaning of an event's stage."""
    return _STAGES.get(name, "")
