from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from shared.errors import Misconfigured, Permanent, Transient
from shared.labeling.photo_cache import PhotoCache
from shared.model import Appearance, Crop, Label, SeenPhoto, md5

SHOE = Appearance((Label("Shoe", 0.9),), (Label("red", 1.0),), (0.6, 0.8))
UNLABELED = Appearance(vector=(0.6, 0.8), unlabeled="throttled")
BAG = Appearance((Label("Bag", 0.8),))
PHOTO = b"photo"
PATIENCE = 30.0
CROWD = 8
FAILURES = [
    *(Transient("throttled", "slow"), Permanent("bad-picture", "not a picture"), RuntimeError("unforeseen")),
    *(Misconfigured("VISION_API_KEY", "write one"), TimeoutError("the recognizer's own"), SystemExit(1)),
]


class Recognizer:
    """Answers with `answer`, a failure included, after `meanwhile`; `asked` holds every question."""

    def __init__(
        self, answer: Appearance | BaseException = SHOE, meanwhile: Callable[[], object] = lambda: None
    ) -> None:
        self.answer = answer
        self.meanwhile = meanwhile
        self.asked: list[tuple[int, Crop | None]] = []

    def __call__(self, photo: bytes, crop: Crop | None) -> Appearance:
        self.asked.append((hash(photo), crop))
        self.meanwhile()
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer


class Crowd:
    """Asks the same from many threads; `gathered` returns once all but the first wait for its answer.

    Everybody has a crop of their own, all equal: who finds the first one's question compares crops.
    """

    def __init__(self) -> None:
        joined = threading.Semaphore(0)

        class Watched(Crop):
            __hash__ = Crop.__hash__

            def __eq__(self, other: object) -> bool:
                joined.release()
                return super().__eq__(other)

        self._joined = joined
        self._crop = Watched

    def gathered(self) -> None:
        for _ in range(CROWD - 1):
            assert self._joined.acquire(timeout=PATIENCE)

    def ask(
        self, recent: PhotoCache, recognizer: Recognizer, photo: bytes = PHOTO
    ) -> list[Future[SeenPhoto]]:
        with ThreadPoolExecutor(CROWD) as pool:
            return [pool.submit(recent.look, photo, self._crop(0, 0, 1, 1), recognizer) for _ in range(CROWD)]


@pytest.fixture
def recent() -> PhotoCache:
    return PhotoCache(patience=PATIENCE)


@pytest.mark.parametrize("look", [SHOE, UNLABELED], ids=["labeled", "without labels"])
def test_a_crowd_with_the_same_photo_asks_once(look: Appearance) -> None:
    crowd = Crowd()
    recognizer = Recognizer(look, meanwhile=crowd.gathered)
    seen = [answer.result() for answer in crowd.ask(PhotoCache(max_age=0, patience=PATIENCE), recognizer)]
    assert len(recognizer.asked) == 1
    assert sorted(answer.remembered for answer in seen) == [False] + [True] * (CROWD - 1)
    assert {answer.look for answer in seen} == {look}


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: type(failure).__name__)
def test_a_failure_is_everybodys_and_then_forgotten(recent: PhotoCache, failure: BaseException) -> None:
    crowd = Crowd()
    recognizer = Recognizer(failure, meanwhile=crowd.gathered)
    assert {answer.exception() for answer in crowd.ask(recent, recognizer)} == {failure}
    assert len(recognizer.asked) == 1
    recognizer.answer, recognizer.meanwhile = BAG, lambda: None
    assert recent.look(PHOTO, Crop(0, 0, 1, 1), recognizer) == SeenPhoto(BAG, remembered=False)


def test_a_memory_without_room_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        PhotoCache(entries=0, patience=PATIENCE)


def test_a_look_without_labels_is_forgotten_and_the_next_with_them_kept(recent: PhotoCache) -> None:
    seen = [recent.look(PHOTO, None, Recognizer(answer)) for answer in (UNLABELED, SHOE, BAG)]
    assert [each.look for each in seen] == [UNLABELED, SHOE, SHOE]
    assert [each.remembered for each in seen] == [False, False, True]


