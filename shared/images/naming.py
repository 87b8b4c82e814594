"""Object names say which product a picture shows: `products/<objectID>/<file>` and the like."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from shared.errors import Misconfigured

_PLACEHOLDER = re.compile(r"<(\w+)>")
_MATCHES = {"objectID": r"[^/]+", "file": r"[^/]+", "ext": r"[^/.]+"}


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
    Patterns instead of regular expressions, because the pictures of a product must be listed by prefix.
    """

    def __init__(self, patterns: Sequence[str]) -> None:
        self._patterns = [_compiled(pattern) for pattern in patterns]

    def product(self, name: str) -> str | None:
        """The `objectID` a picture belongs to, or None for names that are not ours."""
        for pattern in self._patterns:
            if match := pattern.expression.fullmatch(name):
                return match["objectID"]
        return None

    def prefixes(self, product: str) -> list[str]:
        """Every name of the product's pictures begins with one of these; each is as long as can be."""
        return [pattern.prefix(product) for pattern in self._patterns]


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
