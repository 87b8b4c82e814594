"""Which recogniser and which encoder a deployment has, and what follows for its bundles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from shared.labeling.registry import ENCODERS, PROVIDERS, Provider
from shared.settings import NO_ENCODER

EMBEDDED = "embedded"


@dataclass(frozen=True, slots=True)
class Choice:
    """Names of `LABELER` and `ENCODER`, both known to the registry; `NO_ENCODER` for none."""

    labeler: str
    encoder: str

    @property
    def folders(self) -> frozenset[str]:
        """The folders in `shared/labeling/providers` that are needed."""
        return frozenset(provider.module.rpartition(".")[2] for _, provider in self._providers())

    @property
    def groups(self) -> tuple[str, ...]:
        """The dependency groups of their libraries, in order."""
        return tuple(sorted({provider.group or name for name, provider in self._providers()}))

    @property
    def needs_model(self) -> bool:
        """Whether the embedded model is looked for."""
        return EMBEDDED in (self.labeler, self.encoder)

    def _providers(self) -> Iterator[tuple[str, Provider]]:
        yield self.labeler, PROVIDERS[self.labeler]
        if self.encoder != NO_ENCODER:
            yield self.encoder, ENCODERS[self.encoder]
