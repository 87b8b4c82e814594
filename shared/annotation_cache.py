"""Answers about stored pictures: each content is asked about once, whoever asks and however often."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, Self

from shared.errors import Failure, Misconfigured, Permanent, Reason, Transient
from shared.imaging import LIMITS, Picture
from shared.labeling import LEASE, AnnotationStore, Claim, Settled, T
from shared.logs import log
from shared.model import StoredPicture
from shared.pictures import PictureStore

BATCH_PICTURES = 16
BATCH_BYTES = 7_000_000
"""The most that is held in memory at once: pictures that fit into one request to any recognizer."""

BUDGET = LEASE / 3
"""Seconds after which no further picture is read: what was begun then still ends within the lease."""

PATIENCE = 8.0
"""Seconds to wait for somebody else's answer about the same bytes before the event has to come again."""

_POLL = 0.25

Reading = Picture | Permanent | None
"""A picture's bytes, or its refusal; None for one that was overwritten or deleted."""

Refuse = Callable[[StoredPicture, Permanent], None]
"""Told of a picture the recognizer refuses, before the refusal is remembered."""


@dataclass(frozen=True, slots=True)
class Annotator(Generic[T]):
    """Asks a recognizer or an encoder about stored pictures, in batches that fit into memory.

    `ask_many` answers in the order of the pictures, see `Recognizer.label_many`. Bytes are read at the
    generation that was listed, so that an answer belongs to the listed content.
    """

    pictures: PictureStore
    ask_many: Callable[[Sequence[Picture]], list[T | Failure]]
    budget: float = BUDGET
    clock: Callable[[], float] = time.monotonic

    def ask(self, wanted: Sequence[StoredPicture]) -> Iterator[tuple[StoredPicture, T | Failure | None]]:
        """The word about each picture, None for one that was overwritten or deleted meanwhile.

        The first is always asked about; those that the budget of time did not reach are left out.
        """
        until = self.clock() + self.budget
        for batch in _batches(wanted):
            yield from self._ask(self._readings(batch, until))
            if self.clock() >= until:
                return

    def _readings(self, batch: Sequence[StoredPicture], until: float) -> dict[StoredPicture, Reading]:
        readings: dict[StoredPicture, Reading] = {}
        for picture in batch:
            readings[picture] = self._reading(picture)
            if self.clock() >= until:
                break
        return readings

    def _ask(
        self, readings: Mapping[StoredPicture, Reading]
    ) -> Iterator[tuple[StoredPicture, T | Failure | None]]:
        sendable = {key: value for key, value in readings.items() if isinstance(value, Picture)}
        answers = self.ask_many(list(sendable.values())) if sendable else []
        outcomes = dict(zip(sendable, answers, strict=True))
        for picture, reading in readings.items():
            yield picture, outcomes[picture] if isinstance(reading, Picture) else reading

    def _reading(self, picture: StoredPicture) -> Reading:
        if picture.size > LIMITS.max_bytes:
            told = f"{picture.name} has {picture.size:,} bytes, more than {LIMITS.max_bytes:,}"
            return Permanent(Reason.TOO_LARGE, told)
        try:
            return Picture(self.pictures.read(picture))
        except Permanent:
            return None


def _batches(wanted: Sequence[StoredPicture]) -> Iterator[list[StoredPicture]]:
    batch: list[StoredPicture] = []
    for picture in wanted:
        held = sum(other.size for other in batch)
        if batch and (len(batch) == BATCH_PICTURES or held + picture.size > BATCH_BYTES):
            yield batch
            batch = []
        batch.append(picture)
    if batch:
        yield batch


@dataclass(slots=True)
class Answers(Generic[T]):
    """The word about each picture that is still there, and what it cost.

    `sent` contents were asked about; the word about `remembered` pictures had been there before.
    """

    settled: dict[StoredPicture, Settled[T]] = field(default_factory=dict)
    sent: int = 0
    remembered: int = 0


