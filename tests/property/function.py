"""The enrich function inside a world: wherever it talks to the outside, the world may strike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Generic

from shared.annotation_cache import AnnotationCache, Annotator
from shared.catalog import Written
from shared.enriching import Enricher
from shared.errors import Failure, Transient
from shared.imaging import Picture
from shared.labeling import Claim, Settled, T
from shared.model import StoredPicture

if TYPE_CHECKING:
    from tests.property.world import Asked, World


def enricher(world: World) -> Enricher:
    """The function that the world delivers to."""
    return Enricher(
        pictures=_Pictures(world),
        labels=_remembered(world, world.labels),
        features=_remembered(world, world.features),
        likeness=world.likeness,
        catalog=_Catalog(world),
        judge=world.judge,
        naming=world.naming,
        url_of=lambda picture: picture.name,
        max_bytes=world.index.max_bytes,
        turns=world.chance.choice(world.instances),
        now=lambda: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=world.bucket.time),
    )


def _remembered(world: World, asked: Asked[T]) -> AnnotationCache[T]:
    asking = Annotator(_Pictures(world), _Asking(world, asked))
    return AnnotationCache(asking, _Answers(world, asked), patience=0)


@dataclass(frozen=True)
class _Pictures:
    world: World

    def list_product(self, product: str) -> list[StoredPicture]:
        self.world.step()
        listed = self.world.bucket.list_product(product)
        self.world.step()
        return listed

    def read(self, picture: StoredPicture) -> bytes:
        self.world.step()
        return self.world.bucket.read(picture)


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


@dataclass(frozen=True)
class _Catalog:
    world: World

    def look_up(self, product: str) -> Mapping[str, Any] | None:
        self.world.step()
        found = self.world.index.look_up(product)
        self.world.step()
        return found

    def write(self, object_id: str, update: Mapping[str, Any], *, create: bool = False) -> int:
        self.world.step()
        task = self.world.index.write(object_id, update, create=create)
        self.world.step()
        return task

    def has_taken(self, written: Written) -> bool:
        self.world.step()
        return self.world.index.has_taken(written)
