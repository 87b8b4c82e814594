"""Which of the module's variables sets which environment variable, read out of its files; pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

_ASSIGNED = re.compile(r'(?:^|\{)[ \t]*"?(?P<name>[A-Z][A-Z0-9_]+)"?\s*=\s*(?P<value>.+)$', re.MULTILINE)
_REFERENCE = re.compile(r"\bvar\.([a-z_]+(?:\.[a-z_]+)*)")


def setters(files: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """Environment variables the files set, each with the variables of the module its value is made of.

    Nothing is there for a name that is not set; an empty tuple for one that the module knows by itself.
    """
    found: dict[str, set[str]] = defaultdict(set)
    for text in files:
        for assigned in _ASSIGNED.finditer(text):
            found[assigned["name"]].update(_REFERENCE.findall(assigned["value"]))
    return {name: tuple(sorted(variables)) for name, variables in found.items()}
