"""Names of attributes that hold what one encoder says: two encoders' values never meet in one attribute."""

from __future__ import annotations

import re

_TAG = re.compile(r"[a-z0-9]{1,8}")


def versioned(attribute: str, tag: str) -> str:
    """`visualCode`, `lite0` -> `visualCode_lite0`; raises `ValueError` for a tag that is no encoder's."""
    if not _TAG.fullmatch(tag):
        raise ValueError(f"an encoder's tag is 1 to 8 characters of a-z and 0-9, not {tag!r}")
    return f"{attribute}_{tag}"
