from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor

import pytest

from shared.analysis import Colors, FeatureExtractor, LateExtractor, PhotoAnalyzer
from shared.breaking import Breaker
from shared.errors import Failure, Misconfigured, Permanent, Transient
from shared.imaging import Picture, Raster
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


def palette(named: Mapping[bytes, Labels | Failure]) -> Colors:
    def name(raster: Raster) -> Labels:
        said = named[called(Picture(raster=raster))]
        if isinstance(said, Failure):
            raise said
        return said

    return name


COLORS = palette({b"a": RED, b"b": WHITE, b"bad": REFUSED})


def encoder(*, misconfigured: Misconfigured | None = None, **answers: Vector | Failure) -> FakeEncoder:
    known: dict[bytes, Vector | Failure] = {name.encode(): said for name, said in answers.items()}
    return FakeEncoder(known, EAST, misconfigured=misconfigured)


def test_eyes_see_vectors_and_colors_in_the_order_of_the_pictures() -> None:
    seen = FeatureExtractor("s", ROOM, encoder(a=EAST, b=NORTH), COLORS).look_many([B, A])
    assert seen == [Appearance(colors=WHITE, vector=NORTH), Appearance(colors=RED, vector=EAST)]
    assert FeatureExtractor("s", ROOM, encoder(a=NORTH)).look_many([A]) == [Appearance(vector=NORTH)]
    assert FeatureExtractor("s", ROOM, colors=COLORS).look_many([A]) == [Appearance(colors=RED)]


def test_pictures_are_encoded_together() -> None:
    encodes = encoder()
    FeatureExtractor("s", ROOM, encodes, COLORS).look_many([A, B])
    assert encodes.asked == [(A, B)]


def test_a_picture_that_is_refused_is_the_only_one_without_a_look() -> None:
    seen = FeatureExtractor("s", ROOM, encoder(b=BUSY), COLORS).look_many([BAD, B, A])
    assert seen == [REFUSED, BUSY, Appearance(colors=RED, vector=EAST)]


def test_eyes_without_a_model_are_misconfigured() -> None:
    with pytest.raises(Misconfigured, match="MODEL_PATH"):
        FeatureExtractor("s", ROOM, encoder(misconfigured=NO_MODEL), COLORS).look_many([A])


class Loading(FakeEncoder):
    """Counts how often it is prepared."""

    def __init__(self) -> None:
        super().__init__({})
        self.prepared = 0

    def prepare(self) -> None:
        self.prepared += 1


def test_preparing_the_eyes_loads_the_encoder() -> None:
    encodes = Loading()
    FeatureExtractor("s", ROOM, encodes).prepare()
    FeatureExtractor("s", ROOM, colors=COLORS).prepare()
    assert encodes.prepared == 1


@pytest.fixture
def background() -> Iterator[Executor]:
    with ThreadPoolExecutor(1) as threads:
        yield threads


def recognizer(said: Labels | Failure = SHOE, misconfigured: Misconfigured | None = None) -> FakeRecognizer:
    return FakeRecognizer({}, said, misconfigured=misconfigured)


@pytest.mark.parametrize("labels", [SHOE, ()], ids=["labels", "no labels"])
def test_a_photo_looks_as_recognizer_and_eyes_say_together(background: Executor, labels: Labels) -> None:
    eyes = FeatureExtractor("s", ROOM, encoder(a=NORTH), COLORS)
    assert PhotoAnalyzer(recognizer(labels), eyes, background).analyze(A) == Appearance(labels, RED, NORTH)


def test_without_eyes_a_photo_has_labels_alone(background: Executor) -> None:
    assert PhotoAnalyzer(recognizer(), None, background).analyze(A) == Appearance(SHOE)
    late = LateExtractor(lambda: None)
    assert PhotoAnalyzer(recognizer(), late, background).analyze(A) == Appearance(SHOE)


def test_an_extractor_is_made_beside_the_recognizers_work(background: Executor) -> None:
    makers: list[int] = []

    def made() -> FeatureExtractor:
        makers.append(threading.get_ident())
        return FeatureExtractor("s", ROOM, encoder(a=NORTH))

    looking = PhotoAnalyzer(recognizer(), LateExtractor(made), background)
    assert makers == []
    assert looking.analyze(A) == Appearance(SHOE, vector=NORTH)
    assert makers != [threading.get_ident()]


