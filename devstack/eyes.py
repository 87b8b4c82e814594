"""The encoder that both functions have in the demo, and what an index has to know of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from devstack.environment import MODEL
from shared import wiring
from shared.settings import LabelingSettings


def default_eyes(records: int) -> dict[str, str]:
    """The variables that give both functions their default encoder, for a catalogue of so many records."""
    return {"ENCODER": "embedded", "EMBEDDED_MODEL": str(MODEL), "CATALOGUE_SIZE": str(records)}


def facets(env: Mapping[str, str]) -> Sequence[str]:
    """What the index of functions with these variables has to be told to facet on."""
    settings = LabelingSettings.from_env(env)
    return wiring.likeness(settings, wiring.encoder(settings)).facets