def test_who_waits_too_long_for_somebody_elses_answer_may_try_again() -> None:
    begun, go = threading.Event(), threading.Event()

    def slowly() -> None:
        begun.set()
        assert go.wait(PATIENCE)

    recognizer, recent = Recognizer(meanwhile=slowly), PhotoCache(patience=0.01)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(recent.look, PHOTO, None, recognizer)
        assert begun.wait(PATIENCE)
        with pytest.raises(Transient) as caught:
            recent.look(PHOTO, None, recognizer)
        go.set()
    assert caught.value.reason == "busy"
    assert first.result() == SeenPhoto(SHOE, remembered=False)
    assert recent.look(PHOTO, None, recognizer) == SeenPhoto(SHOE, remembered=True)


@pytest.mark.parametrize("look", [SHOE, Appearance()], ids=["a look", "nothing seen"])
def test_an_answer_is_remembered_until_it_is_too_old(look: Appearance) -> None:
    recognizer, now = Recognizer(look), [0.0]
    recent = PhotoCache(max_age=600, patience=PATIENCE, clock=lambda: now[0])
    seen = []
    for now[0] in (0, 1, 599, 600, 1199):
        seen.append(recent.look(PHOTO, None, recognizer))
    assert seen == [SeenPhoto(look, remembered=known) for known in (False, True, True, False, True)]
    assert len(recognizer.asked) == 2


def test_of_too_many_answers_those_not_wanted_for_longest_are_forgotten() -> None:
    recent = PhotoCache(entries=2, patience=PATIENCE)
    photos = (b"a", b"b", b"a", b"c", b"a", b"b")
    remembered = [recent.look(photo, None, Recognizer()).remembered for photo in photos]
    assert remembered == [False, False, True, False, True, False]


def test_another_part_of_the_photo_is_another_question(recent: PhotoCache) -> None:
    recognizer = Recognizer()
    crops = [None, Crop(0, 0, 1, 1), Crop(0, 0, 0.5, 1), None, Crop(0, 0, 0.5, 1)]
    remembered = [recent.look(PHOTO, crop, recognizer).remembered for crop in crops]
    assert remembered == [False, False, False, True, True]
    assert recognizer.asked == [(hash(PHOTO), crop) for crop in crops[:3]]


class Traced(bytes):
    """A photo that can be watched: bytes themselves take no weak reference."""

    def watched(self) -> weakref.ref[threading.Event]:
        self.soul = threading.Event()
        return weakref.ref(self.soul)


@pytest.mark.usefixtures("no_collector")
@pytest.mark.parametrize("fails", [False, True], ids=["answered", "failed"])
def test_the_photo_is_gone_as_soon_as_the_crowd_is(recent: PhotoCache, *, fails: bool) -> None:
    crowd = Crowd()

    def gathered() -> None:
        crowd.gathered()
        if fails:
            raise Transient("throttled", "slow")

    photo = Traced(PHOTO)
    soul = photo.watched()
    crowd.ask(recent, Recognizer(meanwhile=gathered), photo)
    assert soul() is not None
    del photo
    assert soul() is None


ALIKE = (
    "d131dd02c5e6eec4693d9a0698aff95c2fcab5{0}712467eab4004583eb8fb7f8955ad340609f4b30283e4888325{1}1415a085125e8f7c"
    "dc99fd91dbd{2}280373c5bd8823e3156348f5bae6dacd436c919c6dd53e2{3}487da03fd02396306d248cda0e99f33420f577ee8ce54b6"
    "7080{4}0d1ec69821bcb6a8839396f965{5}b6ff72a70"
)
"""Two contents of one MD5 (Wang, Feng, Lai and Yu, 2004), but for the six digits in which they differ."""


def test_photos_that_a_weak_hash_takes_for_the_same_are_each_looked_at(recent: PhotoCache) -> None:
    """Anybody may send a photo, and have made it beforehand."""
    first = bytes.fromhex(ALIKE.format("8", "7", "f", "b", "a8", "2"))
    second = bytes.fromhex(ALIKE.format("0", "f", "7", "3", "28", "a"))
    assert md5(first) == md5(second)
    assert not any(recent.look(photo, None, Recognizer()).remembered for photo in (first, second))