@pytest.mark.parametrize("said", [REFUSED, BUSY])
def test_what_only_the_eyes_cannot_take_has_its_labels(background: Executor, said: Failure) -> None:
    assert PhotoAnalyzer(
        recognizer(), FeatureExtractor("s", ROOM, encoder(a=said), COLORS), background
    ).analyze(A) == Appearance(SHOE)


@pytest.mark.parametrize("said", [REFUSED, BUSY])
def test_what_the_recognizer_does_not_take_fails(background: Executor, said: Failure) -> None:
    with pytest.raises(type(said)) as caught:
        PhotoAnalyzer(recognizer(said), FeatureExtractor("s", ROOM, encoder(), COLORS), background).analyze(A)
    assert caught.value is said


@pytest.mark.parametrize(
    ("by_recognizer", "by_eyes", "setting"),
    [(NO_KEY, None, "VISION_API_KEY"), (None, NO_MODEL, "MODEL_PATH"), (NO_KEY, NO_MODEL, "VISION_API_KEY")],
)
def test_whichever_is_misconfigured_is_named(
    background: Executor, by_recognizer: Misconfigured | None, by_eyes: Misconfigured | None, setting: str
) -> None:
    looking = PhotoAnalyzer(
        recognizer(misconfigured=by_recognizer),
        FeatureExtractor("s", ROOM, encoder(misconfigured=by_eyes)),
        background,
    )
    with pytest.raises(Misconfigured) as caught:
        looking.analyze(A)
    assert caught.value.setting == setting


class Meeting(FakeEncoder):
    """Encodes nothing before somebody comes to the meeting."""

    def __init__(self, meeting: threading.Barrier) -> None:
        super().__init__({})
        self._meeting = meeting

    def encode_many(self, pictures: Sequence[Picture]) -> list[Vector | Failure]:
        self._meeting.wait()
        return super().encode_many(pictures)


class Met(FakeRecognizer):
    """Recognizes nothing before somebody comes to the meeting."""

    def __init__(self, meeting: threading.Barrier) -> None:
        super().__init__({}, SHOE)
        self._meeting = meeting

    def label_many(self, pictures: Sequence[Picture]) -> list[Labels | Failure]:
        self._meeting.wait()
        return super().label_many(pictures)


def test_the_eyes_work_while_the_recognizer_is_being_waited_for(background: Executor) -> None:
    meeting = threading.Barrier(2, timeout=PATIENCE)
    looking = PhotoAnalyzer(Met(meeting), FeatureExtractor("s", ROOM, Meeting(meeting)), background)
    assert looking.analyze(A) == Appearance(SHOE, vector=EAST)


def test_the_recognizer_is_asked_first(background: Executor) -> None:
    order: list[str] = []

    class Recognizer(FakeRecognizer):
        def label_many(self, pictures: Sequence[Picture]) -> list[Labels | Failure]:
            order.append("recognizer")
            return super().label_many(pictures)

    class Encoder(FakeEncoder):
        def encode_many(self, pictures: Sequence[Picture]) -> list[Vector | Failure]:
            order.append("encoder")
            return super().encode_many(pictures)

    extractor = FeatureExtractor("s", ROOM, Encoder({}, EAST))
    looking = PhotoAnalyzer(Recognizer({}, SHOE), extractor, background)
    looking.head_start = PATIENCE
    started = time.monotonic()
    looking.analyze(A)
    assert order == ["recognizer", "encoder"]
    assert time.monotonic() - started < PATIENCE, "the encoder waits no longer than for the answer"


def test_both_are_timed(background: Executor) -> None:
    with step_times() as steps:
        PhotoAnalyzer(recognizer(), FeatureExtractor("s", ROOM, encoder()), background).analyze(A)
        assert list(steps) == ["recognize", "encode"]
    with step_times() as steps:
        PhotoAnalyzer(recognizer(), None, background).analyze(A)
        assert list(steps) == ["recognize"]


def trouble(said: Failure | Misconfigured) -> FakeRecognizer:
    if isinstance(said, Misconfigured):
        return recognizer(misconfigured=said)
    return recognizer(said)


