from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import pytest

from shared import logs
from shared.annotation_cache import BATCH_BYTES, BATCH_PICTURES, BUDGET, AnnotationCache, Annotator, Answers
from shared.errors import Failure, Misconfigured, Permanent, Transient
from shared.imaging import Picture
from shared.labeling import Claim
from shared.model import Label, Labels, StoredPicture
from shared.pictures import Naming
from tests.fakes.annotation_store import InMemoryAnnotations
from tests.fakes.pictures import InMemoryPictures
from tests.fakes.recognizer import FakeRecognizer

NAMING = Naming(("products/<objectID>/<file>",))
SHOE, BAG = (Label("Shoe", 0.9),), (Label("Bag", 0.8),)
FAR = 2**53
REFUSAL = Permanent("bad-picture", "not a picture")


class Desk:
    """A bucket, a recognizer that knows its contents, and the remembered labels between them."""

    def __init__(self, answers: dict[bytes, Labels | Failure], otherwise: Labels | Failure = ()) -> None:
        self.bucket = InMemoryPictures("pictures", NAMING.product)
        self.recognizer = FakeRecognizer(answers, otherwise)
        self.store = InMemoryAnnotations[Labels]()
        self.refused: list[str] = []
        self.slept: list[float] = []
        self.time = 0.0
        self.meanwhile: Callable[[], None] = lambda: None

    def put(self, file: str, content: bytes) -> StoredPicture:
        return self.bucket.put(f"products/1/{file}", content)

    def labels(self, *, retry_refused_before: int = 0) -> Answers[Labels]:
        remembered = AnnotationCache(
            Annotator(self.bucket, self.recognizer.label_many, clock=lambda: self.time),
            self.store,
            patience=1.0,
            sleep=self.sleep,
            clock=lambda: self.time,
        )
        return remembered.answers(
            self.bucket.list_product("1"), self._refuse, retry_refused_before=retry_refused_before
        )

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds
        self.meanwhile()

    def sent(self) -> list[Picture]:
        return [picture for call in self.recognizer.asked for picture in call]

    def _refuse(self, picture: StoredPicture, _: Permanent) -> None:
        self.refused.append(picture.name)


def by_file(answers: Answers[Labels]) -> dict[str, Labels | Permanent]:
    return {picture.name.rpartition("/")[2]: said for picture, said in answers.settled.items()}


def test_what_was_answered_once_is_never_sent_again() -> None:
    desk = Desk({b"a": SHOE})
    desk.put("a.jpg", b"a")
    assert (desk.labels().sent, desk.labels().sent) == (1, 0)
    assert desk.labels().remembered == 1
    assert len(desk.sent()) == 1


def test_several_pictures_travel_in_the_recognizers_batches_and_copies_of_the_same_bytes_once() -> None:
    contents = [f"{number}".encode() for number in range(BATCH_PICTURES + 3)]
    desk = Desk(dict.fromkeys(contents, SHOE))
    for content in contents:
        desk.put(f"{content.decode()}.jpg", content)
    desk.put("copy.jpg", contents[0])
    answers = desk.labels()
    assert (answers.sent, len(answers.settled)) == (len(contents), len(contents) + 1)
    assert [len(call) for call in desk.recognizer.asked] == [BATCH_PICTURES, 3]


