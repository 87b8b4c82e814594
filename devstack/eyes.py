"""What sees in both functions: their recognizer and their encoder, and what an index has to know of it."""

from __future__ import annotations

import os
from collections.abc import Mapping

from devstack.environment import MODEL
from devstack.standins import stand_ins
from shared import wiring
from shared.catalog.strategies.likeness import Likeness
from shared.labeling import registry
from shared.settings import RECOGNISERS, LabelingSettings

LABELERS = tuple(registry.PROVIDERS)
DEFAULT_LABELER = str(LabelingSettings.model_fields["labeler"].default)
"""What `LABELER` may say, and what it means to leave it out."""


def own_variables(labeler: str, env: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The variables that are set for a recognizer; none where a stand-in answers, which knows its own."""
    if labeler in stand_ins():
        return {}
    names = (field.alias or name for name, field in RECOGNISERS[labeler].model_fields.items())
    return {name: env[name] for name in names if env.get(name, "").strip()}


def default_eyes(records: int) -> dict[str, str]:
    """The variables that give both functions their default encoder, for a catalog of so many records."""
    return {"ENCODER": "embedded", "EMBEDDED_MODEL": str(MODEL), "CATALOGUE_SIZE": str(records)}


def likeness(env: Mapping[str, str]) -> Likeness:
    """How functions with these variables find what looks alike; raises `Misconfigured`."""
    settings = LabelingSettings.from_env(env)
    return wiring.likeness(settings, wiring.encoder(settings))
