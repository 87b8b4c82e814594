"""Whose pictures the shop's names say they are."""

from __future__ import annotations

import re

_NAME = re.compile(r"products/(?:(?P<folder>[^/]+)/[^/]+|(?P<stem>[^/]+)\.[^/.]+)")


def product_of(name: str) -> str | None:
    match = _NAME.fullmatch(name)
    return (match["folder"] or match["stem"]) if match else None