def test_no_more_bytes_are_held_at_once_than_planned() -> None:
    contents = [bytes([number]) * (BATCH_BYTES // 2) for number in range(3)]
    desk = Desk(dict.fromkeys(contents, SHOE))
    for number, content in enumerate(contents):
        desk.put(f"{number}.jpg", content)
    desk.labels()
    assert [len(call) for call in desk.recognizer.asked] == [2, 1]


class Overwriting(InMemoryPictures):
    """A bucket whose pictures the shop overwrites after they were listed."""

    def list_product(self, product: str) -> list[StoredPicture]:
        listed = super().list_product(product)
        self.put("products/1/a.jpg", b"new")
        return listed


def test_a_picture_that_was_overwritten_is_asked_of_nobody_and_left_to_others() -> None:
    desk = Desk({})
    desk.bucket = Overwriting("pictures", NAMING.product)
    old = desk.put("a.jpg", b"old")
    assert desk.labels().settled == {}
    assert desk.sent() == []
    assert isinstance(desk.store.obtain(old.content_hash), Claim)


def test_a_refusal_is_told_once_and_remembered() -> None:
    desk = Desk({b"a": REFUSAL})
    desk.put("a.jpg", b"a")
    desk.put("copy.jpg", b"a")
    assert by_file(desk.labels()) == by_file(desk.labels()) == {"a.jpg": REFUSAL, "copy.jpg": REFUSAL}
    assert desk.refused == ["products/1/a.jpg"]
    assert len(desk.sent()) == 1


def test_a_refusal_can_be_asked_about_once_more() -> None:
    answers: dict[bytes, Labels | Failure] = {b"a": REFUSAL, b"b": BAG}
    desk = Desk(answers)
    desk.put("a.jpg", b"a")
    desk.put("b.jpg", b"b")
    desk.labels()
    answers[b"a"] = SHOE
    assert by_file(desk.labels(retry_refused_before=FAR)) == {"a.jpg": SHOE, "b.jpg": BAG}
    assert len(desk.sent()) == 3


def test_a_request_to_ask_again_that_is_delivered_twice_is_paid_once() -> None:
    desk = Desk({b"a": REFUSAL})
    desk.put("a.jpg", b"a")
    desk.labels()
    requested = time.time_ns() // 1_000 + 1
    time.sleep(0.001)
    for _ in range(3):
        desk.labels(retry_refused_before=requested)
    assert len(desk.sent()) == 2


def test_the_answers_beside_a_passing_failure_are_kept() -> None:
    answers: dict[bytes, Labels | Failure] = {b"a": Transient("throttled", "slow"), b"b": BAG}
    desk = Desk(answers)
    desk.put("a.jpg", b"a")
    desk.put("b.jpg", b"b")
    with pytest.raises(Transient, match="slow"):
        desk.labels()
    answers[b"a"] = SHOE
    assert by_file(desk.labels()) == {"a.jpg": SHOE, "b.jpg": BAG}
    assert [picture.content for picture in desk.sent()] == [b"a", b"b", b"a"]


def test_what_somebody_else_is_asking_about_is_waited_for() -> None:
    desk = Desk({})
    claim = desk.store.obtain(desk.put("a.jpg", b"a").content_hash)
    assert isinstance(claim, Claim)
    desk.meanwhile = lambda: desk.store.settle(claim, SHOE)
    answers = desk.labels()
    assert (by_file(answers), answers.sent, answers.remembered) == ({"a.jpg": SHOE}, 0, 1)
    assert len(desk.slept) == 1


def test_what_nobody_answers_in_time_has_to_come_again() -> None:
    desk = Desk({})
    desk.store.obtain(desk.put("a.jpg", b"a").content_hash)
    with pytest.raises(Transient) as caught:
        desk.labels()
    assert caught.value.reason == "being-labeled"
    assert sum(desk.slept) == pytest.approx(1.0)


def test_nothing_stays_claimed_when_the_recognizer_is_misconfigured() -> None:
    desk = Desk({})
    picture = desk.put("a.jpg", b"a")
    desk.recognizer = FakeRecognizer({}, misconfigured=Misconfigured("VISION_API_KEY", "write one"))
    with pytest.raises(Misconfigured):
        desk.labels()
    assert isinstance(desk.store.obtain(picture.content_hash), Claim)


class Slow(FakeRecognizer):
    """Takes longer for a batch than there is time for all of them."""

    def __init__(self, desk: Desk) -> None:
        super().__init__({}, SHOE)
        self._desk = desk

    def label_many(self, pictures: Sequence[Picture]) -> list[Labels | Failure]:
        self._desk.time += BUDGET
        return super().label_many(pictures)


def test_pictures_beyond_the_budget_of_time_are_claimed_anew() -> None:
    desk = Desk({})
    desk.recognizer = Slow(desk)
    pictures = [desk.put(f"{number}.jpg", bytes([number]) * BATCH_BYTES) for number in range(2)]
    asking = Annotator(desk.bucket, desk.recognizer.label_many, clock=lambda: desk.time)
    assert [picture for picture, _ in asking.ask(pictures)] == pictures[:1]
    assert by_file(desk.labels()) == {"0.jpg": SHOE, "1.jpg": SHOE}


class Unwilling(InMemoryAnnotations[Labels]):
    """Takes no claim back; the lease has to end it."""

    def __init__(self) -> None:
        super().__init__()
        self.offered: list[str] = []

    def release(self, claim: Claim) -> None:
        self.offered.append(claim.content_hash)
        raise Transient("storage-unavailable", "not now")


def test_claims_that_cannot_be_given_back_hide_no_failure(capsys: pytest.CaptureFixture[str]) -> None:
    logs.setup()
    desk = Desk({}, otherwise=Transient("throttled", "slow"))
    unwilling = desk.store = Unwilling()
    pictures = [desk.put(f"{name}.jpg", name.encode()) for name in "ab"]
    with pytest.raises(Transient, match="slow"):
        desk.labels()
    assert unwilling.offered == [picture.content_hash for picture in pictures]
    assert capsys.readouterr().out.count("claim-left") == len(pictures)
