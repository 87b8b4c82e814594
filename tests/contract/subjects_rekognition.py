"""Amazon Rekognition as a subject of the labelers' contract, against the stand-in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from devstack.rekognition.server import Service, serving
from devstack.standins import KEY
from shared.labeling import Labeler
from shared.labeling.provider import Wanted
from shared.labeling.providers import rekognition
from tests.contract.labeler_contract import Subject


@contextmanager
def subject(behind: Labeler) -> Iterator[Subject]:
    """The recogniser, whose stand-in has its labels from `behind`; colours included."""
    service = Service(behind)
    with serving(service) as address:
        settings = {
            "REKOGNITION_REGION": "eu-west-1",
            "REKOGNITION_ENDPOINT": address,
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": "of a stand-in",
        }
        labeler = rekognition.create(
            rekognition.RekognitionSettings.from_env(settings), Wanted(features=("colors",))
        )
        yield Subject(labeler, calls=lambda: service.server.counts()["calls"])
