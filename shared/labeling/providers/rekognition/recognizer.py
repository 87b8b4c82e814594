"""Pictures to DetectLabels, and its answers to labels."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from shared.errors import Reason
from shared.imaging import Imaging
from shared.labeling.provider import Wanted
from shared.labeling.providers.rekognition import PROVIDER, TAKES, RekognitionReason, RekognitionSettings
from shared.labeling.remote import Problem, RemoteRecognizer, View, box, clipped, tidied
from shared.model import Crop, Label, Labels

if TYPE_CHECKING:
    from mypy_boto3_rekognition.literals import DetectLabelsFeatureNameType
    from mypy_boto3_rekognition.type_defs import (
        DetectLabelsImagePropertiesTypeDef,
        DetectLabelsRequestTypeDef,
        DetectLabelsResponseTypeDef,
        InstanceTypeDef,
        LabelTypeDef,
    )

MAX_COLORS = 5
"""Shades asked for: what else there is covers little."""

PARENT_SHARE = 0.5
"""Of its child's score: Amazon leaves a parent out when it has no room for it or is not sure of it, so what
is inferred from the taxonomy ranks below what was seen."""

COLOR = "color"


class Rekognition(RemoteRecognizer["Detect", "DetectLabelsResponseTypeDef"]):
    """Labels pictures by DetectLabels."""

    name = PROVIDER.name
    takes = TAKES
    # A call that timed out is left out: it may have been answered, and paid for. Amazon counts its quota per
    # second, so throttling passes within a deadline.
    retried = frozenset({Reason.THROTTLED, RekognitionReason.UNAVAILABLE, RekognitionReason.FAILED})
    timed_out = RekognitionReason.TIMEOUT

    def __init__(
        self, connect: Callable[[], Detect], imaging: Imaging, wanted: Wanted, min_score: float
    ) -> None:
        super().__init__(connect, imaging, wanted.timeout, wanted.again)
        self._has_colors = "colors" in wanted.features
        chosen = f"min={min_score:g}/max={wanted.max_labels}{'/colors' if self._has_colors else ''}"
        self.recognizer_id = f"{self.name}/detect-labels/{chosen}"
        self._min_score = min_score
        self._max_labels = wanted.max_labels

    def _call(
        self, files: Sequence[bytes], seconds: float
    ) -> Sequence[DetectLabelsResponseTypeDef | Problem]:
        del seconds  # the library's client has its time-outs already
        return [self._client()(self._request(file)) for file in files]

    def _request(self, content: bytes) -> DetectLabelsRequestTypeDef:
        features: list[DetectLabelsFeatureNameType] = ["GENERAL_LABELS"]
        request: DetectLabelsRequestTypeDef = {
            "Image": {"Bytes": content},
            "MaxLabels": self._max_labels,
            "MinConfidence": 100 * self._min_score,
            "Features": features,
        }
        if self._has_colors:
            features.append("IMAGE_PROPERTIES")
            request["Settings"] = {"ImageProperties": {"MaxDominantColors": MAX_COLORS}}
        return request

    def _labels(self, answer: DetectLabelsResponseTypeDef, view: View) -> Labels:
        del view  # boxes are in fractions of it
        return labels(answer["Labels"], self._max_labels, colors(answer.get("ImageProperties", {})))


Detect = Callable[["DetectLabelsRequestTypeDef"], "DetectLabelsResponseTypeDef"]
"""Answers a request, or raises `Failure` or `Misconfigured`."""


def connected(settings: RekognitionSettings, timeout: float) -> Detect:
    """Import Amazon's client and make it, for whoever the settings say."""
    from shared.labeling.providers.rekognition.client import connect, google_identity

    return connect(settings, google_identity, timeout)


def labels(found: Sequence[LabelTypeDef], max_labels: int, others: Labels = ()) -> Labels:
    """The labels, see `tidied`, at most `max_labels` and beside them the `others` that no label is named as.

    Parents that are not among them fill the places left.
    """
    seen = [label for each in found if (label := _label(each))]
    inferred = [
        Label(parent["Name"], PARENT_SHARE * clipped(each.get("Confidence", 0.0) / 100))
        for each in found
        for parent in each.get("Parents", ())
        if parent.get("Name")
    ]
    chosen = [*tidied(seen), *_unnamed(tidied(inferred), seen)][:max_labels]
    return tidied([*chosen, *_unnamed(others, chosen)])


def _unnamed(labels: Iterable[Label], known: Iterable[Label]) -> list[Label]:
    """Those that have the name of none that is known."""
    names = {label.name.casefold() for label in known}
    return [label for label in labels if label.name.casefold() not in names]


def colors(properties: DetectLabelsImagePropertiesTypeDef) -> Labels:
    """The names of the dominant colors with the share they cover.

    Those of the foreground, where Amazon tells it from the background, else of the whole picture; shades of
    one name are added up.
    """
    foreground = properties.get("Foreground", {}).get("DominantColors")
    shares: defaultdict[str, float] = defaultdict(float)
    for shade in foreground or properties.get("DominantColors", ()):
        shares[shade.get("SimplifiedColor", "").lower()] += shade.get("PixelPercent", 0.0)
    return tuple(Label(name, clipped(percent / 100), COLOR) for name, percent in shares.items() if name)


def _label(found: LabelTypeDef) -> Label | None:
    name = found.get("Name", "").strip()
    score = clipped(found.get("Confidence", 0.0) / 100)
    return Label(name, score, box=_largest(found.get("Instances", ()))) if name else None


def _largest(instances: Iterable[InstanceTypeDef]) -> Crop | None:
    boxes = filter(None, map(_box, instances))
    return max(boxes, key=lambda each: each.width * each.height, default=None)


def _box(instance: InstanceTypeDef) -> Crop | None:
    found = instance.get("BoundingBox", {})
    left, top = found.get("Left", 0.0), found.get("Top", 0.0)
    return box(left, top, left + found.get("Width", 0.0), top + found.get("Height", 0.0))
