"""The port to image encoders: a picture goes in, the place where it lies among all pictures comes out."""

from __future__ import annotations

import hashlib
import math
from abc import ABC, abstractmethod
from collections.abc import Sequence

from shared.errors import Failure
from shared.imaging import Picture
from shared.model import Vector

MAX_DIMENSIONS = 256
"""Coordinates a vector has at most: more would add little to a search, and much to every record."""

DECIMALS = 6
"""Digits kept of a coordinate; float32 holds no more."""

TAG_LENGTH = 6


class Encoder(ABC):
    """ProductLocks pictures into vectors: pictures that look alike get vectors with a large inner product.

    Promises, each a contract test run on every implementation:

    - a vector has `dimensions` coordinates, at most `MAX_DIMENSIONS`, and unit length but for rounding;
      its first coordinates tell most, or all tell alike, so that it may be cut short and be normalized anew;
    - the same picture gets the same vector, alone or among others;
    - the outcomes of `encode_many` are in the order of the pictures, and one picture's failure is its own:
      `Transient` for faults that pass, `Permanent` for a bad or unsupported picture;
    - `Misconfigured` is raised, never returned;
    - every call ends: by a deadline, or by the limits of its pictures where nobody else is asked;
    - several threads may share one encoder.
    """

    name: str
    """The registry's name of the encoder."""

    encoder_id: str
    """Encoder, model and all that changes its vectors; vectors of different ids never mix."""

    dimensions: int
    """Coordinates of each vector."""

    @property
    def tag(self) -> str:
        """A short form of `encoder_id` for names of attributes: six hexadecimal digits."""
        return hashlib.sha256(self.encoder_id.encode()).hexdigest()[:TAG_LENGTH]

    def prepare(self) -> None:  # noqa: B027 - some have nothing to load
        """Load what the first picture would have to wait for; raises `Misconfigured`."""

    @abstractmethod
    def encode_many(self, pictures: Sequence[Picture]) -> list[Vector | Failure]:
        """Encode each picture; raises `Misconfigured` only."""

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
