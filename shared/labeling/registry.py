"""Recognizers and encoders by name, as their folders declare them; a vendor's library loads when used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules

from shared.environment import Settings
from shared.errors import FailureReason, Misconfigured
from shared.labeling import Encoder, Recognizer, providers
from shared.labeling.provider import Provider, Wanted
from shared.loading import installing

_MODULES = iter_modules(providers.__path__, f"{providers.__name__}.")
_DECLARED: Iterator[Provider] = (import_module(each.name).PROVIDER for each in _MODULES)

PROVIDERS: Mapping[str, Provider] = {
    each.name: each for each in sorted(_DECLARED, key=lambda each: (-len(each.default_as), each.name))
}
"""Those that are here, by name, the usual ones first; a bundle has only those it was built for."""

RECOGNIZERS: Mapping[str, Provider] = {name: each for name, each in PROVIDERS.items() if each.recognizer}
ENCODERS: Mapping[str, Provider] = {name: each for name, each in PROVIDERS.items() if each.encoder}

DEFAULT_RECOGNIZER = next((each.name for each in PROVIDERS.values() if each.default_as == "recognizer"), "")
DEFAULT_ENCODER = next((each.name for each in PROVIDERS.values() if each.default_as == "encoder"), "")
"""Empty in a bundle that was built for another."""


def create(
    name: str, settings: Settings, wanted: Wanted, known: Mapping[str, Provider] = RECOGNIZERS
) -> Recognizer:
    """Make the recognizer called `name` of its own settings and what every one is told.

    Raises `Misconfigured` for an unknown name, or when its library is not installed.
    """
    provider = known.get(name)
    if provider is None or provider.recognizer is None:
        raise _unknown("RECOGNIZER", name, known)
    _check_installed("RECOGNIZER", provider)
    return provider.recognizer(settings, wanted)


def create_encoder(name: str, settings: Settings, known: Mapping[str, Provider] = ENCODERS) -> Encoder:
    """Make the encoder called `name`; as `create` otherwise."""
    provider = known.get(name)
    if provider is None or provider.encoder is None:
        raise _unknown("ENCODER", name, known)
    _check_installed("ENCODER", provider)
    return provider.encoder(settings)


def reasons() -> Iterator[FailureReason]:
    """The recognizers' own reasons."""
    for provider in PROVIDERS.values():
        yield from provider.reasons or ()


def _unknown(setting: str, name: str, known: Mapping[str, Provider]) -> Misconfigured:
    return Misconfigured(setting, f"there is no {name!r}; write one of: {', '.join(known)}")


def _check_installed(setting: str, provider: Provider) -> None:
    with suppress(ModuleNotFoundError):
        if find_spec(provider.library):
            return
    advice = f"run: {installing(provider.library.replace('.', '-'))}"
    raise Misconfigured(setting, f"{provider.name!r} needs the library {provider.library}; {advice}")
