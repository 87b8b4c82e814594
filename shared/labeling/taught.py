"""Files that `measure teach` writes: JSON whose many numbers are float32, little-endian, in base64."""

from __future__ import annotations

import base64
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from shared.errors import Misconfigured

_STORED = np.dtype("<f4")


def as_text(numbers: NDArray[np.floating]) -> str:
    """Return numbers as a field of the file, row by row."""
    return base64.b64encode(numbers.astype(_STORED).tobytes()).decode("ascii")


def numbers_of(text: str) -> NDArray[np.float32]:
    """Return a field's numbers in one row; raises `ValueError` for what is no such field."""
    return np.frombuffer(base64.b64decode(text, validate=True), _STORED)


def read_taught(setting: str, path: Path, advice: str) -> bytes:
    """Return the bytes of the file that a setting names; raises `Misconfigured`."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise Misconfigured(setting, f"cannot read {path} ({error.strerror}); {advice}") from error


def damaged(setting: str, path: Path, error: ValueError, advice: str) -> Misconfigured:
    """Say what ails the content of the file."""
    problem = _first(error) if isinstance(error, ValidationError) else str(error)
    return Misconfigured(setting, f"{path} is damaged ({problem}); {advice}")


def _first(error: ValidationError) -> str:
    fault = error.errors(include_input=False, include_url=False)[0]
    where = ".".join(map(str, fault["loc"]))
    return f"{where}: {fault['msg']}" if where else fault["msg"]
