"""Google Cloud Vision as a recogniser."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from shared.errors import Failure
from shared.imaging import Picture
from shared.labeling import Labeler
from shared.labeling.one_by_one import sparing_answers
from shared.labeling.providers.google_vision.answers import labels_of, refusal
from shared.labeling.providers.google_vision.asking import Asking
from shared.labeling.providers.google_vision.errors import Problem
from shared.labeling.providers.google_vision.features import MODEL, Features
from shared.labeling.providers.google_vision.looking import TAKES, Look, View
from shared.model import Labels

if TYPE_CHECKING:
    from google.cloud.vision_v1 import AnnotateImageResponse


class GoogleVision(Labeler):
    """Labels what `look` sees in pictures, by LABEL_DETECTION and what else `features` name."""

    name = "google-vision"
    takes = TAKES

    def __init__(self, asking: Asking, features: Features, look: Look, *, min_score: float) -> None:
        settings = f"min={min_score:g}/max={features.max_labels}{features.identity}"
        self.recogniser_id = f"google-vision/label-detection/{MODEL}/{settings}"
        self._asking = asking
        self._features = features
        self._look = look
        self._min_score = min_score

    def prepare(self) -> None:
        """See `Labeler`: imports Google's client, and connects at the first call."""
        self._asking.connected()

    def label_many(self, pictures: Sequence[Picture]) -> list[Labels | Failure]:
        """See `Labeler`."""
        views = self._look.views(pictures)
        seen = [view.file if isinstance(view, View) else view for view in views]
        answers = self._asking.ask(seen, self._features.labelling())
        return sparing_answers(
            [self._outcome(view, answer) for view, answer in zip(views, answers, strict=True)]
        )

    def _outcome(self, view: View | Problem, answer: AnnotateImageResponse | Problem) -> Labels | Problem:
        if isinstance(view, Problem):
            return view
        if isinstance(answer, Problem):
            return answer
        if refused := refusal(answer, self._features.safe_search):
            return refused
        labels = labels_of(answer, self._min_score, self._features.max_labels)
        return labels if view.box is None else tuple(replace(label, box=view.box) for label in labels)
