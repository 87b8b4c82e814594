from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pytest

from shared import logs
from shared.annotation_cache import BATCH_BYTES, BATCH_PICTURES, BUDGET, AnnotationCache, Annotator, Answers
from shared.errors import Failure, Permanent, Transient
from shared.imaging import Picture
from shared.labeling import Claim
from shared.model import Label, Labels, StoredPicture
from shared.pictures import Naming
from tests.fakes.annotation_store import InMemoryAnnotations
from tests.fakes.pictures import InMemoryPictures
from tests.fakes.recognizer import FakeRecognizer

NAMING = Naming(("products/<objectID>/<file>",))
SHOE, BAG = (Label("Shoe", 0.9),), (Label("Bag", 0.8),)
REFUSAL = Permanent("bad-picture", "not a picture")
SLOW = Transient("throttled", "slow")


class Desk:
    """A bucket, a recognizer that knows its contents, and the remembered labels between them."""

    def __init__(self, answers: Mapping[bytes, Labels | Failure]) -> None:
        self.bucket = InMemoryPictures("pictures", NAMING.product)
        self.answers = dict(answers)
        self.recognizer = FakeRecognizer(self.answers)
        self.time = 1.0
        self.store = InMemoryAnnotations[Labels](lambda: round(self.time))
        self.refused: list[str] = []
        self.meanwhile: Callable[[], None] = lambda: None

    def put(self, file: str, content: bytes) -> StoredPicture:
        return self.bucket.put(f"products/1/{file}", content)

    def labels(self, *, retry_refused_before: int = 0) -> Answers[Labels]:
        remembered = AnnotationCache(
            self.annotator(), self.store, patience=1.0, sleep=self.sleep, clock=lambda: self.time
        )
        return remembered.answers(
            self.bucket.list_product("1"), self._refuse, retry_refused_before=retry_refused_before
        )

    def annotator(self) -> Annotator[Labels]:
        return Annotator(self.bucket, self.recognizer.label_many, clock=lambda: self.time)

    def sleep(self, seconds: float) -> None:
        self.time += seconds
        self.meanwhile()

    def sent(self) -> list[bytes | None]:
        return [picture.content for call in self.recognizer.asked for picture in call]

    def _refuse(self, picture: StoredPicture, _: Permanent) -> None:
        self.refused.append(picture.name)


def by_file(answers: Answers[Labels]) -> dict[str, Labels | Permanent]:
    return {picture.name.rpartition("/")[2]: said for picture, said in answers.settled.items()}


@pytest.mark.parametrize(
    ("contents", "batches"),
    [
        ([f"{number}".encode() for number in range(BATCH_PICTURES + 3)], [BATCH_PICTURES, 3]),
        ([bytes([number]) * (BATCH_BYTES // 2) for number in range(3)], [2, 1]),
    ],
    ids=["pictures", "bytes"],
)
def test_each_content_is_sent_once_in_batches(contents: Sequence[bytes], batches: list[int]) -> None:
    desk = Desk(dict.fromkeys(contents, SHOE))
    for number, content in enumerate([*contents, contents[0]]):
        desk.put(f"{number:02}.jpg", content)
    first, second = desk.labels(), desk.labels()
    assert [len(call) for call in desk.recognizer.asked] == batches
    assert [(each.sent, each.remembered) for each in (first, second)] == [
        *((len(contents), 0), (0, len(contents) + 1)),
    ]
    assert set(by_file(second).values()) == {SHOE}
    assert len(second.settled) == len(contents) + 1


def test_a_refusal_is_told_once_remembered_and_asked_about_once_more_where_that_is_requested() -> None:
    desk = Desk({b"a": REFUSAL, b"b": BAG})
    for file in ("a.jpg", "copy.jpg"):
        desk.put(file, b"a")
    desk.put("b.jpg", b"b")
    refused = {"a.jpg": REFUSAL, "copy.jpg": REFUSAL, "b.jpg": BAG}
    assert by_file(desk.labels()) == by_file(desk.labels()) == refused
    assert desk.refused == ["products/1/a.jpg"]
    desk.time = 2.0
    for _ in range(3):
        assert by_file(desk.labels(retry_refused_before=2)) == refused
    assert desk.sent() == [b"a", b"b", b"a"], "a request that is delivered again is paid once"
    desk.answers[b"a"] = SHOE
    assert by_file(desk.labels(retry_refused_before=3)) == {"a.jpg": SHOE, "copy.jpg": SHOE, "b.jpg": BAG}


def test_what_somebody_else_is_asking_about_is_waited_for_in_time_and_then_has_to_come_again() -> None:
    desk = Desk({})
    claim = desk.store.obtain(desk.put("a.jpg", b"a").content_hash)
    assert isinstance(claim, Claim)
    with pytest.raises(Transient) as caught:
        desk.labels()
    assert (caught.value.reason, desk.time) == ("being-labeled", 2.0)
    desk.meanwhile = lambda: desk.store.settle(claim, SHOE)
    answers = desk.labels()
    assert (by_file(answers), answers.sent, answers.remembered) == ({"a.jpg": SHOE}, 0, 1)
    assert desk.time == 2.25


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
    assert [picture for picture, _ in desk.annotator().ask(pictures)] == pictures[:1]
    assert by_file(desk.labels()) == {"0.jpg": SHOE, "1.jpg": SHOE}


class Unwilling(InMemoryAnnotations[Labels]):
    """Takes no claim back; the lease has to end it."""

    def release(self, claim: Claim) -> None:
        raise Transient("storage-unavailable", f"not now: {claim.content_hash}")


def test_claims_that_cannot_be_given_back_hide_no_failure(capsys: pytest.CaptureFixture[str]) -> None:
    logs.setup()
    desk = Desk({b"a": SLOW, b"b": SLOW})
    desk.store = Unwilling()
    pictures = [desk.put(f"{name}.jpg", name.encode()) for name in "ab"]
    with pytest.raises(Transient, match="slow"):
        desk.labels()
    told = capsys.readouterr().out
    assert told.count("claim-left") == len(pictures)
    assert all(f"not now: {picture.content_hash}" in told for picture in pictures)
