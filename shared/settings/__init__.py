"""The environment, read once into frozen values."""

from __future__ import annotations

from shared.settings.functions import (
    AlgoliaSettings,
    EnrichSettings,
    IndexSettings,
    RecordSettings,
    SearchSettings,
)
from shared.settings.labeling import NO_ENCODER, LabelingSettings

__all__ = [
    "NO_ENCODER",
    "AlgoliaSettings",
    "EnrichSettings",
    "IndexSettings",
    "LabelingSettings",
    "RecordSettings",
    "SearchSettings",
]
