"""The texts of a catalog: ids, values that repeat, and characters that are cut in half."""

from __future__ import annotations

import re
from unicodedata import normalize

Fields = dict[str, str | list[str]]
"""The texts of a row or an item by name, of a name that stands there more than once a list."""

HALF = re.compile("[\ud800-\udfff]")
"""Half a character, as in a cut emoji or a file's name in an old encoding: it cannot be sent or printed."""


def whole(text: str) -> str:
    """The text with a sign in place of each half character."""
    return HALF.sub("\ufffd", text)


def add_value(fields: Fields, name: str, value: str) -> None:
    """Set a field; one that stands there more than once gets a list of its different values."""
    before = fields.get(name) or []
    several = before if isinstance(before, list) else [before]
    if not several:
        fields[name] = value
    elif value and value not in several:
        fields[name] = [*several, value]


def as_id(value: object) -> str:
    """The id that a field's value is, spelled as in pictures' names; "" for what is none."""
    return normalize("NFC", as_text(value))


def as_text(value: object) -> str:
    """A text or a whole number as text; "" for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    text = str(value).strip()
    return "" if HALF.search(text) else text
