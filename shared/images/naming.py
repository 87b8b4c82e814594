"""Object names say which product a picture shows: `products/<objectID>/<file>` and the like."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import NamedTuple
from urllib.parse import quote

from shared.errors import Misconfigured

_PLACEHOLDER = re.compile(r"<(\w+)>")
_MATCHES = {"objectID": r"[^/]+", "file": r"[^/]+", "ext": r"[^/.]+"}


_FIRST_SURROGATE, _BEHIND_SURROGATES = 0xD800, 0xE000


class Range(NamedTuple):
    """Names from `start` up to but without `end`, in the order of Cloud Storage: by code points."""

    start: str
    end: str

    @property
    def prefix(self) -> str:
        """What every name in it begins with; may be shared by names outside."""
        pairs = zip(self.start, self.end, strict=False)
        return "".join(first for first, _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


@dataclass(frozen=True)
class _Pattern:
    """One compiled pattern: `expression` matches a name, `prefix` begins every name of a product."""

    expression: re.Pattern[str]
    before: str
    after: str

    def prefix(self, product: str) -> str:
        return f"{self.before}{product}{self.after}"


class Naming:
    """Object names <-> products, by the patterns of the setting `OBJECT_PATTERN`.

    Placeholders are `<objectID>` (required, once), `<file>` and `<ext>`; none of them matches a slash.
    Patterns instead of regular expressions, because the pictures of a product are listed by how their names
    begin.
    """

    def __init__(self, patterns: Sequence[str]) -> None:
        self._patterns = [_compiled(pattern) for pattern in patterns]

    def product(self, name: str) -> str | None:
        """The `objectID` a picture belongs to, or None for names that are not ours."""
        for pattern in self._patterns:
            if match := pattern.expression.fullmatch(name):
                return match["objectID"]
        return None

    def ranges(self, product: str) -> list[Range]:
        """Every name of the product's pictures is in one of these; each is as small as can be.

        Neighbours are one range: names beginning with `products/7.` and `products/7/` follow each other.
        """
        ranges: list[Range] = []
        for prefix in sorted(pattern.prefix(product) for pattern in self._patterns):
            end = _after(prefix)
            if ranges and prefix <= ranges[-1].end:
                ranges[-1] = Range(ranges[-1].start, max(ranges[-1].end, end))
            else:
                ranges.append(Range(prefix, end))
        return ranges


def _after(prefix: str) -> str:
    """The first string, by code points, behind all that begin with `prefix`; "" where there is none."""
    rest = prefix.rstrip(chr(sys.maxunicode))
    if not rest:
        return ""
    following = ord(rest[-1]) + 1
    return rest[:-1] + chr(_BEHIND_SURROGATES if following == _FIRST_SURROGATE else following)


def _compiled(pattern: str) -> _Pattern:
    literals_and_names = _PLACEHOLDER.split(pattern)
    names = literals_and_names[1::2]
    if names.count("objectID") != 1 or not set(names) <= _MATCHES.keys() or len(names) != len(set(names)):
        raise Misconfigured(
            "OBJECT_PATTERN", f"{pattern!r} is no pattern; write one such as products/<objectID>/<file>"
        )
    parts = [
        f"(?P<{part}>{_MATCHES[part]})" if position % 2 else re.escape(part)
        for position, part in enumerate(literals_and_names)
    ]
    before, _, rest = pattern.partition("<objectID>")
    if "<" in before:
        raise Misconfigured("OBJECT_PATTERN", f"{pattern!r}: write <objectID> before the other placeholders")
    return _Pattern(re.compile("".join(parts), re.DOTALL), before, _PLACEHOLDER.split(rest)[0])


def image_url(template: str, bucket: str, name: str) -> str:
    """Fill `<bucket>` and `<name>` of the setting `IMAGE_URL_TEMPLATE`, the name percent-encoded."""
    return template.replace("<bucket>", bucket).replace("<name>", quote(name))
