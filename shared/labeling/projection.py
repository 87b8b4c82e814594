"""A linear projection that fits an encoder to one shop, in a file that `measure teach` writes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from shared.errors import Failure, Misconfigured, Permanent, Reason
from shared.imaging import Picture
from shared.labeling import MAX_DIMENSIONS, Encoder, unit_vector
from shared.labeling.taught import as_text, damaged, numbers_of, read_taught
from shared.model import Vector

VERSION = 1
"""Of the file's form; raised when older code could not read it."""

REVISION = 1
"""Raised whenever this code projects differently for the same file."""

SETTING = "ENCODER_PROJECTION"
ADVICE = (
    "run visual-search measure teach again, or write the path of the projection it wrote, or leave it empty"
)

Values = NDArray[np.float64]

_DIGITS = 8


@dataclass(frozen=True, slots=True)
class Projection:
    """`matrix`, of shape [outputs, dimensions], times what a vector has beyond `mean`; for one encoder only.

    The first outputs tell most, as those of an encoder do.
    """

    encoder_id: str
    mean: Values
    matrix: Values

    def apply(self, vectors: Values) -> Values:
        """Return the outputs, of any length, of one vector or of many."""
        return (vectors - self.mean) @ self.matrix.T

    def as_json(self) -> str:
        """The file's text."""
        document = {
            "version": VERSION,
            "encoder_id": self.encoder_id,
            "dimensions": len(self.mean),
            "outputs": len(self.matrix),
            "mean": as_text(self.mean),
            "matrix": as_text(self.matrix),
        }
        return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


class _Document(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    version: Literal[1]
    encoder_id: str
    dimensions: Annotated[int, Field(ge=1)]
    outputs: Annotated[int, Field(ge=1, le=MAX_DIMENSIONS)]
    mean: str
    matrix: str

    def projection(self) -> Projection:
        """Raises `ValueError` where the numbers do not fit the dimensions."""
        mean, matrix = _read(self.mean), _read(self.matrix)
        if (len(mean), len(matrix)) != (self.dimensions, self.outputs * self.dimensions):
            raise ValueError(f"there are not {self.outputs} x {self.dimensions} numbers")
        return Projection(self.encoder_id, mean, matrix.reshape(self.outputs, self.dimensions))


def _read(text: str) -> Values:
    numbers = numbers_of(text).astype(np.float64)
    if not np.isfinite(numbers).all():
        raise ValueError("one is no number")
    return numbers


class ProjectedEncoder(Encoder):
    """Another encoder whose vectors are projected; `encode_whole` stays as it is, to be compared with."""

    def __init__(self, inner: Encoder, projection: Projection, fingerprint: str) -> None:
        self.name = inner.name
        self.encoder_id = f"{inner.encoder_id}/projection={fingerprint}"
        self.dimensions = len(projection.matrix)
        self._inner = inner
        self._projection = projection

    def prepare(self) -> None:
        """See `Encoder`."""
        self._inner.prepare()

    def encode_many(self, pictures: Sequence[Picture]) -> list[Vector | Failure]:
        """See `Encoder`."""
        return [self._projected(each) for each in self._inner.encode_many(pictures)]

    def encode_products(self, pictures: Sequence[Picture]) -> list[Vector | Failure]:
        """See `Encoder`."""
        return [self._projected(each) for each in self._inner.encode_products(pictures)]

    def encode_whole(self, pictures: Sequence[Picture]) -> list[Vector | Failure]:
        """See `Encoder`."""
        return self._inner.encode_whole(pictures)

    def _projected(self, vector: Vector | Failure) -> Vector | Failure:
        if isinstance(vector, Failure):
            return vector
        try:
            # One by one: of many at once, the last digits would depend on the others.
            return unit_vector(self._projection.apply(np.array(vector)).tolist())
        except ValueError as error:
            return Permanent(Reason.BAD_PICTURE, f"the projection leaves nothing of this picture: {error}")


def projected(inner: Encoder, path: Path) -> Encoder:
    """Return the encoder with the projection of that file.

    Raises `Misconfigured` where the file cannot be read, is damaged, or was made for another encoder.
    """
    content = read_taught(SETTING, path, ADVICE)
    projection = _parsed(content, path)
    if (projection.encoder_id, len(projection.mean)) != (inner.encoder_id, inner.dimensions):
        problem = f"{path} was made for {projection.encoder_id}, but the encoder is {inner.encoder_id}"
        raise Misconfigured(SETTING, f"{problem}; {ADVICE}")
    fingerprint = hashlib.sha256(f"{REVISION}".encode() + content).hexdigest()[:_DIGITS]
    return ProjectedEncoder(inner, projection, fingerprint)


def _parsed(content: bytes, path: Path) -> Projection:
    try:
        return _Document.model_validate_json(content).projection()
    except ValueError as error:
        raise damaged(SETTING, path, error, ADVICE) from error
