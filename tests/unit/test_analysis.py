from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from shared.analysis import Colors, Extractor, FeatureExtractor, LateExtractor, PhotoAnalyzer
from shared.breaking import Breaker
from shared.errors import Failure, Misconfigured, Permanent, Transient
from shared.imaging import Picture, Raster
from shared.labeling import Recognizer
from shared.logs import step_times
from shared.model import Appearance, Label, Labels, Vector
from tests.fakes.encoder import FakeEncoder
from tests.fakes.imaging import FakeImaging, called
from tests.fakes.recognizer import FakeRecognizer

SHOE, RED, WHITE = (Label("Shoe", 0.9),), (Label("red", 1.0),), (Label("white", 1.0),)
EAST, NORTH = (1.0, 0.0), (0.0, 1.0)
A, B, BAD = Picture(b"a"), Picture(b"b"), Picture(b"bad")
PATIENCE = 30.0
REFUSED = Permanent("bad-picture", "no picture")
BUSY = Transient("busy", "later")
ROOM = FakeImaging()
NO_MODEL = Misconfigured("MODEL_PATH", "write a file")
NO_KEY = Misconfigured("VISION_API_KEY", "write one")
Problem = Failure | Misconfigured


def colors_of(raster: Raster) -> Labels:
    name = called(Picture(raster=raster))
    if name == b"bad":
        raise REFUSED
    return WHITE if name == b"b" else RED


def encoder(*, misconfigured: Misconfigured | None = None, **answers: Vector | Failure) -> FakeEncoder:
    known: dict[bytes, Vector | Failure] = {name.encode(): said for name, said in answers.items()}
    return FakeEncoder(known, EAST, misconfigured=misconfigured)


def extractor(encodes: FakeEncoder | None, colors: Colors | None = colors_of) -> FeatureExtractor:
    return FeatureExtractor("s", ROOM, encodes, colors)


def recognizer(said: Labels | Problem = SHOE) -> FakeRecognizer:
    if isinstance(said, Misconfigured):
        return FakeRecognizer({}, misconfigured=said)
    return FakeRecognizer({}, said)


def analyzed(
    asked: Recognizer, seeing: Extractor | None, breaker: Breaker | None = None, times: int = 1
) -> list[Appearance | Problem]:
    """What each of so many calls returned or raised."""
    outcomes: list[Appearance | Problem] = []
    with ThreadPoolExecutor(1) as background:
        analyzer = PhotoAnalyzer(asked, seeing, background, breaker)
        for _ in range(times):
            try:
                outcomes.append(analyzer.analyze(A))
            except (Failure, Misconfigured) as problem:
                outcomes.append(problem)
    return outcomes


def test_pictures_are_encoded_together_and_the_refused_alone_have_no_look() -> None:
    encodes = encoder(a=EAST, b=NORTH)
    assert extractor(encodes).look_many([BAD, B, A]) == [
        *(REFUSED, Appearance(colors=WHITE, vector=NORTH), Appearance(colors=RED, vector=EAST)),
    ]
    assert encodes.asked == [(BAD, B, A)]
    assert extractor(encoder(b=BUSY)).look_many([B, A]) == [BUSY, Appearance(colors=RED, vector=EAST)]
    assert extractor(encoder(a=NORTH), None).look_many([A]) == [Appearance(vector=NORTH)]
    assert extractor(None).look_many([A]) == [Appearance(colors=RED)]


@pytest.mark.parametrize(("of_products", "vector"), [(False, EAST), (True, NORTH)])
def test_pictures_of_products_are_given_more_time_than_photos(vector: Vector, *, of_products: bool) -> None:
    class Thorough(FakeEncoder):
        def encode_products(self, pictures: Sequence[Picture]) -> list[Vector | Failure]:
            return [NORTH for _ in pictures]

    seeing = FeatureExtractor("s", ROOM, Thorough({}), of_products=of_products)
    assert seeing.look_many([A]) == [Appearance(vector=vector)]


def test_what_is_slow_to_load_is_loaded_when_told_to_and_a_recognizer_that_fails_is_tried_once() -> None:
    tries: list[str] = []

    class LoadingEncoder(FakeEncoder):
        def prepare(self) -> None:
            tries.append("encoder")

    class LoadingRecognizer(FakeRecognizer):
        def prepare(self) -> None:
            tries.append("recognizer")
            raise NO_KEY

    for encodes in (None, LoadingEncoder({})):
        extractor(encodes).prepare()
    with ThreadPoolExecutor(1) as background:
        analyzer = PhotoAnalyzer(LoadingRecognizer({}), None, background)
        for _ in range(3):
            analyzer.prepare()
    assert tries == ["encoder", "recognizer"]


LOOKS = [
    (SHOE, extractor(encoder(a=NORTH)), Appearance(SHOE, RED, NORTH)),
    ((), extractor(encoder(a=NORTH)), Appearance((), RED, NORTH)),
    (SHOE, None, Appearance(SHOE)),
    (SHOE, LateExtractor(lambda: None), Appearance(SHOE)),
    (SHOE, extractor(encoder(a=REFUSED)), Appearance(SHOE)),
    (SHOE, extractor(encoder(a=BUSY)), Appearance(SHOE)),
]


