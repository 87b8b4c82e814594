"""ViSenze's answers, and the labels in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pydantic import BaseModel, ConfigDict, ValidationError

from shared.model import LABEL, Crop, Label, Labels

Size = tuple[int, int]
"""Width and height in pixels."""

_CORNERS = 4


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, allow_inf_nan=False)


class Tag(_Part):
    """`attribute:value`, such as `category:dress`, or a value alone; `score` is in 0..1."""

    tag: str
    score: float


class Seen(_Part):
    """An object in the picture; `box` is left, top, right, bottom in pixels of the file that was sent."""

    tags: tuple[Tag, ...]
    box: tuple[float, ...] | None = None

    @property
    def area(self) -> float:
        """In pixels; 0 without a box."""
        left, top, right, bottom = self.corners or (0.0,) * _CORNERS
        return max(right - left, 0.0) * max(bottom - top, 0.0)

    @property
    def corners(self) -> tuple[float, ...] | None:
        """The box, None where there is none or it has no four sides."""
        return self.box if self.box and len(self.box) == _CORNERS else None


class Result(_Part):
    """What one tag group finds."""

    objects: tuple[Seen, ...]


class Answer(_Part):
    """An answer: `result` where `status` is OK, else `error`, mostly a list of messages."""

    status: str
    error: object = None
    result: tuple[Result, ...] | None = None

    @property
    def ok(self) -> bool:
        """Whether there are labels in it, be it none."""
        return self.status == "OK"

    @property
    def said(self) -> str:
        """The messages, for people."""
        messages = self.error if isinstance(self.error, list) else [self.error or self.status]
        return "; ".join(map(str, messages))

    @property
    def objects(self) -> tuple[Seen, ...]:
        """The objects of all results."""
        return tuple(seen for result in self.result or () for seen in result.objects)


def read(body: bytes) -> Answer | None:
    """Read an answer's JSON; None for anything of another form, and for one that is OK but lacks a result."""
    try:
        answer = Answer.model_validate_json(body)
    except ValidationError:
        return None
    return None if answer.ok and answer.result is None else answer


def largest(objects: Iterable[Seen]) -> tuple[Seen, ...]:
    """Return the object with the largest box, the first of several; none if there is none."""
    ranked = sorted(objects, key=lambda seen: -seen.area)
    return tuple(ranked[:1])


def labels(objects: Iterable[Seen], size: Size, min_score: float) -> Labels:
    """Labels best first, each name once whatever its case, scores in 0..1 and at least `min_score`.

    A label is a tag's value, its kind the attribute, its box that of the object in fractions of `size`.
    """
    unique: dict[str, Label] = {}
    certain = [label for label in _all(objects, size) if label.score >= min_score]
    for label in sorted(certain, key=lambda label: -label.score):
        unique.setdefault(label.name.casefold(), label)
    return tuple(unique.values())


def _all(objects: Iterable[Seen], size: Size) -> Iterator[Label]:
    for seen in objects:
        box = _fractions(seen.corners, size)
        for tag in seen.tags:
            attribute, colon, value = map(str.strip, tag.tag.partition(":"))
            kind, name = (attribute or LABEL, value) if colon else (LABEL, attribute)
            if name:
                yield Label(name, min(max(tag.score, 0.0), 1.0), kind, box)


def _fractions(corners: tuple[float, ...] | None, size: Size) -> Crop | None:
    """The part of the box that lies inside the picture; None where nothing does."""
    if corners is None:
        return None
    left, top, right, bottom = (
        min(max(side / whole, 0.0), 1.0) for side, whole in zip(corners, size * 2, strict=True)
    )
    return Crop(left, top, right - left, bottom - top) if left < right and top < bottom else None
