"""Amazon Rekognition as a subject of the recognizers' contract, against the stand-in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from devstack.rekognition.server import Service, serving
from devstack.standins import KEY
from shared.labeling import Recognizer
from shared.labeling.provider import Wanted
from shared.labeling.providers import rekognition
from tests.contract.recognizer_contract import Subject


@contextmanager
def subject(behind: Recognizer) -> Iterator[Subject]:
    """The recognizer, whose stand-in has its labels from `behind`; colors included."""
    service = Service(behind)
    with serving(service) as address:
        settings = {
            "REKOGNITION_REGION": "eu-west-1",
            "REKOGNITION_ENDPOINT": address,
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": "of a stand-in",
        }
        recognizer = rekognition.create(
            rekognition.RekognitionSettings.from_env(settings), Wanted(features=("colors",))
        )
        yield Subject(recognizer, calls=lambda: service.server.counts()["calls"])