@pytest.mark.parametrize(("labels", "seeing", "look"), LOOKS)
def test_a_photo_looks_as_both_say(labels: Labels, seeing: Extractor | None, look: Appearance) -> None:
    assert analyzed(recognizer(labels), seeing) == [look]


@pytest.mark.parametrize(
    ("said", "of_encoder", "raised"),
    [
        *((wrong, None, wrong) for wrong in (REFUSED, BUSY, NO_KEY)),
        *((SHOE, NO_MODEL, NO_MODEL), (NO_KEY, NO_MODEL, NO_KEY)),
    ],
)
def test_what_fails_a_photo_is_raised(
    said: Labels | Problem, of_encoder: Misconfigured | None, raised: Problem
) -> None:
    assert analyzed(recognizer(said), extractor(encoder(misconfigured=of_encoder))) == [raised]


def test_an_extractor_is_made_and_works_while_the_recognizer_is_being_waited_for() -> None:
    meeting, makers = threading.Barrier(2, timeout=PATIENCE), list[int]()

    class Met(FakeRecognizer):
        def label_many(self, pictures: Sequence[Picture]) -> list[Labels | Failure]:
            meeting.wait()
            return super().label_many(pictures)

    class Meeting(FakeEncoder):
        def encode_many(self, pictures: Sequence[Picture]) -> list[Vector | Failure]:
            meeting.wait()
            return super().encode_many(pictures)

    def made() -> FeatureExtractor:
        makers.append(threading.get_ident())
        return extractor(Meeting({}))

    late = LateExtractor(made)
    assert makers == []
    assert analyzed(Met({}, SHOE), late) == [Appearance(SHOE, RED, EAST)]
    assert makers != [threading.get_ident()]


def test_the_recognizer_is_asked_first_and_the_encoder_waits_no_longer_than_for_the_answer() -> None:
    asked, waited = recognizer(), threading.Event()

    class Second(FakeEncoder):
        def encode_many(self, pictures: Sequence[Picture]) -> list[Vector | Failure]:
            assert asked.asked
            waited.set()
            return super().encode_many(pictures)

    with ThreadPoolExecutor(1) as background, ThreadPoolExecutor(1) as shopper:
        looking = PhotoAnalyzer(asked, extractor(Second({}, EAST)), background)
        looking.head_start = 2 * PATIENCE
        look = shopper.submit(looking.analyze, A)
        assert waited.wait(PATIENCE)
        assert look.result(PATIENCE) == Appearance(SHOE, RED, EAST)


@pytest.mark.parametrize(
    ("seeing", "steps"), [(extractor(encoder()), ["recognize", "encode"]), (None, ["recognize"])]
)
def test_each_is_timed(seeing: Extractor | None, steps: list[str]) -> None:
    with step_times() as timed:
        analyzed(recognizer(), seeing)
        assert list(timed) == steps


@pytest.mark.parametrize(("said", "why", "asked"), [(BUSY, "busy", 2), (NO_KEY, "misconfigured", 1)])
def test_with_a_vector_a_photo_is_seen_by_the_extractor_alone(said: Problem, why: str, asked: int) -> None:
    down = recognizer(said)
    looks = analyzed(down, extractor(encoder(a=NORTH)), Breaker(failures=2), times=5)
    assert looks == [Appearance((), RED, NORTH, unlabeled=why)] * 5
    assert len(down.asked) == asked


@pytest.mark.parametrize(("said", "asked"), [(BUSY, 2), (NO_KEY, 1), (REFUSED, 5)])
@pytest.mark.parametrize("seeing", [None, extractor(None), extractor(encoder(a=REFUSED))])
def test_without_a_vector_trouble_is_raised(
    lines: list[logging.LogRecord], said: Problem, asked: int, seeing: Extractor | None
) -> None:
    down = recognizer(said)
    outcomes = analyzed(down, seeing, Breaker(failures=2), times=5)
    assert {(type(each), str(each)) for each in outcomes} == {(type(said), str(said))}
    assert len(down.asked) == asked
    assert {line.getMessage() for line in lines} <= {"photo not encoded"}, "it is told where it is caught"


TOLD = [
    (NO_KEY, ("CRITICAL", "misconfigured", {"setting": "VISION_API_KEY", "detail": "write one"})),
    (BUSY, ("WARNING", "recognizer down", {"reason": "busy", "detail": "later"})),
]


@pytest.mark.parametrize(("said", "told"), TOLD, ids=["no key", "busy"])
def test_hidden_trouble_is_told_at_each_try(
    lines: list[logging.LogRecord], said: Problem, told: tuple[str, str, object]
) -> None:
    now = [0.0]
    breaker = Breaker(failures=2, pause=5.0, clock=lambda: now[0])
    for now[0] in (0.0, 0.0, 0.0, 4.9, 5.0, 5.0):
        analyzed(recognizer(said), extractor(encoder()), breaker)
    assert [(line.levelname, line.getMessage(), line.__dict__["fields"]) for line in lines] == [told] * 2
    now[0] = 10.0
    assert analyzed(recognizer(), extractor(encoder()), breaker) == [Appearance(SHOE, RED, EAST)]
