"""The enrich function inside a world: wherever it talks to the outside, the world may strike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Generic

from shared.annotation_cache import AnnotationCache, Annotator
from shared.enriching import Enricher
from shared.errors import Failure, Permanent, Transient
from shared.imaging import Picture
from shared.labeling import Claim, Settled, T
from shared.pictures import PictureStore
from tests.fakes.annotation_store import InMemoryAnnotations

if TYPE_CHECKING:
    from tests.property.world import World


@dataclass(frozen=True)
class Asked(Generic[T]):
    """Somebody pictures are shown to: what is said of a content, what is remembered, and what it cost.

    `calls` counts how often each content was sent, `lost` how often the word on it was lost on the way, and
    `told` how often its refusal was told of, by its hash.
    """

    reason: str
    says: Callable[[bytes], T]
    refused: frozenset[bytes]
    store: InMemoryAnnotations[T] = field(default_factory=InMemoryAnnotations)
    calls: Counter[bytes] = field(default_factory=Counter)
    unsettled: Counter[bytes] = field(default_factory=Counter)
    lost: Counter[bytes] = field(default_factory=Counter)
    tried: set[str] = field(default_factory=set)
    told: Counter[str] = field(default_factory=Counter)

    def answer(self, content: bytes) -> T | Permanent:
        return Permanent(self.reason, "no") if content in self.refused else self.says(content)

    def restart(self) -> None:
        """The process is gone, and with it the words it had not remembered yet."""
        self.lost.update(self.unsettled)
        self.unsettled.clear()
        self.store.expire()


def enricher(world: World) -> Enricher:
    """The function that the world delivers to."""
    pictures = _struck(world, world.bucket, "list_product", "read")
    return Enricher(
        pictures=pictures,
        labels=_remembered(world, pictures, world.labels),
        features=_remembered(world, pictures, world.features),
        likeness=world.likeness,
        catalog=_struck(world, world.index, "look_up", "write", "has_taken"),
        judge=world.judge,
        naming=world.naming,
        url_of=lambda picture: picture.name,
        max_bytes=world.index.max_bytes,
        turns=world.chance.choice(world.instances),
        now=lambda: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=world.bucket.time),
    )


def _remembered(world: World, pictures: PictureStore, asked: Asked[T]) -> AnnotationCache[T]:
    asking = Annotator(pictures, _Asking(world, asked))
    return AnnotationCache(asking, _Answers(world, asked), patience=0)


def _struck(world: World, target: object, *names: str) -> Any:  # noqa: ANN401 whatever the target is
    """These calls of the target, before and after each of which the world may strike."""

    def strike(name: str, *args: object, **more: object) -> object:
        world.step()
        result = getattr(target, name)(*args, **more)
        world.step()
        return result

    return SimpleNamespace(**{name: partial(strike, name) for name in names})


@dataclass(frozen=True)
class _Asking(Generic[T]):
    world: World
    asked: Asked[T]

    def __call__(self, pictures: Sequence[Picture]) -> list[T | Failure]:
        self.world.step()
        outcomes = [self._ask(picture.content or b"") for picture in pictures]
        self.world.step(answered=True)
        return outcomes

    def _ask(self, content: bytes) -> T | Failure:
        if self.world.happens(self.world.odds.failure):
            return Transient("throttled", "slow down")
        self.asked.calls[content] += 1
        self.asked.unsettled[content] += 1
        return self.asked.answer(content)


@dataclass(frozen=True)
class _Answers(Generic[T]):
    world: World
    asked: Asked[T]

    def obtain(self, content_hash: str) -> Settled[T] | Claim | None:
        self.world.step()
        return self.asked.store.obtain(content_hash)

    def settle(self, claim: Claim, outcome: Settled[T]) -> None:
        self.asked.tried.add(claim.content_hash)
        self.world.step()
        self.asked.store.settle(claim, outcome)
        content = self.world.bucket.content(claim.content_hash)
        self.asked.unsettled[content] -= 1
        self.world.step()

    def release(self, claim: Claim) -> None:
        if not self.world.dying:
            content = self.world.bucket.content(claim.content_hash)
            if claim.content_hash in self.asked.tried:
                self.asked.lost[content] += self.asked.unsettled.pop(content, 0)
            self.asked.store.release(claim)

    def peek(self, content_hash: str) -> Settled[T] | None:
        return self.asked.store.peek(content_hash)

    def forget(self, content_hash: str, before_us: int) -> None:
        self.asked.store.forget(content_hash, before_us)
