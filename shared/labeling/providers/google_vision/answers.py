"""From Vision's answer about one picture to labels, or to the reason why there are none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from shared.errors import Permanent
from shared.imaging.colors import name_of, shade_of
from shared.labeling.providers.google_vision.errors import Problem, failure_of
from shared.labeling.providers.google_vision.features import SafeSearch
from shared.model import LABEL, Crop, Label, Labels

if TYPE_CHECKING:
    from google.cloud.vision_v1 import AnnotateImageResponse, BoundingPoly, EntityAnnotation

TEXT_SCORE = 0.5
"""The score of a word, for which Vision gives none: as sure as the least sure label."""

MIN_COLOUR_SHARE = 0.1
"""Of the picture's pixels; what covers less is a detail, a shadow or a reflection."""

_WORD_LENGTHS = range(2, 41)
"""Characters; shorter is noise, and longer no word."""

_LEAST_LIKELIHOOD: Mapping[SafeSearch, int] = {"possible": 3, "likely": 4, "very-likely": 5}
_UNSAFE = ("adult", "violence", "racy")

_PEOPLE = frozenset({"person", "man", "woman", "boy", "girl", "human body", "human face", "human head"})
"""What wears the products is none of them."""


def refusal(answer: AnnotateImageResponse, safe_search: SafeSearch) -> Problem | None:
    """Why the picture has no labels: an error of its own, or it looks unsafe; None where it may have."""
    if answer.error.code:
        return failure_of(answer.error.code, answer.error.message)
    unsafe = _unsafe(answer, safe_search)
    if unsafe:
        return Permanent(
            "unsafe-picture", f"Vision finds the picture {safe_search} to show {', '.join(unsafe)}"
        )
    return None


def _unsafe(answer: AnnotateImageResponse, safe_search: SafeSearch) -> list[str]:
    if not safe_search:
        return []
    least = _LEAST_LIKELIHOOD[safe_search]
    return [kind for kind in _UNSAFE if getattr(answer.safe_search_annotation, kind) >= least]


def labels_of(answer: AnnotateImageResponse, min_score: float, max_labels: int) -> Labels:
    """Everything the answer names, best first, each name once whatever its case, scores in 0..1.

    At most `max_labels` of each kind. `min_score` is for labels, objects and logos: words have no score of
    their own, and a colour's is the share of the picture that it covers.
    """
    kinds: tuple[Iterable[Label], ...] = (
        _entities(answer.label_annotations, LABEL, min_score),
        _objects(answer, min_score),
        _entities(answer.logo_annotations, "logo", min_score),
        _words(answer),
        _colours(answer),
    )
    return _unique(label for kind in kinds for label in _unique(kind)[:max_labels])


def largest_object(answer: AnnotateImageResponse, min_score: float) -> Crop | None:
    """Where the largest object lies that is no person; None where there is none."""
    boxes = (
        label.box
        for label in _objects(answer, min_score)
        if label.box and label.name.casefold() not in _PEOPLE
    )
    return max(boxes, key=lambda box: box.width * box.height, default=None)


def _entities(annotations: Iterable[EntityAnnotation], kind: str, min_score: float) -> Iterator[Label]:
    for annotation in annotations:
        name = annotation.description.strip()
        if name and annotation.score >= min_score:
            yield Label(name, _within(annotation.score), kind)


def _objects(answer: AnnotateImageResponse, min_score: float) -> Iterator[Label]:
    for found in answer.localized_object_annotations:
        name = found.name.strip()
        if name and found.score >= min_score:
            yield Label(name, _within(found.score), "object", _box(found.bounding_poly))


def _box(outline: BoundingPoly) -> Crop | None:
    """The upright rectangle around an outline, as far as it lies in the picture."""
    across = [_within(corner.x) for corner in outline.normalized_vertices] or [0.0]
    down = [_within(corner.y) for corner in outline.normalized_vertices] or [0.0]
    width, height = max(across) - min(across), max(down) - min(down)
    return Crop(min(across), min(down), width, height) if width > 0 and height > 0 else None


def _words(answer: AnnotateImageResponse) -> Iterator[Label]:
    """The words in the order of reading; the first annotation is the text as a whole."""
    for annotation in islice(answer.text_annotations, 1, None):
        word = annotation.description.strip()
        if len(word) in _WORD_LENGTHS and any(map(str.isalnum, word)):
            yield Label(word, TEXT_SCORE, "text")


def _colours(answer: AnnotateImageResponse) -> Iterator[Label]:
    shares: defaultdict[str, float] = defaultdict(float)
    for found in answer.image_properties_annotation.dominant_colors.colors:
        red, green, blue = map(round, (found.color.red, found.color.green, found.color.blue))
        shares[name_of(shade_of(red, green, blue))] += found.pixel_fraction
    for name, share in shares.items():
        if share >= MIN_COLOUR_SHARE:
            yield Label(name, _within(share), "colour")


def _unique(labels: Iterable[Label]) -> Labels:
    """Best first, of equals the plain labels; a name that came with a box anywhere keeps it."""
    best: dict[str, Label] = {}
    for label in sorted(labels, key=lambda label: (-label.score, label.kind != LABEL)):
        name = label.name.casefold()
        kept = best.setdefault(name, label)
        if kept.box is None:
            best[name] = replace(kept, box=label.box)
    return tuple(best.values())


def _within(value: float) -> float:
    return min(1.0, max(0.0, value))
