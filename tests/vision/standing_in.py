"""The provider as it is deployed, but pointed to a stand-in."""

from __future__ import annotations

from shared.labeling import Recognizer
from shared.labeling.provider import Wanted
from shared.labeling.providers.google_vision import VisionSettings, create


def pointed_to(endpoint: str, *features: str, safe_search: str = "", **wanted: float) -> Recognizer:
    """The provider; `wanted` are numbers that every recognizer is told."""
    settings = VisionSettings.from_env({"VISION_ENDPOINT": endpoint, "VISION_SAFE_SEARCH": safe_search})
    return create(settings, Wanted(features=features, **wanted))  # type: ignore[arg-type] # all of numbers
