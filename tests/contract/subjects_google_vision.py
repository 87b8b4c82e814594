"""Google Cloud Vision as subjects of the recognizers' contract, against the stand-in; features cost calls."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from devstack.vision.server import Service, serving
from shared.labeling import Recognizer
from tests.contract.recognizer_contract import Subject
from tests.vision.standing_in import pointed_to

EVERYTHING = ("logos", "text", "colors")


@contextmanager
def subject(
    behind: Recognizer, *features: str, safe_search: str = "", calls_each: int = 1
) -> Iterator[Subject]:
    """The recognizer, whose stand-in has its labels from `behind`."""
    service = Service(behind)
    with serving(service) as addresses:
        recognizer = pointed_to(addresses.grpc, *features, safe_search=safe_search)
        yield Subject(recognizer, calls=lambda: service.server.counts()["calls"], calls_each=calls_each)


def subject_boxes(behind: Recognizer) -> AbstractContextManager[Subject]:
    """Asked for everything it finds, in one call."""
    return subject(behind, "boxes", *EVERYTHING, safe_search="very-likely")


def subject_largest(behind: Recognizer) -> AbstractContextManager[Subject]:
    """Asked for everything about the largest object alone, which takes a call to find."""
    return subject(behind, "largest", *EVERYTHING, safe_search="very-likely", calls_each=2)
