"""Google Cloud Vision with every feature that changes what is asked, for the suite in `test_labelers`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from devstack.vision.annotator import Annotator
from devstack.vision.server import serving
from devstack.vision.service import Service
from shared.labeling import Labeler
from tests.contract.labeler_contract import Subject
from tests.vision.standing_in import pointed_to

BESIDES = ("logos", "text", "colors")
"""What a picture is asked about in the same call."""


@contextmanager
def subject(
    behind: Labeler, *features: str, safe_search: str = "very-likely", calls_each: int = 1
) -> Iterator[Subject]:
    """The recognizer, whose stand-in labels as `behind` does."""
    service = Service(Annotator(behind))
    with serving(service) as addresses:
        labeler = pointed_to(addresses.grpc, *features, safe_search=safe_search)
        yield Subject(labeler, calls=lambda: service.counts()["calls"], calls_each=calls_each)
