"""The ports of labeling: recognizers, encoders, and the store that remembers their answers."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar, Union

from shared.errors import Failure, Permanent
from shared.imaging import FileLimits, Picture
from shared.model import Labels, Vector


class Recognizer(ABC):
    """Turns pictures into labels.

    Promises, each a contract test run on every implementation:

    - labels come best first, each name once, scores in 0..1; an empty answer is an answer;
    - one picture costs at most one vendor call, two where a setting asks for them; `label_many` uses the
      vendor's batch where it has one;
    - the outcomes of `label_many` are in the order of the pictures, and one picture's failure is its own:
      `Transient` for throttling, time-outs and faults of the vendor, `Permanent` for a bad or unsupported
      picture;
    - `Misconfigured` is raised, never returned: refused credentials, an API that is off;
    - every call ends by a deadline;
    - several threads may share one recognizer.
    """

    name: str
    """The registry's name of the recognizer."""

    recognizer_id: str
    """Recognizer, model and the settings that change its answers; labels of different ids never mix."""

    takes: FileLimits | None = None
    """The files that it gets as they are, see `Imaging.file`; None for one that looks at pixels."""

    def prepare(self) -> None:  # noqa: B027 - most have nothing to load
        """Load what the first picture would have to wait for; raises `Misconfigured`."""

    @abstractmethod
    def label_many(self, pictures: Sequence[Picture]) -> list[Labels | Failure]:
        """Label each picture; raises `Misconfigured` only."""

    def label(self, picture: Picture) -> Labels:
        """Label one picture; raises `Transient`, `Permanent` or `Misconfigured`."""
        [outcome] = self.label_many([picture])
        if isinstance(outcome, Failure):
            raise outcome
        return outcome


MAX_DIMENSIONS = 256
"""Coordinates a vector has at most: more would add little to a search, and much to every record."""

DECIMALS = 6
"""Digits kept of a coordinate; float32 holds no more."""


class Encoder(ABC):
    """Turns pictures into vectors: pictures that look alike get vectors with a large inner product.

    Promises, each a contract test run on every implementation; outcomes, failures and threads are as a
    recognizer's:

    - a vector has `dimensions` coordinates, at most `MAX_DIMENSIONS`, and unit length but for rounding;
      its first coordinates tell most, or all tell alike, so that it may be cut short and be normalized anew;
    - the same picture gets the same vector, alone or among others;
    - every call ends: by a deadline, or by the limits of its pictures where nobody else is asked.
    """

    name: str
    """The registry's name of the encoder."""

    encoder_id: str
    """Encoder, model and all that changes its vectors; vectors of different ids never mix."""

    dimensions: int
    """Coordinates of each vector."""

    def prepare(self) -> None:  # noqa: B027 - some have nothing to load
        """Load what the first picture would have to wait for; raises `Misconfigured`."""

    @abstractmethod
    def encode_many(self, pictures: Sequence[Picture]) -> list[Vector | Failure]:
        """Encode each picture; raises `Misconfigured` only."""

    def encode_products(self, pictures: Sequence[Picture]) -> list[Vector | Failure]:
        """Encode pictures of products, for which there is more time than for a shopper's photo."""
        return self.encode_many(pictures)

    def encode_whole(self, pictures: Sequence[Picture]) -> list[Vector | Failure]:
        """All that the network tells of each picture: what an exact vector search would compare."""
        return self.encode_many(pictures)

    def encode(self, picture: Picture) -> Vector:
        """Encode one picture; raises `Transient`, `Permanent` or `Misconfigured`."""
        [outcome] = self.encode_many([picture])
        if isinstance(outcome, Failure):
            raise outcome
        return outcome


def unit_vector(coordinates: Sequence[float]) -> Vector:
    """Return a vector of the same direction and of unit length, rounded.

    Raises `ValueError` where there is no direction: all coordinates are 0, or one is not finite.
    """
    length = math.hypot(*coordinates)
    if not 0 < length < math.inf:
        raise ValueError(f"coordinates of length {length} have no direction")
    return tuple(round(each / length, DECIMALS) for each in coordinates)


LEASE = 60.0
"""Seconds after which a claim's holder is taken for dead; longer than any recognizer's deadline."""

T = TypeVar("T")
"""A remembered answer: the `Labels` of a recognizer, the `Appearance` that an encoder sees."""

Settled = Union[T, Permanent]  # noqa: UP007 - a generic alias before Python 3.12
"""The last word about some bytes: an answer, or a refusal."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to ask about some bytes; `token` tells claims on the same bytes apart."""

    content_hash: str
    token: int


class AnnotationStore(Protocol, Generic[T]):
    """The answers of one recognizer or encoder, or its refusals, by the hash of the bytes.

    Promises, each a contract test run on every implementation:

    - what was settled is obtained ever after, by any process, until it is forgotten;
    - of all who ask for unsettled bytes, one holds the claim; the others obtain None until it is settled or
      released, or its lease has run out because its holder died;
    - settling twice keeps the first word; what another one said is never seen.

    All raise `Transient` or `Misconfigured` otherwise, within a deadline.
    """

    def obtain(self, content_hash: str) -> Settled[T] | Claim | None:
        """The word about the bytes; else the claim on them; else None: somebody else is asking."""

    def settle(self, claim: Claim, outcome: Settled[T]) -> None:
        """Remember the word about the bytes."""

    def release(self, claim: Claim) -> None:
        """Give the claim back without a word."""

    def peek(self, content_hash: str) -> Settled[T] | None:
        """The word about the bytes, if any, without claiming them."""

    def forget(self, content_hash: str, before_us: int) -> None:
        """Make bytes that were settled before that time (microseconds) unsettled and unclaimed again."""
