"""Which recogniser and which encoder a deployment has, and what follows for its bundles."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from shared.labeling.provider import Provider
from shared.labeling.registry import ENCODERS, RECOGNIZERS
from shared.settings import NO_ENCODER


@dataclass(frozen=True, slots=True)
class Choice:
    """Names of `LABELER` and `ENCODER`, both known to the registry; `NO_ENCODER` for none."""

    labeler: str
    encoder: str

    @property
    def folders(self) -> frozenset[str]:
        """The folders in `shared/labeling/providers` that are needed."""
        return frozenset(provider.folder for provider in self.providers)

    @property
    def groups(self) -> tuple[str, ...]:
        """The dependency groups of their libraries, in order."""
        return tuple(sorted({provider.dependencies for provider in self.providers}))

    @property
    def model(self) -> Path | None:
        """Where the model that set-up builds is looked for in a bundle; None where none is."""
        return next((provider.model for provider in self.providers if provider.model), None)

    @property
    def providers(self) -> tuple[Provider, ...]:
        """What was chosen."""
        encoder = () if self.encoder == NO_ENCODER else (ENCODERS[self.encoder],)
        return (RECOGNIZERS[self.labeler], *encoder)
