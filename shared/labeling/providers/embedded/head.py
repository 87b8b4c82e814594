"""A shop's own categories: the small file that says how they lie among the embedded encoder's coordinates.

`tools teach` fits it; the recogniser reads it. Weights are float32, little-endian, class by class, as base64.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from shared.errors import Misconfigured
from shared.labeling.encoding import unit_vector
from shared.labeling.providers.embedded.network import COORDINATES

VERSION = 1
"""Of the file's form; raised when older code could not read it."""

COLDEST, HOTTEST = 0.01, 100.0
"""The range of temperatures."""

_BIAS_DECIMALS = 6
_LARGEST_BIAS = 1e6
_STORED = np.dtype("<f4")
_ADVICE = "run tools teach again, or write the path of the file it wrote"


@dataclass(frozen=True, slots=True)
class Head:
    """Multinomial logistic regression on coordinates of unit length.

    `weights` have the shape [classes, COORDINATES], `bias` [classes]. Scores are the softmax of
    (weights . coordinates + bias) / temperature.
    """

    encoder_id: str
    classes: tuple[str, ...]
    weights: NDArray[np.float32]
    bias: NDArray[np.float64]
    temperature: float

    def scores(self, coordinates: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return the probability of each class, summing to 1; `coordinates` may be of any length.

        Raises `ValueError` where the coordinates have no direction.
        """
        unit = np.array(unit_vector(coordinates.tolist()))
        logits = (self.weights.astype(np.float64) @ unit + self.bias) / self.temperature
        powers = np.exp(logits - logits.max())
        scores: NDArray[np.float64] = powers / powers.sum()
        return scores

    def as_json(self) -> str:
        """The file's text."""
        document = {
            "version": VERSION,
            "encoder_id": self.encoder_id,
            "classes": self.classes,
            "temperature": self.temperature,
            "bias": [round(each, _BIAS_DECIMALS) for each in self.bias.tolist()],
            "weights": base64.b64encode(self.weights.astype(_STORED).tobytes()).decode("ascii"),
        }
        return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


class _Document(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    version: Literal[1]
    encoder_id: str
    classes: Annotated[list[Annotated[str, Field(min_length=1)]], Field(min_length=2)]
    temperature: Annotated[float, Field(ge=COLDEST, le=HOTTEST)]
    bias: list[Annotated[float, Field(ge=-_LARGEST_BIAS, le=_LARGEST_BIAS)]]
    weights: str

    @field_validator("classes")
    @classmethod
    def _distinct(cls, classes: list[str]) -> list[str]:
        if len({name.casefold() for name in classes}) < len(classes):
            raise ValueError("a class is named twice")
        return classes

    def head(self) -> Head:
        """Raises `ValueError` where the numbers do not fit the classes."""
        weights = np.frombuffer(base64.b64decode(self.weights, validate=True), _STORED)
        if weights.size != len(self.classes) * COORDINATES or len(self.bias) != len(self.classes):
            raise ValueError(f"there is no weight for each of {len(self.classes)} classes")
        if not np.isfinite(weights).all():
            raise ValueError("a weight is no number")
        return Head(
            encoder_id=self.encoder_id,
            classes=tuple(self.classes),
            weights=weights.reshape(-1, COORDINATES),
            bias=np.array(self.bias, np.float64),
            temperature=self.temperature,
        )


def parse_head(content: bytes, path: Path, encoder_id: str) -> Head:
    """Read a head's file; raises `Misconfigured` where it is damaged or was made for another encoder."""
    try:
        document = _Document.model_validate_json(content)
        if document.encoder_id != encoder_id:
            raise Misconfigured(
                "EMBEDDED_HEAD",
                f"{path} was made for {document.encoder_id}, but this model is {encoder_id}; {_ADVICE}",
            )
        return document.head()
    except ValidationError as error:
        raise _damaged(path, _first(error)) from error
    except ValueError as error:
        raise _damaged(path, str(error)) from error


def read_content(path: Path) -> bytes:
    """Return the file's bytes; raises `Misconfigured`."""
    try:
        return path.read_bytes()
    except OSError as error:
        advice = f"cannot read {path} ({error.strerror}); {_ADVICE}, or leave it empty"
        raise Misconfigured("EMBEDDED_HEAD", advice) from error


def _damaged(path: Path, problem: str) -> Misconfigured:
    return Misconfigured("EMBEDDED_HEAD", f"{path} is damaged ({problem}); {_ADVICE}")


def _first(error: ValidationError) -> str:
    fault = error.errors(include_input=False, include_url=False)[0]
    where = ".".join(map(str, fault["loc"]))
    return f"{where}: {fault['msg']}" if where else fault["msg"]
