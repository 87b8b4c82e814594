"""Which objects can be pictures, told by their name and type before a byte is read."""

from __future__ import annotations

import mimetypes

from shared.imaging import FORMATS
from shared.model import StoredPicture

_KNOWN = mimetypes.MimeTypes()
"""The types that Python itself knows by a name's ending, whatever this machine's files say."""

_PICTURES = frozenset(ending for known in FORMATS for ending in known.endings)
_SYSTEMS_OWN = frozenset({"thumbs.db", "desktop.ini"})
_UNTOLD = frozenset({"", "application/octet-stream", "binary/octet-stream"})
"""Types that uploads have when nobody said what they are."""


def counts(stored: StoredPicture) -> bool:
    """Whether an object may be a picture: by its name's ending where that says anything, else by its type.

    Whatever claims to be one is; what it is indeed, only its bytes tell.
    """
    by_name = named_like_picture(stored.name)
    if by_name is not None:
        return by_name
    kind = stored.content_type.partition(";")[0].strip().lower()
    return kind in _UNTOLD or kind.startswith("image/")


def named_like_picture(name: str) -> bool | None:
    """Whether a name is a picture's, whatever its object holds; None where it does not say.

    Hidden files and those that systems leave behind never are: `.DS_Store`, `._front.jpg`, `Thumbs.db`.
    """
    file = name.rpartition("/")[2].lower()
    if file.startswith(".") or file in _SYSTEMS_OWN:
        return False
    ending = file.rpartition(".")[2] if "." in file else ""
    if ending in _PICTURES:
        return True
    kind, encoding = _KNOWN.guess_type(file, strict=False)
    if kind is None and encoding is None:
        return None
    return encoding is None and str(kind).startswith("image/")
