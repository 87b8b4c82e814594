"""Google Cloud Vision with every setting that changes what is asked, for the suite in `test_labelers`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from shared.labeling.providers.google_vision.features import Objects

from devstack.vision.server import serving
from devstack.vision.service import Service
from shared.labeling import Labeler
from shared.labeling.providers import google_vision
from tests.contract.labeler_contract import Subject


def unconnected(uri: str) -> bytes:
    """Cloud Storage, where nothing is."""
    raise FileNotFoundError(uri)


@contextmanager
def subject(behind: Labeler, calls_each: int = 1, **settings: Any) -> Iterator[Subject]:  # noqa: ANN401 - any of the factory's keywords
    """The recogniser, whose stand-in labels as `behind` does."""
    service = Service(behind)
    with serving(service) as addresses:
        labeler = google_vision.create(endpoint=addresses.grpc, **settings)
        yield Subject(labeler, calls=lambda: service.desk.counts()["calls"], calls_each=calls_each)


def every_feature(behind: Labeler, objects: Objects) -> AbstractContextManager[Subject]:
    """Asked for everything it finds; with `objects` "largest" a picture costs two calls."""
    return subject(
        behind,
        calls_each=2 if objects == "largest" else 1,
        objects=objects,
        logos=True,
        text=True,
        colours=True,
        safe_search="very-likely",
    )
