"""Google Cloud Vision with every setting that changes what is asked, for the suite in `test_labelers`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from devstack.vision.annotator import Annotator
from devstack.vision.server import serving
from devstack.vision.service import Service
from shared.labeling import Labeler
from shared.labeling.providers import google_vision
from shared.labeling.providers.google_vision.features import Objects
from tests.contract.labeler_contract import PHOTOS, Subject

URI = "gs://pictures/products/1/0.jpg"


@contextmanager
def every_feature(behind: Labeler, objects: Objects) -> Iterator[Subject]:
    """Vision's stand-in, which labels as `behind` does, asked for everything it finds.

    With `objects` "largest" a picture costs two calls, and is taken as bytes only.
    """
    service = Service(Annotator(behind, {URI: PHOTOS[0]}.__getitem__))
    largest = objects == "largest"
    with serving(service) as addresses:
        labeler = google_vision.create(
            endpoint=addresses.grpc,
            objects=objects,
            logos=True,
            text=True,
            colours=True,
            safe_search="very-likely",
        )
        yield Subject(
            labeler,
            uri=None if largest else URI,
            calls=lambda: service.counts()["calls"],
            calls_each=2 if largest else 1,
        )
