"""Object names say which product a picture shows: `products/<objectID>/<file>` and the like."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from unicodedata import normalize
from urllib.parse import quote

from shared.errors import Misconfigured, Permanent
from shared.model import spellings
from shared.reasons import Reason

_PLACEHOLDER = re.compile(r"<(\w+)>")
_MATCHES = {"objectID": r"[^/]+", "file": r"[^/]+", "ext": r"[^/.]+"}


class Range(NamedTuple):
    """Names among which those of a product's pictures are: all that begin with `prefix`.

    In a `flat` one nothing behind a further slash belongs to the product; in an `exact` one only the prefix
    itself does.
    """

    prefix: str
    flat: bool
    exact: bool


@dataclass(frozen=True)
class _Pattern:
    """One compiled pattern, whose text is composed.

    `expression` matches a name; `after` is the literal text behind the objectID, and `rest` follows that.
    """

    expression: re.Pattern[str]
    before: str
    after: str
    rest: str

    def example(self, product: str) -> str:
        return self.before + product + self.after + _PLACEHOLDER.sub("x", self.rest)

    def ranges(self, product: str) -> Iterator[Range]:
        """Where the product's names are, for each way to spell what they begin with."""
        for parts in itertools.product(*map(spellings, (self.before, product, self.after))):
            yield Range("".join(parts), flat="/" not in self.rest, exact=not self.rest)


class Naming:
    """Object names <-> products, by the patterns of the setting `OBJECT_PATTERN`.

    Placeholders are `<objectID>` (required, once), `<file>` and `<ext>`; none of them matches a slash.
    Patterns instead of regular expressions, because the pictures of a product are listed by how their names
    begin.

    A name may be spelt in two ways: macOS decomposes the accents and syllables of what it uploads (Unicode's
    NFD), others compose them (NFC). Both mean the same product, which is named here in the composed form.
    """

    def __init__(self, patterns: Sequence[str]) -> None:
        self._patterns = [_compiled(normalize("NFC", pattern)) for pattern in patterns]

    def product(self, name: str) -> str | None:
        """The `objectID` a picture belongs to, or None for names that are not ours."""
        product = self._meant(name)
        return product if product and (name.isascii() or self._is_listed(name, product)) else None

    def check_spelling(self, name: str) -> None:
        """Raises `Permanent("unusual-spelling")` for a name that is not ours only for how it is spelt."""
        if (product := self._meant(name)) and not self._is_listed(name, product):
            raise Permanent(
                Reason.UNUSUAL_SPELLING,
                f"{name!a} is spelt in a way in which the pictures of {product!a} cannot be listed:"
                f" partly composed, or with look-alikes; name it {normalize('NFC', name)!a}",
            )

    def ranges(self, product: str) -> list[Range]:
        """Every name of the product's pictures is in one of these; each is as small as can be."""
        found: dict[str, Range] = {}
        for each in (names for pattern in self._patterns for names in pattern.ranges(product)):
            other = found.get(each.prefix, each)
            found[each.prefix] = Range(each.prefix, each.flat and other.flat, each.exact and other.exact)
        return [found[prefix] for prefix in sorted(found)]

    def example(self, product: str) -> str | None:
        """A name that a picture of the product could have; None where no pattern can express its objectID."""
        names = (
            each.before + product + each.after + _PLACEHOLDER.sub("x", each.rest) for each in self._patterns
        )
        return next((name for name in names if self.product(name) == normalize("NFC", product)), None)

    def _meant(self, name: str) -> str | None:
        """The product of a name however that is spelt."""
        composed = normalize("NFC", name)
        matches = (pattern.expression.fullmatch(composed) for pattern in self._patterns)
        return next((match["objectID"] for match in matches if match), None)

    def _is_listed(self, name: str, product: str) -> bool:
        return any(name.startswith(names.prefix) for names in self.ranges(product))


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
    after = _PLACEHOLDER.split(rest)[0]
    return _Pattern(re.compile("".join(parts), re.DOTALL), before, after, rest.removeprefix(after))


def image_url(template: str, bucket: str, name: str) -> str:
    """Fill `<bucket>` and `<name>` of the setting `IMAGE_URL_TEMPLATE`, the name percent-encoded."""
    return template.replace("<bucket>", bucket).replace("<name>", quote(name))
