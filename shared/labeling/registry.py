"""Recognisers by name; a provider's module and its vendor's library load only when it is chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import cast

from shared.errors import Misconfigured
from shared.labeling import Labeler


@dataclass(frozen=True, slots=True)
class Provider:
    """Where a recogniser's `create` is, and the library it cannot work without."""

    module: str
    library: str


PROVIDERS: Mapping[str, Provider] = {
    "google-vision": Provider("shared.labeling.providers.google_vision", library="google.cloud.vision"),
    "embedded": Provider("shared.labeling.providers.embedded", library="onnxruntime"),
}


def create(
    name: str, options: Mapping[str, object], providers: Mapping[str, Provider] = PROVIDERS
) -> Labeler:
    """Build the recogniser called `name`; `options` are the keyword arguments of its `create`.

    Raises `Misconfigured` for an unknown name, or when the provider's library is not installed.
    """
    if name not in providers:
        known = ", ".join(sorted(providers))
        raise Misconfigured("LABELER", f"there is no recogniser {name!r}; write one of: {known}")
    provider = providers[name]
    if not _installed(provider.library):
        raise Misconfigured(
            "LABELER",
            f"{name!r} needs the library {provider.library}; install it with: uv sync --group {name}",
        )
    return cast(Labeler, import_module(provider.module).create(**options))


def _installed(library: str) -> bool:
    try:
        return find_spec(library) is not None
    except ModuleNotFoundError:
        return False
