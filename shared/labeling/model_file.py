"""A model's file on disk: that it is there, and what tells it from any other."""

from __future__ import annotations

import hashlib
from pathlib import Path

from shared.errors import Misconfigured


def check(model: Path, setting: str, advice: str) -> None:
    """Raises `Misconfigured` where there is no such file; reads nothing of it."""
    if not model.is_file():
        raise Misconfigured(setting, f"cannot read {model}; {advice}")


def digest(*parts: bytes | Path, setting: str, advice: str) -> str:
    """Return the SHA-256 of bytes and files' contents in hexadecimal digits; raises `Misconfigured`."""
    whole = hashlib.sha256()
    for part in parts:
        if isinstance(part, bytes):
            whole.update(part)
            continue
        try:
            with part.open("rb") as file:
                hashlib.file_digest(file, lambda: whole)
        except OSError as error:
            raise Misconfigured(setting, f"cannot read {part} ({error.strerror}); {advice}") from error
    return whole.hexdigest()
