"""Pictures to DetectLabels, and its answers to labels."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from shared.imaging import FileLimits, Imaging
from shared.labeling.one_by_one import OneByOne
from shared.labeling.providers.rekognition.answers import colours, labels
from shared.model import Labels
from shared.once import Once

if TYPE_CHECKING:
    from mypy_boto3_rekognition.literals import DetectLabelsFeatureNameType
    from mypy_boto3_rekognition.type_defs import DetectLabelsRequestTypeDef, DetectLabelsResponseTypeDef

MAX_BYTES = 5_242_880
"""Of a picture given as bytes, see Amazon's page "Guidelines and quotas"."""

MAX_SIDE = 4096
"""Pixels. Amazon takes 10,000; what a phone takes goes untouched, and more only costs time."""

MAX_COLOURS = 5
"""Shades asked for: what else there is covers little."""

Detect = Callable[["DetectLabelsRequestTypeDef", float], "DetectLabelsResponseTypeDef"]
"""Answers a request before a deadline on `time.monotonic`, or raises `Failure` or `Misconfigured`."""


class Rekognition(OneByOne):
    """Labels pictures by DetectLabels, each within `timeout` seconds after it was made to fit."""

    name = "rekognition"
    takes = FileLimits(frozenset({"JPEG", "PNG"}), MAX_BYTES, MAX_SIDE)

    def __init__(  # noqa: PLR0913 - what `create` was told
        self,
        connect: Callable[[], Detect],
        *,
        image_properties: bool,
        timeout: float,
        min_score: float,
        max_labels: int,
        imaging: Imaging,
    ) -> None:
        super().__init__(imaging)
        extras = "/colours" if image_properties else ""
        self.recogniser_id = f"rekognition/detect-labels/min={min_score:g}/max={max_labels}{extras}"
        self._detect = Once(connect)
        self._image_properties = image_properties
        self._timeout = timeout
        self._min_score = min_score
        self._max_labels = max_labels

    def prepare(self) -> None:
        """See `Labeler`: imports Amazon's client, and connects at the first call."""
        self._detect()

    def _look(self, file: bytes) -> Labels:
        answer = self._detect()(self._request(file), time.monotonic() + self._timeout)
        return labels(answer["Labels"], self._max_labels, colours(answer.get("ImageProperties", {})))

    def _request(self, content: bytes) -> DetectLabelsRequestTypeDef:
        features: list[DetectLabelsFeatureNameType] = ["GENERAL_LABELS"]
        request: DetectLabelsRequestTypeDef = {
            "Image": {"Bytes": content},
            "MaxLabels": self._max_labels,
            "MinConfidence": 100 * self._min_score,
            "Features": features,
        }
        if self._image_properties:
            features.append("IMAGE_PROPERTIES")
            request["Settings"] = {"ImageProperties": {"MaxDominantColors": MAX_COLOURS}}
        return request
