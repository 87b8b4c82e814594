"""What the operator asks about: a picture's name or address, or a product; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from unicodedata import normalize

from shared.errors import Permanent
from shared.pictures import Naming

_SCHEME = "gs://"


@dataclass(frozen=True, slots=True)
class Subject:
    """A product, and the picture it was asked for by, with the pattern that matched its name."""

    product: str
    name: str | None = None
    pattern: str | None = None


def subject(asked: str, bucket: str, patterns: Sequence[str]) -> Subject:
    """Read an object's name, its `gs://` address, or a product's id.

    Raises `Permanent` for an object that the enrich function ignores, or parks for its spelling.
    """
    name = _name(asked, bucket)
    for pattern in patterns:
        if product := Naming([pattern]).product(name):
            return Subject(product, name, pattern)
    Naming(patterns).check_spelling(name)
    # No placeholder matches a slash, so what holds one is no product's id either.
    if asked.startswith(_SCHEME) or "/" in asked:
        known = ", ".join(patterns)
        raise Permanent(
            "outside-pattern",
            f"{asked} is ignored: its name matches no pattern of OBJECT_PATTERN ({known}).\n"
            "What to do: rename the object, or add a pattern that matches it.",
        )
    return Subject(normalize("NFC", asked))


def _name(asked: str, bucket: str) -> str:
    if not asked.startswith(_SCHEME):
        return asked
    named, _, name = asked.removeprefix(_SCHEME).partition("/")
    if named != bucket:
        raise Permanent(
            "other-bucket",
            f"{asked} is ignored: the enrich function looks at gs://{bucket} only (PICTURE_BUCKET).\n"
            "What to do: ask about an object of that bucket, or set PICTURE_BUCKET as the function has it.",
        )
    return name
