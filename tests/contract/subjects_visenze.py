"""ViSenze as a subject of the recognizers' contract, against the stand-in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from devstack.visenze.server import Service, serving
from shared.labeling import Recognizer
from shared.labeling.provider import Wanted
from shared.labeling.providers import visenze
from tests.contract.recognizer_contract import Subject

KEYS = ("an access key", "a secret key")


@contextmanager
def subject(behind: Recognizer) -> Iterator[Subject]:
    """The recognizer, whose stand-in has its labels from `behind`; unsure ones included."""
    access, secret = KEYS
    service = Service(behind, KEYS)
    with serving(service) as host:
        settings = {
            "VISENZE_ACCESS_KEY": access,
            "VISENZE_SECRET_KEY": secret,
            "VISENZE_TAG_GROUP": "contract",
            "VISENZE_HOST": host,
        }
        recognizer = visenze.create(visenze.VisenzeSettings.from_env(settings), Wanted(min_score=0.0))
        yield Subject(recognizer, calls=lambda: service.server.counts()["calls"])
