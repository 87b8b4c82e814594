"""The places that pictures are written to: the port, and a folder."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

from devstack.catalogs.wrong import Wrong
from shared.errors import Permanent
from shared.model import md5


class PictureTarget(Protocol):
    """Pictures by name, such as the bucket of product pictures.

    Promises, each a contract test run on every implementation:

    - `listing` gives every name with the MD5 of its bytes in base64;
    - `put` and `copy` write a picture whole or not at all, over one of the same name;
    - `delete` leaves all others, and is content where there is none of the name.

    All raise `Transient` or `Misconfigured`, and `Permanent("unnameable-id")` for a name that cannot be.
    """

    def listing(self) -> Iterator[tuple[str, str]]:
        """The names that are there, each with its content's hash."""

    def put(self, name: str, content: bytes, media_type: str) -> None:
        """Write a picture."""

    def copy(self, source: str, name: str) -> None:
        """Write a picture that is there under another name too."""

    def delete(self, name: str) -> None:
        """Remove a picture."""


class FolderTarget:
    """A folder, which is made when it is needed; see `PictureTarget`. Raises `OSError` as well."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def listing(self) -> Iterator[tuple[str, str]]:
        """See `PictureTarget`."""
        for path in self._folder.rglob("*"):
            if path.is_file() and not path.name.startswith("."):
                yield path.relative_to(self._folder).as_posix(), md5(path.read_bytes())

    def put(self, name: str, content: bytes, media_type: str) -> None:  # noqa: ARG002 a file has no type
        """See `PictureTarget`."""
        self._write(name, lambda partial: partial.write_bytes(content))

    def copy(self, source: str, name: str) -> None:
        """See `PictureTarget`."""
        self._write(name, lambda partial: shutil.copyfile(self._path(source), partial))

    def delete(self, name: str) -> None:
        """See `PictureTarget`."""
        self._path(name).unlink(missing_ok=True)

    def _write(self, name: str, write: Callable[[Path], object]) -> None:
        path = self._path(name)
        partial = path.with_name(f".{path.name}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write(partial)
            partial.replace(path)
        except OSError as error:
            if error.errno != errno.ENAMETOOLONG:
                raise
            raise Permanent(Wrong.UNNAMEABLE_ID, "a file's name cannot be so long") from error

    def _path(self, name: str) -> Path:
        """The file of a name, which never lies outside the folder."""
        if "\0" in name or {".", "..", ""} & set(name.split("/")):
            raise Permanent(Wrong.UNNAMEABLE_ID, f"{name!r} cannot be a file's name")
        return self._folder / name
