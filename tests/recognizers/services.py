"""The stand-ins of the vendors' services, and the recognizers as deployed that are pointed to them."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Any, Self

import pytest
from PIL import Image

from devstack.rekognition import server as rekognition
from devstack.serving import Fault
from devstack.standins import KEY, SECRET, StandInServer
from devstack.visenze import server as visenze
from devstack.vision import server as vision
from shared import wiring
from shared.errors import Failure, Permanent
from shared.imaging import Picture
from shared.labeling import Recognizer
from shared.model import Label, Labels
from shared.settings.labeling import LabelingSettings

KINDS = ("grpc", "rest", "visenze", "rekognition")
"""Google's over its two transports, and the others."""


class SizeRecognizer(Recognizer):
    """Names pictures by their format and size, so that an answer can be traced to what was sent."""

    name = recognizer_id = "size"

    def label_many(self, pictures: Sequence[Picture]) -> list[Labels | Failure]:
        return [self._look(picture.content or b"") for picture in pictures]

    def _look(self, content: bytes) -> Labels | Failure:
        try:
            with Image.open(io.BytesIO(content)) as image:
                image.load()
        except OSError as error:
            return Permanent("bad-picture", str(error))
        fillers = (Label(f"Filler {n}", 0.25 / n) for n in range(1, 14))
        return (
            Label(f"{image.format} {image.width} x {image.height}", 1.0),
            Label("Round", 0.8, "shape"),
            *fillers,
        )


def deployed(env: Mapping[str, str], **variables: str) -> Recognizer:
    known = {"ENCODER": "none", "RECOGNIZER_TIMEOUT": "10", **env}
    return wiring.chosen_recognizer(LabelingSettings.from_env(known | variables))


@dataclass(frozen=True)
class Vendor:
    """A service that is stood in for: its switches are at `url`, `place` is the variable of its address."""

    name: str
    place: str
    server: StandInServer[Any]
    fault: type[Fault]
    url: str
    env: Mapping[str, str]
    recognizer: Recognizer
    before: Mapping[str, int]

    @classmethod
    def of(
        cls, name: str, server: StandInServer[Any], fault: type[Fault], url: str, env: Mapping[str, str]
    ) -> Self:
        """Found by the first of the variables `env`."""
        env = {**env, "ENCODER": "none"}
        return cls(name, next(iter(env)), server, fault, url, env, deployed(env), server.counts())

    def create(self, **variables: str) -> Recognizer:
        """The recognizer as deployed with other variables, or more of them."""
        return deployed(self.env, **variables)

    def order(self, **fault: Any) -> None:  # noqa: ANN401 - fields of the service's own faults
        self.server.set_faults([self.fault(**fault)])

    @property
    def counted(self) -> tuple[int, int]:
        """Calls and pictures since the test began."""
        now = self.server.counts()
        return now["calls"] - self.before["calls"], now["pictures"] - self.before["pictures"]


@contextmanager
def standing_in(kind: str, answer_time: float = 0.0) -> Iterator[Vendor]:
    """A service of one of the `KINDS`."""
    behind, keys = SizeRecognizer(), (KEY, SECRET)
    if kind in {"grpc", "rest"}:
        google = vision.Service(behind, answer_time)
        with vision.serving(google) as at:
            env = {"VISION_ENDPOINT": getattr(at, kind), "RECOGNIZER": "google-vision"}
            yield Vendor.of("vision", google.server, vision.VisionFault, at.rest, env)
    elif kind == "visenze":
        seer = visenze.Service(behind, keys, answer_time)
        with visenze.serving(seer) as url:
            known = dict(zip(("VISENZE_ACCESS_KEY", "VISENZE_SECRET_KEY"), keys, strict=True))
            env = {"VISENZE_HOST": url, "RECOGNIZER": kind, "VISENZE_TAG_GROUP": "shapes", **known}
            yield Vendor.of(kind, seer.server, visenze.VisenzeFault, url, env)
    else:
        amazon = rekognition.Service(behind, answer_time)
        with rekognition.serving(amazon) as url:
            known = dict(zip(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), keys, strict=True))
            env = {
                "REKOGNITION_ENDPOINT": url,
                "RECOGNIZER": kind,
                "REKOGNITION_REGION": "eu-west-1",
                **known,
            }
            yield Vendor.of(kind, amazon.server, rekognition.RekognitionFault, url, env)


@pytest.fixture(scope="session")
def services() -> Iterator[Mapping[str, Vendor]]:
    with ExitStack() as running:
        yield {kind: running.enter_context(standing_in(kind)) for kind in KINDS}


def watching(*kinds: str) -> object:
    """The fixture `vendor`: calls are counted from its beginning on, and faults forgotten at its end."""

    @pytest.fixture(params=kinds)
    def vendor(request: pytest.FixtureRequest, services: Mapping[str, Vendor]) -> Iterator[Vendor]:
        service = services[request.param]
        yield replace(service, before=service.server.counts())
        service.server.set_faults([])

    return vendor


def best(outcome: Labels | Failure) -> str:
    assert not isinstance(outcome, Failure)
    return outcome[0].name
