"""`visual-search check recognizer`, against the vendors' stand-ins, and with every other answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager

import pytest

from devstack.rekognition import server as rekognition_server
from devstack.standins import KEY
from devstack.visenze import server as visenze_server
from devstack.vision import server as vision_server
from shared.environment import Settings
from shared.errors import Failure, Misconfigured, Permanent, Reason, Transient
from shared.imaging import Picture
from shared.labeling import Recognizer
from shared.labeling.providers.google_vision import PROVIDER, VisionSettings
from shared.model import Label, Labels
from tests.fakes.recognizer import FakeRecognizer
from tests.pictures import heic, jpeg, scene
from tests.tools.conftest import Tools
from tools.live.recognizing import RECOGNIZING, RecognizerBench

NAMES = [probe.name for probe in RECOGNIZING]
BEHIND = FakeRecognizer({}, (Label("Mug", 0.98),))
PICTURE = jpeg(1)
BAD = Permanent(Reason.BAD_PICTURE, "no picture")
LABELS: Labels = (Label("Mug", 0.9),)


@contextmanager
def vision_stand_in() -> Iterator[Mapping[str, str]]:
    with vision_server.serving(vision_server.Service(BEHIND)) as addresses:
        yield {"RECOGNIZER": "google-vision", "VISION_ENDPOINT": addresses.grpc}


@contextmanager
def rekognition_stand_in() -> Iterator[Mapping[str, str]]:
    with rekognition_server.serving(rekognition_server.Service(BEHIND)) as address:
        own = {"REKOGNITION_REGION": "eu-west-1", "REKOGNITION_ENDPOINT": address}
        keys = {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": "of a stand-in"}
        yield {"RECOGNIZER": "rekognition", **own, **keys}


@contextmanager
def visenze_stand_in() -> Iterator[Mapping[str, str]]:
    with visenze_server.serving(visenze_server.Service(BEHIND, ("access", "secret"))) as host:
        keys = {"VISENZE_ACCESS_KEY": "access", "VISENZE_SECRET_KEY": "secret"}
        yield {"RECOGNIZER": "visenze", **keys, "VISENZE_TAG_GROUP": "shop", "VISENZE_HOST": host}


REFUSED = "refused as a caller"
STAND_INS = [
    (vision_stand_in, {"cut": "labels", "wrong-key": "no key"}),
    (rekognition_stand_in, {"wrong-key": REFUSED, "regions": "none to ask"}),
    (visenze_stand_in, {"cut": "labels", "wrong-key": REFUSED, "regions": "none to ask"}),
]
StandIn = Callable[[], AbstractContextManager[Mapping[str, str]]]


@pytest.mark.parametrize(("stand_in", "own"), STAND_INS)
def test_every_vendor_is_asked_by_its_own_declaration(stand_in: StandIn, own: Mapping[str, str]) -> None:
    with stand_in() as env:
        tools = Tools(dict(env))
        told = tools.json("check", "recognizer", "--yes")
        asked = tools("check", "recognizer", answer="n\n")
    found = {each["name"]: each for each in told["probes"]}
    expected = {**{probe.name: probe.expected for probe in RECOGNIZING}, **own}
    assert {name: each["found"] for name, each in found.items()} == expected
    assert found["cut"]["found"] == "labels" or " says: " in found["cut"]["detail"], "the vendor is asked"
    assert asked.exit_code == 130
    assert "This sends" in asked.stderr
    assert "USD" in asked.stderr or "not published" in asked.stderr


Answer = Callable[[bytes, VisionSettings], Labels | Failure]


class Moody(Recognizer):
    """Answers by what is sent and how it is made."""

    name = "moody"

    def __init__(self, settings: Settings, answer: Answer) -> None:
        self._settings = settings
        self._answer = answer

    def label_many(self, pictures: list[Picture]) -> list[Labels | Failure]:  # type: ignore[override]
        assert isinstance(self._settings, VisionSettings)
        sent = (each.content or each.raster.jpeg() for each in pictures)  # type: ignore[union-attr] # one is
        return [self._answer(content, self._settings) for content in sent]


def refusing(_: bytes, __: VisionSettings) -> Labels | Failure:
    raise Misconfigured("VISION_API_KEY", "write another one")


def by_region(_: bytes, settings: VisionSettings) -> Labels | Failure:
    return Transient(Reason.ALGOLIA_SLOW, "no answer") if settings.region == "us" else LABELS


def by_key(_: bytes, settings: VisionSettings) -> Labels | Failure:
    return LABELS if settings.api_key.get_secret_value() == "k" else BAD


@pytest.mark.parametrize(
    ("probe", "answer", "expected"),
    [
        ("labels", lambda *_: LABELS, "labels"),
        ("labels", lambda *_: (), "no labels"),
        ("labels", lambda *_: BAD, "refused as a picture"),
        ("labels", refusing, REFUSED),
        ("labels", lambda *_: Transient(Reason.ALGOLIA_SLOW, "slow"), "not told"),
        ("cut", lambda *_: LABELS, "labels"),
        ("cut", lambda *_: (), "no labels"),
        ("cut", lambda *_: BAD, "refused as a picture"),
        ("cut", refusing, REFUSED),
        ("largest", lambda content, _: BAD if len(content) > 1_000_000 else LABELS, "refused as a picture"),
        ("largest", lambda content, _: LABELS if len(content) > 1_000_000 else BAD, "labels"),
        ("largest", lambda *_: (), "no labels"),
        ("wrong-key", by_key, "refused as a picture"),
        ("wrong-key", lambda *_: LABELS, "labels"),
        ("wrong-key", refusing, REFUSED),
        ("regions", by_region, "some do not"),
        ("regions", lambda *_: LABELS, "all"),
        ("cut", lambda content, _: BAD if len(content) < len(PICTURE) else LABELS, "refused as a picture"),
    ],
)
def test_every_answer_is_told(probe: str, answer: Answer, expected: str) -> None:
    settings = VisionSettings.model_validate({"VISION_API_KEY": "k"})
    bench = RecognizerBench(PROVIDER, settings, lambda own: Moody(own, answer), PICTURE)
    assert RECOGNIZING[NAMES.index(probe)].find(bench).answer == expected


@pytest.mark.parametrize("probe", ["cut", "largest"])
def test_it_is_what_the_vendor_gets_that_is_cut_and_padded(probe: str) -> None:
    sent: list[bytes] = []

    def answer(content: bytes, _: VisionSettings) -> Labels:
        sent.append(content)
        return LABELS

    settings = VisionSettings.model_validate({})
    bench = RecognizerBench(PROVIDER, settings, lambda own: Moody(own, answer), heic(scene()))
    RECOGNIZING[NAMES.index(probe)].find(bench)
    assert [content[:2] for content in sent] == [b"\xff\xd8"]


def test_what_gets_no_labels_is_bad_news() -> None:
    with visenze_stand_in() as env:
        result = Tools({**env, "VISENZE_SECRET_KEY": "another"})("check", "recognizer", "--yes")
    assert result.exit_code == 1
    assert "gives no labels" in result.stderr
