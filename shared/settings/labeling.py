"""The recognizer, the encoder, and what records hold of what they see; both functions must agree on them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, ClassVar, Self

from pydantic import BeforeValidator, Field, PrivateAttr, field_validator

from shared.attribute_names import AttributeNames, renamed
from shared.environment import CommaSeparated, Settings, separated, split, unique
from shared.errors import Misconfigured
from shared.labeling.provider import MAX_LABELS, TIMEOUT, Wanted, check_model
from shared.labeling.registry import DEFAULT_ENCODER, DEFAULT_RECOGNIZER, ENCODERS, PROVIDERS, RECOGNIZERS
from shared.model import StrategyName

NO_ENCODER = "none"

_OF_VECTORS: frozenset[StrategyName] = frozenset({"words", "code"})


class LabelingSettings(Settings):
    """The choice of recognizer, encoder and labels, on which both functions must agree."""

    former: ClassVar[Mapping[str, str]] = {
        "CATALOG_SIZE": "words are the same in every catalog; remove it",
        "CATALOGUE_SIZE": "words are the same in every catalog; remove it",
        "LABELER": "write RECOGNIZER",
        "MAX_PICTURE_PIXELS": "remove it",
    }

    recognizer: str = Field(
        DEFAULT_RECOGNIZER,
        validate_default=True,
        pattern=f"^({'|'.join(RECOGNIZERS)})$",
        description=f"one of: {', '.join(RECOGNIZERS)}",
    )
    label_min_score: float | None = Field(
        None, ge=0, le=1, description="the lowest confidence kept, 0 to 1, empty for the recognizer's own"
    )
    max_labels: int = Field(
        MAX_LABELS, ge=1, le=50, description="how many labels of a picture to keep, 1 to 50"
    )
    recognizer_features: CommaSeparated = Field(
        (),
        description="comma-separated features of the recognizer, see below, empty for labels alone",
    )
    recognizer_timeout: float = Field(
        TIMEOUT, gt=0, le=60, description="seconds one call of the recognizer may take, above 0 and up to 60"
    )
    encoder: str = Field(
        DEFAULT_ENCODER or NO_ENCODER,
        pattern=f"^({'|'.join((*ENCODERS, NO_ENCODER))})$",
        description=f"what sees likeness without names, one of: {', '.join((*ENCODERS, NO_ENCODER))}",
    )
    encoder_projection: Path | None = Field(
        None,
        description="the path of the projection that `measure teach` fits to the shop, empty for none",
    )
    strategies: Annotated[tuple[StrategyName, ...], BeforeValidator(split)] = Field(
        (),
        description="comma-separated ways to find what looks alike: labels, words, code; empty for labels"
        " and, with an encoder, words and code",
    )
    attribute_names: CommaSeparated = Field(
        (),
        description="comma-separated other names for our attributes of a record, such as labels=imageLabels,"
        " or imageURL= to leave that alone",
    )
    google_cloud_project: str = Field(
        "",
        description="the project's id, for the trace in log lines, and for a recognizer that wants to know",
    )

    _recognizer: Settings = PrivateAttr()
    _encoder: Settings = PrivateAttr()

    @field_validator("attribute_names")
    @classmethod
    def _fitting_names(cls, changes: tuple[str, ...]) -> tuple[str, ...]:
        renamed(changes)
        return changes

    def contradictions(self) -> Iterator[Misconfigured]:
        """See `Settings`."""
        chosen = set(self.ways)
        if "labels" not in chosen:
            yield Misconfigured("STRATEGIES", "needs labels; write them beside the others")
        if len(chosen) < len(self.ways):
            yield Misconfigured("STRATEGIES", "names one twice; write each once")
        if self.encoder == NO_ENCODER and chosen & _OF_VECTORS:
            advice = f"leave them out, or write ENCODER={DEFAULT_ENCODER}"
            yield Misconfigured("STRATEGIES", f"words and code need an encoder; {advice}")
        if self.encoder == NO_ENCODER and self.encoder_projection:
            advice = f"leave it empty, or write ENCODER={DEFAULT_ENCODER}"
            yield Misconfigured("ENCODER_PROJECTION", f"there is no encoder to project; {advice}")

    @classmethod
    def read(cls, given: Mapping[str, str]) -> tuple[Self | None, list[Misconfigured]]:
        """Read these and the chosen recognizer's and encoder's own variables; see `Settings`."""
        settings, faults = super().read(given)
        name = given.get("RECOGNIZER", DEFAULT_RECOGNIZER).strip()
        faults += _of_features(name, separated(given.get("RECOGNIZER_FEATURES", "")))
        recognizer, of_recognizer = _own(name, given)
        encoder, of_encoder = _own(given.get("ENCODER", DEFAULT_ENCODER), given)
        if settings is not None and recognizer is not None and encoder is not None:
            settings._recognizer, settings._encoder = recognizer, encoder  # noqa: SLF001 it is our own class
        return settings, unique([*faults, *of_recognizer, *of_encoder])

    @property
    def names(self) -> AttributeNames:
        """The names of our attributes of a record."""
        return renamed(self.attribute_names)

    @property
    def ways(self) -> tuple[StrategyName, ...]:
        """The strategies in use."""
        if self.strategies:
            return self.strategies
        return ("labels",) if self.encoder == NO_ENCODER else ("labels", "words", "code")

    @property
    def encodes(self) -> bool:
        """True if any strategy needs an encoder."""
        return bool(_OF_VECTORS & set(self.ways))

    @property
    def enough_pixels(self) -> int | None:
        """Pixels of a photo's shorter side that recognizer and encoder look at; None for all there are."""
        looking = [RECOGNIZERS[self.recognizer].pixels(self.wanted)]
        if self.encodes:
            looking.append(ENCODERS[self.encoder].looks_at)
        return None if None in looking else max(filter(None, looking), default=0)

    @property
    def wanted(self) -> Wanted:
        """The wishes that the recognizer is told beside its own settings."""
        return Wanted(
            self.label_min_score,
            self.max_labels,
            self.recognizer_features,
            self.recognizer_timeout,
            self.google_cloud_project,
        )

    @property
    def of_recognizer(self) -> Settings:
        """The chosen recognizer's own settings."""
        return self._recognizer

    @property
    def of_encoder(self) -> Settings:
        """The chosen encoder's own settings."""
        return self._encoder

    def check_models(self) -> None:
        """Raises `Misconfigured` that names each file that will be needed and is none; reads none."""
        if faults := self.lacking():
            raise Misconfigured.together(faults)

    def lacking(self) -> list[Misconfigured]:
        """The faults of files that will be needed and are none; reads none."""
        checks = [partial(RECOGNIZERS[self.recognizer].check, self._recognizer)]
        if self.encodes:
            checks.append(partial(ENCODERS[self.encoder].check, self._encoder))
            if self.encoder_projection:
                advice = "run visual-search measure teach, or leave it empty"
                checks.append(partial(check_model, self.encoder_projection, "ENCODER_PROJECTION", advice))
        return unique(Misconfigured.found_by(*checks))


def _of_features(recognizer: str, wanted: Sequence[str]) -> Iterator[Misconfigured]:
    if recognizer not in RECOGNIZERS:
        return
    known = RECOGNIZERS[recognizer].features
    for name in wanted:
        if name not in known:
            advice = f"write some of: {', '.join(known)}" if known else "leave it empty"
            yield Misconfigured("RECOGNIZER_FEATURES", f"{recognizer} has no {name!r}; {advice}")
        elif idle := set(known[name].instead_of) & set(wanted):
            problem = f"{name} leaves nothing to do for {min(idle)}; write one of them"
            yield Misconfigured("RECOGNIZER_FEATURES", problem)


def _own(name: str, given: Mapping[str, str]) -> tuple[Settings | None, list[Misconfigured]]:
    provider = PROVIDERS.get(name)
    return (provider.settings if provider else Settings).read(given)
