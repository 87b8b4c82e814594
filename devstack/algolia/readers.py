"""Readers of parameter values: each takes a parameter's name and raw value, and returns it checked.

Every reader raises AlgoliaError (400) that names the parameter and what it expects.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from devstack.algolia.errors import AlgoliaError
from devstack.algolia.limits import MAX_DISTINCT

Reader: TypeAlias = Callable[[str, object], object]


def invalid(name: str, expected: str) -> AlgoliaError:
    """Return the 400 for a value of the wrong type or range."""
    return AlgoliaError(f'Invalid value for "{name}" parameter, expected {expected}')


def text(name: str, value: object) -> str:
    """Read a string."""
    if not isinstance(value, str):
        raise invalid(name, "a string")
    return value


def boolean(name: str, value: object) -> bool:
    """Read a boolean; query strings also write 0 and 1."""
    if not isinstance(value, bool) and value not in (0, 1):
        raise invalid(name, "a boolean")
    return bool(value)


def integer(minimum: int, maximum: int) -> Reader:
    """Return a reader of integers in `minimum`..`maximum`."""

    def read(name: str, value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not minimum <= value <= maximum:
            raise invalid(name, f"an integer between {minimum} and {maximum}")
        return value

    return read


def strings(name: str, value: object) -> list[str]:
    """Read a list of strings; a single string counts as a list of one."""
    items = [value] if isinstance(value, str) else value
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        raise invalid(name, "an array of strings")
    return items


def replica_names(name: str, value: object) -> list[str]:
    """Read a list of standard replicas, each named once; empty names count as none, as Algolia has it."""
    names = [entry for entry in dict.fromkeys(strings(name, value)) if entry]
    if any(entry.startswith("virtual(") for entry in names):
        raise AlgoliaError("replicas: virtual replicas are not available here, only standard ones")
    return names


def one_of(*allowed: str) -> Reader:
    """Return a reader of one of a few words."""

    def read(name: str, value: object) -> object:
        if value not in allowed:
            raise invalid(name, f"one of {', '.join(allowed)}")
        return value

    return read


def distinct(name: str, value: object) -> int:
    """Read `distinct`: true is 1, false is 0, else 0..4."""
    return int(value) if isinstance(value, bool) else _distinct_number(name, value)


def _distinct_number(name: str, value: object) -> int:
    if not isinstance(value, int) or not 0 <= value <= MAX_DISTINCT:
        raise invalid(name, f"a boolean or an integer between 0 and {MAX_DISTINCT}")
    return value


def anything(_name: str, value: object) -> object:
    """Read a value that no part of this engine looks at."""
    return value
