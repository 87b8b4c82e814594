"""The environment, read once into frozen values; the only package that looks at it.

Field names in upper case are the variables' names; `description` says what to write and is what an operator
reads when the value is missing or wrong.
"""

from __future__ import annotations

from shared.settings.base import CommaSeparated, Settings
from shared.settings.functions import (
    AlgoliaSettings,
    EnrichSettings,
    IndexSettings,
    RecordSettings,
    SearchSettings,
)
from shared.settings.labeling import ENCODERS, NO_ENCODER, LabelingSettings
from shared.settings.recognisers import RECOGNISERS, EmbeddedSettings

__all__ = [
    "ENCODERS",
    "NO_ENCODER",
    "RECOGNISERS",
    "AlgoliaSettings",
    "CommaSeparated",
    "EmbeddedSettings",
    "EnrichSettings",
    "IndexSettings",
    "LabelingSettings",
    "RecordSettings",
    "SearchSettings",
    "Settings",
]
