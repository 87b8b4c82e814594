"""The files of a function's bundle.

All of `shared` is in both but the recognisers and encoders that were not chosen: the composition root names
every other module for both functions, some of them only where a setting asks for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from tools.bundle.choice import Choice

FUNCTIONS = ("enrich", "search")

FILES = PurePosixPath("files")
"""Where files of the operator's own lie in a bundle."""

_PACKAGE = Path(__file__).parents[2]
_PROVIDERS = PurePosixPath("shared/labeling/providers")
_SHIPPED = frozenset({".py", ".json", ".txt"})
"""Suffixes of what belongs to the program; whatever else lies about, keys for one, stays at home."""

Contents = Mapping[str, bytes]
"""What a file holds, by its name in the bundle, with slashes."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where files are taken from: the repository, the model that set-up builds, and the operator's own."""

    repository: Path
    model: Path
    files: tuple[Path, ...] = ()

    def contents(self, function: str, choice: Choice, requirements: bytes) -> Contents:
        """Every file of the bundle of `function`, one of `FUNCTIONS`; raises `OSError` naming a file."""
        found = dict(_read(self.repository / "functions" / function, PurePosixPath()))
        # A function is loaded as main.py, which is its siblings' package; this would be another.
        found.pop("__init__.py", None)
        shared = _read(self.repository / "shared", PurePosixPath("shared"))
        found |= {name: content for name, content in shared if _wanted(name, choice.folders)}
        found |= {(FILES / path.name).as_posix(): path.read_bytes() for path in self.files}
        if choice.model:
            found[choice.model.relative_to(_PACKAGE).as_posix()] = self.model.read_bytes()
        return found | {"requirements.txt": requirements}


def _read(folder: Path, below: PurePosixPath) -> Iterator[tuple[str, bytes]]:
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
