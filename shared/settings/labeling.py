"""The recogniser, the encoder, and what records hold of what they see; both functions must agree on them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, PrivateAttr, SecretStr, field_validator, model_validator

from shared.attribute_names import AttributeNames, renamed
from shared.errors import Misconfigured
from shared.model import StrategyName
from shared.settings.base import CommaSeparated, Settings, split
from shared.settings.recognisers import RECOGNISERS, EmbeddedEncoderSettings


class OnnxSettings(Settings):
    """An encoder of the shop's own, `ENCODER=onnx`."""

    model_path: str = Field(
        alias="ONNX_MODEL",
        description="the path of an ONNX file, with its declaration in FILE.json beside it",
    )


NO_ENCODER = "none"
ENCODERS: Mapping[str, type[Settings]] = {
    "embedded": EmbeddedEncoderSettings,
    "onnx": OnnxSettings,
    NO_ENCODER: Settings,
}

_OF_VECTORS: frozenset[StrategyName] = frozenset({"words", "code"})


def _revealed(value: object) -> object:
    return value.get_secret_value() if isinstance(value, SecretStr) else value


class LabelingSettings(Settings):
    """Which recogniser, and which of its labels count; both functions must agree on them."""

    labeler: str = Field(
        "google-vision",
        pattern=f"^({'|'.join(RECOGNISERS)})$",
        description=f"one of: {', '.join(RECOGNISERS)}",
    )
    label_min_score: float | None = Field(
        None, ge=0, le=1, description="the lowest confidence kept, 0 to 1, empty for the recogniser's own"
    )
    max_labels: int = Field(10, ge=1, le=50, description="how many labels of a picture to keep, 1 to 50")
    encoder: str = Field(
        "embedded",
        pattern=f"^({'|'.join(ENCODERS)})$",
        description=f"what sees likeness without names, one of: {', '.join(ENCODERS)}",
    )
    strategies: Annotated[tuple[StrategyName, ...], BeforeValidator(split)] = Field(
        (),
        description="comma-separated ways to find what looks alike: labels, words, code; empty for labels"
        " and, with an encoder, words and code",
    )
    catalogue_size: int = Field(
        10_000,
        ge=1,
        le=100_000_000,
        description="about how many records the index holds, on which the number of visual words depends",
    )

    attribute_names: CommaSeparated = Field(
        (),
        description="comma-separated other names for our attributes of a record, such as labels=imageLabels,"
        " or imageURL= to leave that alone",
    )

    _recogniser: Settings = PrivateAttr()
    _encoder: Settings = PrivateAttr()

    @model_validator(mode="after")
    def _fitting_strategies(self) -> Self:
        chosen = set(self.ways)
        if "labels" not in chosen:
            raise Misconfigured("STRATEGIES", "needs labels; write them beside the others")
        if len(chosen) < len(self.ways):
            raise Misconfigured("STRATEGIES", "names one twice; write each once")
        if self.encoder == NO_ENCODER and chosen & _OF_VECTORS:
            raise Misconfigured(
                "STRATEGIES", "words and code need an encoder; leave them out, or write ENCODER=embedded"
            )
        return self

    @field_validator("attribute_names")
    @classmethod
    def _fitting_names(cls, changes: tuple[str, ...]) -> tuple[str, ...]:
        renamed(changes)
        return changes

    @property
    def names(self) -> AttributeNames:
        """What our attributes of a record are called."""
        return renamed(self.attribute_names)

    @property
    def ways(self) -> tuple[StrategyName, ...]:
        """The strategies in use."""
        if self.strategies:
            return self.strategies
        return ("labels",) if self.encoder == NO_ENCODER else ("labels", "words", "code")

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> Self:
        """Read these and the chosen recogniser's own variables; raises `Misconfigured`."""
        settings = super().from_env(env)
        settings._recogniser = RECOGNISERS[settings.labeler].from_env(env)  # noqa: SLF001 it is our own class
        settings._encoder = ENCODERS[settings.encoder].from_env(env)  # noqa: SLF001 the same
        return settings

    @property
    def encodes(self) -> bool:
        """Whether any strategy needs an encoder."""
        return bool(_OF_VECTORS & set(self.ways))

    def check_models(self) -> None:
        """Raises `Misconfigured` where a model that will be needed is no file; reads none."""
        _check_model(self._recogniser, "")
        if self.encodes:
            _check_model(self._encoder, ", or do without: ENCODER=none")

    def recogniser_options(self) -> dict[str, Any]:
        """The chosen recogniser's settings as keyword arguments of its factory."""
        own = {name: _revealed(value) for name, value in self._recogniser}
        return {**own, "min_score": self.label_min_score, "max_labels": self.max_labels}

    def encoder_options(self) -> dict[str, Any]:
        """The chosen encoder's settings as keyword arguments of its factory."""
        return dict(self._encoder)


def _check_model(group: Settings, otherwise: str) -> None:
    field = type(group).model_fields.get("model_path")
    if field is None or Path(model := str(getattr(group, "model_path"))).is_file():  # noqa: B009 has no type
        return
    raise Misconfigured(field.alias or "", f"cannot read {model}; write {field.description}{otherwise}")
