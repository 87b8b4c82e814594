"""The files of a function's bundle, and the archive they become; those of the nightly job's image.

All of `shared` is in both but the recognizers and encoders that were not chosen: the composition root names
every other module for both functions, some of them only where a setting asks for it.
"""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PurePosixPath
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from shared.labeling.provider import Provider
from shared.labeling.registry import ENCODERS, RECOGNIZERS
from shared.settings.labeling import NO_ENCODER

FUNCTIONS = ("enrich", "search")

FILES = PurePosixPath("files")
"""The folder of the operator's own files in a bundle."""

_PACKAGE = Path(__file__).parents[2]
_PROVIDERS = PurePosixPath("shared/labeling/providers")
_SHIPPED = frozenset({".py", ".json", ".txt"})
"""Suffixes of what belongs to the program; whatever else lies about, keys for one, stays at home."""

_EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The first moment that a zip archive can tell (PKWARE's APPNOTE, 4.4.6)."""

_UNIX = 3
_MODE = (stat.S_IFREG | 0o644) << 16
_DIGITS = 12

_OF_IMAGE = {
    "Dockerfile": "terraform/backfill/Dockerfile",
    "pyproject.toml": "pyproject.toml",
    "uv.lock": "uv.lock",
}

Contents = Mapping[str, bytes]
"""The bytes of each file by its name in the bundle, with slashes."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Names of `RECOGNIZER` and `ENCODER`, both known to the registry; `NO_ENCODER` for none."""

    recognizer: str
    encoder: str

    @property
    def folders(self) -> frozenset[str]:
        """The folders in `shared/labeling/providers` that are needed."""
        return frozenset(provider.folder for provider in self.providers)

    @property
    def groups(self) -> tuple[str, ...]:
        """The dependency groups of their libraries, in order."""
        return tuple(sorted({provider.dependencies for provider in self.providers}))

    @property
    def model(self) -> Path | None:
        """The place in a bundle of the model that set-up builds; None where none is looked for."""
        return next((provider.model for provider in self.providers if provider.model), None)

    @property
    def providers(self) -> tuple[Provider, ...]:
        """The providers that were chosen."""
        encoder = () if self.encoder == NO_ENCODER else (ENCODERS[self.encoder],)
        return (RECOGNIZERS[self.recognizer], *encoder)


@dataclass(frozen=True, slots=True)
class BundleSource:
    """The places that files are taken from: the repository, the model of set-up, the operator's own."""

    repository: Path
    model: Path
    files: tuple[Path, ...] = ()

    def contents(self, function: str, choice: Choice, requirements: bytes) -> Contents:
        """Every file of the bundle of `function`, one of `FUNCTIONS`; raises `OSError` naming a file."""
        found = dict(_shipped(self.repository / "functions" / function, PurePosixPath()))
        # A function is loaded as main.py, which is its siblings' package; this would be another.
        found.pop("__init__.py", None)
        shared = _shipped(self.repository / "shared", PurePosixPath("shared"))
        found |= {name: content for name, content in shared if _wanted(name, choice.folders)}
        return {**found, **self._models(choice), "requirements.txt": requirements}

    def image(self, choice: Choice) -> Contents:
        """Every file that the nightly job's image is built from; raises `OSError` naming a file."""
        found = {name: (self.repository / path).read_bytes() for name, path in _OF_IMAGE.items()}
        for folder in ("shared", "devstack", "tools"):
            found |= _shipped(self.repository / folder, PurePosixPath(folder))
        return {**found, **self._models(choice)}

    def _models(self, choice: Choice) -> Contents:
        """The operator's own files, and the model of set-up where it is needed."""
        own = {(FILES / path.name).as_posix(): path.read_bytes() for path in self.files}
        place = choice.model and choice.model.relative_to(_PACKAGE).as_posix()
        return {**own, place: self.model.read_bytes()} if place else own


def _shipped(folder: Path, below: PurePosixPath) -> Iterator[tuple[str, bytes]]:
    for path in folder.rglob("*"):
        inside = path.relative_to(folder)
        hidden = any(part.startswith((".", "__pycache__")) for part in inside.parts)
        if path.suffix in _SHIPPED and path.is_file() and not hidden:
            yield (below / inside.as_posix()).as_posix(), path.read_bytes()


def _wanted(name: str, providers: frozenset[str]) -> bool:
    path = PurePosixPath(name)
    if not path.is_relative_to(_PROVIDERS):
        return True
    first, *deeper = path.relative_to(_PROVIDERS).parts
    return not deeper or first in providers


def zipped(contents: Contents) -> bytes:
    """Pack as a zip archive, sorted by name, every time and mode the same.

    Nothing is compressed: what compressing yields depends on the machine's zlib, the model hardly shrinks,
    and all the rest is a third of a megabyte.
    """
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_STORED) as archive:
        for name, content in sorted(contents.items()):
            entry = ZipInfo(name, _EARLIEST)
            entry.create_system = _UNIX
            entry.external_attr = _MODE
            archive.writestr(entry, content)
    return packed.getvalue()


def named(name: str, content: bytes, suffix: str = "") -> str:
    """`enrich-0123456789ab.zip`, where the digits begin the SHA-256 of the content."""
    return f"{name}-{hashlib.sha256(content).hexdigest()[:_DIGITS]}{suffix}"
