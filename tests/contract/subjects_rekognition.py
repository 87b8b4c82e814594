"""Amazon Rekognition as a subject of the labelers' contract, against the stand-in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from devstack.rekognition.server import Service, serving
from devstack.standins import KEY
from shared.labeling import Labeler
from shared.labeling.providers import rekognition
from tests.contract.labeler_contract import Subject


@contextmanager
def subject(behind: Labeler) -> Iterator[Subject]:
    """The recogniser, whose stand-in has its labels from `behind`; colours included."""
    service = Service(behind)
    with serving(service) as address:
        labeler = rekognition.create(
            region="eu-west-1",
            endpoint=address,
            access_key_id=KEY,
            secret_access_key="a secret",  # noqa: S106 - of a stand-in
            image_properties=True,
        )
        yield Subject(labeler, calls=lambda: service.server.counts()["calls"])
