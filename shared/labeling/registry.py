"""Recognisers by name; a provider's module and its vendor's library load only when it is chosen."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import cast

from shared.errors import Misconfigured
from shared.labeling import Labeler

PROVIDERS: Mapping[str, str] = {
    "google-vision": "shared.labeling.providers.google_vision:create",
    "embedded": "shared.labeling.providers.embedded:create",
}
"""Name -> `module:factory`. A factory takes the provider's own settings as keyword arguments."""


def create(name: str, options: Mapping[str, object], providers: Mapping[str, str] = PROVIDERS) -> Labeler:
    """Build the recogniser called `name`.

    Raises `Misconfigured` for an unknown name, or when the provider's library is not installed.
    """
    if name not in providers:
        known = ", ".join(sorted(providers))
        raise Misconfigured("LABELER", f"there is no recogniser {name!r}; write one of: {known}")
    module, factory = providers[name].split(":")
    try:
        return cast(Labeler, getattr(import_module(module), factory)(**options))
    except ModuleNotFoundError as error:
        raise Misconfigured(
            "LABELER", f"{name!r} needs the package {error.name!r}; install it with: uv sync --group {name}"
        ) from error
