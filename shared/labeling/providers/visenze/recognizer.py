"""Pictures to ViSenze, and its answers to labels."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

from pydantic import BaseModel, ConfigDict, ValidationError

from shared.imaging import Imaging
from shared.imaging.jpeg import read_header
from shared.labeling.provider import Wanted
from shared.labeling.providers.visenze import PROVIDER, TAKES, VisenzeReason, VisenzeSettings
from shared.labeling.remote import Problem, RemoteRecognizer, View, box, clipped, tidied
from shared.model import LABEL, Crop, Label, Labels

PATH = "/v1/image/recognize"

Size = tuple[int, int]
"""Width and height in pixels."""

_CORNERS = 4


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, allow_inf_nan=False)


class Tag(_Part):
    """`attribute:value`, such as `category:dress`, or a value alone; `score` is in 0..1."""

    tag: str
    score: float


class TaggedObject(_Part):
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
    """The findings of one tag group."""

    objects: tuple[TaggedObject, ...]


class VisenzeAnswer(_Part):
    """An answer: `result` where `status` is OK, else `error`, mostly a list of messages."""

    status: str
    error: object = None
    result: tuple[Result, ...] | None = None

    @property
    def ok(self) -> bool:
        """True of an answer with labels, be it none."""
        return self.status == "OK"

    @property
    def said(self) -> str:
        """The messages, for people."""
        messages = self.error if isinstance(self.error, list) else [self.error or self.status]
        return "; ".join(map(str, messages))

    @property
    def objects(self) -> tuple[TaggedObject, ...]:
        """The objects of all results."""
        return tuple(seen for result in self.result or () for seen in result.objects)


def read(body: bytes) -> VisenzeAnswer | None:
    """Read an answer's JSON; None for anything of another form, and for one that is OK but lacks a result."""
    try:
        answer = VisenzeAnswer.model_validate_json(body)
    except ValidationError:
        return None
    return None if answer.ok and answer.result is None else answer


def largest(objects: Iterable[TaggedObject]) -> tuple[TaggedObject, ...]:
    """Return the object with the largest box, the first of several; none if there is none."""
    ranked = sorted(objects, key=lambda seen: -seen.area)
    return tuple(ranked[:1])


def labels(objects: Iterable[TaggedObject], size: Size, min_score: float) -> Labels:
    """Labels of at least `min_score`, see `tidied`.

    A label is a tag's value, its kind the attribute, its box that of the object in fractions of `size`.
    """
    return tidied(label for label in _all(objects, size) if label.score >= min_score)


def _all(objects: Iterable[TaggedObject], size: Size) -> Iterator[Label]:
    for seen in objects:
        place = _fractions(seen.corners, size)
        for tag in seen.tags:
            attribute, colon, value = map(str.strip, tag.tag.partition(":"))
            kind, name = (attribute or LABEL, value) if colon else (LABEL, attribute)
            if name:
                yield Label(name, clipped(tag.score), kind, place)


def _fractions(corners: tuple[float, ...] | None, size: Size) -> Crop | None:
    if corners is None:
        return None
    left, top, right, bottom = (side / whole for side, whole in zip(corners, size * 2, strict=True))
    return box(left, top, right, bottom)


Ask = Callable[[bytes, float], VisenzeAnswer]
"""Answers about a JPEG file in so many seconds, or raises `Failure` or `Misconfigured`."""


class Visenze(RemoteRecognizer[Ask, VisenzeAnswer]):
    """Labels pictures by one tag group, each by a request of its own.

    What is not JPEG, or larger than is sent, is converted on this machine first.
    """

    name = PROVIDER.name
    takes = TAKES
    # What failed otherwise may have been looked at, and paid for.
    retried = frozenset({VisenzeReason.UNAVAILABLE})
    timed_out = VisenzeReason.TIMEOUT

    def __init__(
        self, connect: Callable[[], Ask], imaging: Imaging, wanted: Wanted, min_score: float, tag_group: str
    ) -> None:
        super().__init__(connect, imaging, wanted.timeout, wanted.again)
        self._only_largest = "largest" in wanted.features
        objects = "largest" if self._only_largest else "merge"
        chosen = f"objects={objects}/min={min_score:g}/max={wanted.max_labels}"
        self.recognizer_id = f"{self.name}{PATH}/{tag_group}/{chosen}"
        self._min_score = min_score
        self._max_labels = wanted.max_labels

    def _call(self, files: Sequence[bytes], seconds: float) -> Sequence[VisenzeAnswer | Problem]:
        return [self._client()(file, seconds) for file in files]

    def _labels(self, answer: VisenzeAnswer, view: View) -> Labels:
        objects = largest(answer.objects) if self._only_largest else answer.objects
        return labels(objects, read_header(view.file).size, self._min_score)[: self._max_labels]


def connected(settings: VisenzeSettings, max_labels: int) -> Ask:
    """Import requests and make what asks; nothing is sent yet."""
    from shared.labeling.providers.visenze.client import HttpSender, Keys, ask

    keys = Keys(settings.access_key.get_secret_value(), settings.secret_key.get_secret_value())
    fields = {"tag_group": settings.tag_group, "limit": str(max_labels)}
    return partial(ask, HttpSender(settings.host + PATH, keys, fields), keys)
