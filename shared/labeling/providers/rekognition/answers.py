"""What DetectLabels answers, in the project's words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from shared.model import Crop, Label, Labels

if TYPE_CHECKING:
    from mypy_boto3_rekognition.type_defs import (
        DetectLabelsImagePropertiesTypeDef,
        InstanceTypeDef,
        LabelTypeDef,
    )

PARENT_SHARE = 0.5
"""Of its child's score: Amazon leaves a parent out when it has no room for it or is not sure of it, so what
is inferred from the taxonomy ranks below what was seen."""

COLOUR = "colour"


def labels(found: Sequence[LabelTypeDef], max_labels: int, others: Labels = ()) -> Labels:
    """The labels best first, each name once whatever its case, at most `max_labels` and `others` beside.

    Parents that are not among them fill the places left.
    """
    seen = [label for each in found if (label := _label(each))]
    inferred = [
        Label(parent["Name"], PARENT_SHARE * _share(each.get("Confidence", 0.0)))
        for each in found
        for parent in each.get("Parents", ())
        if parent.get("Name")
    ]
    chosen = _unique([*_best_first(seen), *_best_first(inferred)])[:max_labels]
    return tuple(_best_first(_unique([*chosen, *others])))


def colours(properties: DetectLabelsImagePropertiesTypeDef) -> Labels:
    """The names of the dominant colours with the share they cover.

    Those of the foreground, where Amazon tells it from the background, else of the whole picture; shades of
    one name are added up.
    """
    foreground = properties.get("Foreground", {}).get("DominantColors")
    shares: defaultdict[str, float] = defaultdict(float)
    for shade in foreground or properties.get("DominantColors", ()):
        shares[shade.get("SimplifiedColor", "").lower()] += shade.get("PixelPercent", 0.0)
    return tuple(Label(name, _share(percent), COLOUR) for name, percent in shares.items() if name)


def _label(found: LabelTypeDef) -> Label | None:
    name = found.get("Name", "").strip()
    return Label(name, _share(found.get("Confidence", 0.0)), box=_largest(found)) if name else None


def _share(percent: float) -> float:
    return min(max(percent / 100, 0.0), 1.0)


def _largest(found: LabelTypeDef) -> Crop | None:
    boxes = _boxes(found.get("Instances", ()))
    return max(boxes, key=lambda box: box.width * box.height, default=None)


def _boxes(instances: Iterable[InstanceTypeDef]) -> Iterator[Crop]:
    """The boxes as far as they lie inside the picture; Amazon's may reach beyond its edges."""
    for instance in instances:
        box = instance.get("BoundingBox", {})
        left, top = box.get("Left", 0.0), box.get("Top", 0.0)
        right, bottom = min(left + box.get("Width", 0.0), 1.0), min(top + box.get("Height", 0.0), 1.0)
        left, top = max(left, 0.0), max(top, 0.0)
        if left < right and top < bottom:
            yield Crop(left, top, right - left, bottom - top)


def _best_first(found: Iterable[Label]) -> list[Label]:
    return sorted(found, key=lambda label: -label.score)


def _unique(found: Iterable[Label]) -> list[Label]:
    unique: dict[str, Label] = {}
    for label in found:
        unique.setdefault(label.name.casefold(), label)
    return list(unique.values())