@pytest.mark.parametrize(("said", "why"), [(BUSY, "busy"), (NO_KEY, "misconfigured")])
def test_with_a_vector_a_photo_looks_as_the_eyes_say_while_the_recognizer_is_down(
    background: Executor, said: Failure | Misconfigured, why: str
) -> None:
    asked = trouble(said)
    looking = PhotoAnalyzer(
        asked, FeatureExtractor("s", ROOM, encoder(a=NORTH), COLORS), background, Breaker(failures=2)
    )
    seen = [looking.analyze(A) for _ in range(5)]
    assert seen == [Appearance((), RED, NORTH, unlabeled=why)] * 5
    assert len(asked.asked) == (1 if said is NO_KEY else 2)


NO_VECTOR = [
    None,
    FeatureExtractor("s", ROOM, colors=COLORS),
    FeatureExtractor("s", ROOM, encoder(a=REFUSED)),
]


@pytest.mark.parametrize("said", [BUSY, NO_KEY], ids=["busy", "no key"])
@pytest.mark.parametrize("extractor", NO_VECTOR, ids=["no extractor", "colors alone", "not encoded"])
def test_without_a_vector_a_recognizer_that_is_down_is_told_but_not_asked(
    background: Executor, said: Failure | Misconfigured, extractor: FeatureExtractor | None
) -> None:
    asked = trouble(said)
    looking = PhotoAnalyzer(asked, extractor, background, Breaker(failures=2))
    for _ in range(5):
        with pytest.raises(type(said), match=str(said)):
            looking.analyze(A)
    assert len(asked.asked) == (1 if said is NO_KEY else 2)


def test_a_refusal_of_the_recognizer_stays_one_and_counts_for_nothing(background: Executor) -> None:
    asked = recognizer(REFUSED)
    looking = PhotoAnalyzer(asked, FeatureExtractor("s", ROOM, encoder()), background, Breaker(failures=2))
    for _ in range(5):
        with pytest.raises(Permanent):
            looking.analyze(A)
    assert len(asked.asked) == 5


TOLD = [
    (NO_KEY, ("CRITICAL", "misconfigured", {"setting": "VISION_API_KEY", "detail": "write one"})),
    (BUSY, ("WARNING", "recognizer down", {"reason": "busy", "detail": "later"})),
]


@pytest.mark.parametrize(("said", "told"), TOLD, ids=["no key", "busy"])
def test_what_answers_hide_is_told_once_and_again_after_each_try(
    background: Executor,
    lines: list[logging.LogRecord],
    said: Failure | Misconfigured,
    told: tuple[str, str, object],
) -> None:
    now = [0.0]
    breaker = Breaker(failures=2, pause=5.0, clock=lambda: now[0])
    looking = PhotoAnalyzer(trouble(said), FeatureExtractor("s", ROOM, encoder()), background, breaker)
    for now[0] in (0.0, 0.0, 0.0, 4.9, 5.0, 5.0):
        looking.analyze(A)
    assert [(line.levelname, line.getMessage(), line.__dict__["fields"]) for line in lines] == [told] * 2


def test_a_setting_that_is_wrong_is_left_to_whoever_it_is_raised_to(
    background: Executor, lines: list[logging.LogRecord]
) -> None:
    with pytest.raises(Misconfigured):
        PhotoAnalyzer(trouble(NO_KEY), None, background, Breaker()).analyze(A)
    assert lines == []


def test_a_recognizer_that_is_well_again_has_its_say(background: Executor) -> None:
    now = [0.0]
    breaker = Breaker(failures=1, pause=5.0, clock=lambda: now[0])
    extractor = FeatureExtractor("s", ROOM, encoder())
    assert PhotoAnalyzer(recognizer(BUSY), extractor, background, breaker).analyze(A).unlabeled
    well = PhotoAnalyzer(recognizer(SHOE), extractor, background, breaker)
    assert well.analyze(A).unlabeled
    now[0] = 5.0
    assert well.analyze(A) == Appearance(SHOE, vector=EAST)


def test_a_recognizer_that_cannot_be_prepared_is_tried_once_and_not_with_every_photo(
    background: Executor,
) -> None:
    class Unprepared(FakeRecognizer):
        tries = 0

        def prepare(self) -> None:
            self.tries += 1
            raise Misconfigured("GOOGLE_APPLICATION_CREDENTIALS", "set it")

    unprepared = Unprepared({})
    analyzer = PhotoAnalyzer(unprepared, None, background)
    for _ in range(3):
        analyzer.prepare()
    assert unprepared.tries == 1
