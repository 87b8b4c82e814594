"""What sees in both functions: their recognizer and their encoder, and what an index has to know of it."""

from __future__ import annotations

import os
from collections.abc import Mapping

from devstack.environment import MODEL
from devstack.standins import stand_ins
from shared import wiring
from shared.catalog.likeness import Likeness
from shared.labeling.registry import RECOGNIZERS
from shared.settings import LabelingSettings


def own_variables(labeler: str, env: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The variables that are set for a recognizer; none where a stand-in answers, which knows its own."""
    if labeler in stand_ins():
        return {}
    names = RECOGNIZERS[labeler].settings.variables()
    return {name: env[name] for name in names if env.get(name, "").strip()}


def default_eyes(records: int) -> dict[str, str]:
    """The variables that give both functions their default encoder, for a catalog of so many records."""
    return {"ENCODER": "embedded", "EMBEDDED_MODEL": str(MODEL), "CATALOGUE_SIZE": str(records)}


def likeness(env: Mapping[str, str]) -> Likeness:
    """How functions with these variables find what looks alike; raises `Misconfigured`."""
    settings = LabelingSettings.from_env(env)
    return wiring.likeness(settings, wiring.encoder(settings))
