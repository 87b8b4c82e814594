"""Files as one archive whose bytes depend on their names and contents alone."""

from __future__ import annotations

import hashlib
import stat
from io import BytesIO
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from tools.bundle.contents import Contents

_EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The first moment that a zip archive can tell (PKWARE's APPNOTE, 4.4.6)."""

_UNIX = 3
_MODE = (stat.S_IFREG | 0o644) << 16
_DIGITS = 12


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


def named(function: str, archive: bytes) -> str:
    """`enrich-0123456789ab.zip`, where the digits begin the SHA-256 of the archive."""
    return f"{function}-{hashlib.sha256(archive).hexdigest()[:_DIGITS]}.zip"