@dataclass(slots=True)
class _Question(Generic[T]):
    """The unanswered pictures by content, copies of the same bytes together, and our claims."""

    waiting: dict[str, list[StoredPicture]]
    answers: Answers[T] = field(default_factory=Answers)
    claims: dict[str, Claim] = field(default_factory=dict)

    @classmethod
    def about(cls, pictures: Sequence[StoredPicture]) -> Self:
        waiting: dict[str, list[StoredPicture]] = {}
        for picture in pictures:
            waiting.setdefault(picture.content_hash, []).append(picture)
        return cls(waiting)

    def answer(self, content: str, said: Settled[T]) -> int:
        """Take out the pictures of that content; returns how many there are."""
        namesakes = self.waiting.pop(content)
        self.answers.settled |= dict.fromkeys(namesakes, said)
        return len(namesakes)

    def drop(self, picture: StoredPicture) -> None:
        """Forget a picture that is gone; a copy under another name may still be there."""
        self.waiting[picture.content_hash].remove(picture)
        if not self.waiting[picture.content_hash]:
            del self.waiting[picture.content_hash]


@dataclass(frozen=True, slots=True)
class AnnotationCache(Generic[T]):
    """Asks the store first, and then about what nobody has asked yet."""

    asking: Annotator[T]
    store: AnnotationStore[T]
    patience: float = PATIENCE
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic

    def answers(
        self, pictures: Sequence[StoredPicture], refuse: Refuse, *, retry_refused_before: int = 0
    ) -> Answers[T]:
        """Answer for every picture; one that was overwritten or deleted meanwhile is left out.

        What was refused before the time `retry_refused_before`, in microseconds, is asked about once more.

        Raises `Transient` when an answer is not to be had now, `Misconfigured`, and what `refuse` raises;
        what was answered until then stays remembered.
        """
        question, until = _Question[T].about(pictures), self.clock() + self.patience
        for content in question.waiting if retry_refused_before else ():
            if isinstance(self.store.peek(content), Permanent):
                self.store.forget(content, retry_refused_before)
        while question.waiting:
            if self._progress(question, refuse):
                continue
            if self.clock() >= until:
                raise Transient(Reason.BEING_LABELED, "somebody else is asking about the same picture")
            self.sleep(_POLL)
        return question.answers

    def _progress(self, question: _Question[T], refuse: Refuse) -> bool:
        """Answer what can be answered now; False when all that waits is in others' hands."""
        before = len(question.waiting)
        try:
            self._recall(question)
            asked = bool(question.claims)
            self._ask(question, refuse)
        finally:
            # Whatever happened, others need not wait for what we leave undone.
            self._release(question.claims.values())
            question.claims.clear()
        return asked or len(question.waiting) < before

    def _release(self, claims: Iterable[Claim]) -> None:
        """Give claims back; one that Storage does not take now is left to its lease."""
        for claim in claims:
            try:
                self.store.release(claim)
            except (Failure, Misconfigured) as error:
                log(logging.WARNING, "claim-left", content=claim.content_hash, detail=str(error))

    def _recall(self, question: _Question[T]) -> None:
        """Answer what is settled; claim what nobody else holds, for one batch at most."""
        for content in list(question.waiting):
            if len(question.claims) == BATCH_PICTURES:
                return
            said = self.store.obtain(content)
            if isinstance(said, Claim):
                question.claims[content] = said
            elif said is not None:
                question.answers.remembered += question.answer(content, said)

    def _ask(self, question: _Question[T], refuse: Refuse) -> None:
        """Ask the recognizer about what is claimed; one picture's trouble loses no answer beside it."""
        failures: list[Failure] = []
        claimed = [question.waiting[content][0] for content in question.claims]
        for picture, outcome in self.asking.ask(claimed):
            try:
                self._take(question, picture, outcome, refuse)
            except Failure as error:
                failures.append(error)
        if failures:
            raise failures[0]

    def _take(
        self, question: _Question[T], picture: StoredPicture, outcome: T | Failure | None, refuse: Refuse
    ) -> None:
        content = picture.content_hash
        if outcome is None:
            question.drop(picture)
            return
        if isinstance(outcome, Permanent):
            refuse(picture, outcome)
        elif isinstance(outcome, Failure):
            raise outcome
        self.store.settle(question.claims[content], outcome)
        del question.claims[content]
        question.answer(content, outcome)
        question.answers.sent += 1
