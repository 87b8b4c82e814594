"""Recognisers and encoders by name; a provider and its vendor's library load only when they are chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import cast

from shared.errors import Misconfigured
from shared.labeling import Labeler
from shared.labeling.encoding import Encoder


@dataclass(frozen=True, slots=True)
class Provider:
    """Where its `create` or `create_encoder` is, and the library it cannot work without.

    `group` is the dependency group that installs the library, where that has another name.
    """

    module: str
    library: str
    group: str = ""


PROVIDERS: Mapping[str, Provider] = {
    "google-vision": Provider("shared.labeling.providers.google_vision", library="google.cloud.vision"),
    "rekognition": Provider("shared.labeling.providers.rekognition", library="boto3"),
    "visenze": Provider("shared.labeling.providers.visenze", library="requests"),
    "embedded": Provider("shared.labeling.providers.embedded", library="onnxruntime"),
}


ENCODERS: Mapping[str, Provider] = {
    "embedded": PROVIDERS["embedded"],
    "onnx": Provider("shared.labeling.providers.onnx_file", library="onnxruntime", group="embedded"),
}


def create(
    name: str, options: Mapping[str, object], providers: Mapping[str, Provider] = PROVIDERS
) -> Labeler:
    """Build the recogniser called `name`; `options` are the keyword arguments of its `create`.

    Raises `Misconfigured` for an unknown name, or when the provider's library is not installed.
    """
    return cast(Labeler, _module("LABELER", name, providers).create(**options))


def create_encoder(
    name: str, options: Mapping[str, object], providers: Mapping[str, Provider] = ENCODERS
) -> Encoder:
    """Build the encoder called `name` by its `create_encoder`; as `create` otherwise."""
    return cast(Encoder, _module("ENCODER", name, providers).create_encoder(**options))


def _module(setting: str, name: str, providers: Mapping[str, Provider]) -> ModuleType:
    if name not in providers:
        known = ", ".join(sorted(providers))
        raise Misconfigured(setting, f"there is no {name!r}; write one of: {known}")
    provider = providers[name]
    if not _installed(provider.library):
        raise Misconfigured(
            setting,
            f"{name!r} needs the library {provider.library}; install it with: uv sync --group"
            f" {provider.group or name}",
        )
    return import_module(provider.module)


def _installed(library: str) -> bool:
    try:
        return find_spec(library) is not None
    except ModuleNotFoundError:
        return False
