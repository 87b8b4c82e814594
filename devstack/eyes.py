"""The encoder that both functions have in the demo, and what an index has to know of it."""

from __future__ import annotations

from collections.abc import Mapping

from devstack.environment import MODEL
from shared import wiring
from shared.catalog.strategies.likeness import Likeness
from shared.settings import LabelingSettings


def default_eyes(records: int) -> dict[str, str]:
    """The variables that give both functions their default encoder, for a catalogue of so many records."""
    return {"ENCODER": "embedded", "EMBEDDED_MODEL": str(MODEL), "CATALOGUE_SIZE": str(records)}


def likeness(env: Mapping[str, str]) -> Likeness:
    """How functions with these variables find what looks alike; raises `Misconfigured`."""
    settings = LabelingSettings.from_env(env)
    return wiring.likeness(settings, wiring.encoder(settings))
