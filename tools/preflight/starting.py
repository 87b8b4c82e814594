"""A planned function, started out of its own zip with its planned environment, and what is wrong with it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple
from zipfile import BadZipFile, ZipFile

from pydantic import SecretStr

from shared.environment import known
from shared.labeling.registry import PROVIDERS
from tools.preflight.plan import Planned

TIMEOUT = 120.0
"""Seconds for a start, the reading of a large model included."""

OF_FRAMEWORK = frozenset({"LOG_EXECUTION_ID", "THREADS"})
"""Variables that the functions framework reads, not we."""

_INSIDE = Path(__file__).with_name("inside.py")
_SECRET = "a secret"  # noqa: S105 it stands for one
_OF_BUNDLE = {"RECOGNIZER": "--recognizer", "ENCODER": "--encoder"}


class Fault(NamedTuple):
    """Something that would fail: in which function or file, which setting, and what to do."""

    where: str
    setting: str
    advice: str


@dataclass(frozen=True, slots=True)
class Judged:
    """A function that was tried out: its faults, and what recognizer and encoder call themselves."""

    planned: Planned
    faults: tuple[Fault, ...]
    seeing: Mapping[str, str] = field(default_factory=dict)


def judge(planned: Planned, latency: float | None) -> Judged:
    """Try the function out; searches are slow from `latency` seconds on, None where nobody minds."""
    if planned.environment is None:
        told = "is not known before the apply: write values, and nothing that the same apply makes"
        return Judged(planned, (Fault(planned.name, "environment", told),))
    env = {**planned.environment, **{name: _secret(name) or _SECRET for name in planned.secrets}}
    try:
        found = _started(planned, env)
    except (OSError, BadZipFile) as error:
        advice = (
            f"{planned.bundle} cannot be read ({error}); write the full path of a zip of visual-search bundle"
        )
        return Judged(planned, (Fault(planned.name, "bundles", advice),))
    except (subprocess.SubprocessError, ValueError) as error:
        advice = f"{planned.bundle} cannot be tried out: {_last(error)}"
        return Judged(planned, (Fault(planned.name, "bundles", advice),))
    seeing = {name: found[name] for name in ("recognizer", "encoder") if name in found}
    faults = [*_told(planned, env, found["faults"]), *_slow(planned, found, latency)]
    return Judged(planned, tuple(faults), seeing)


def disagreement(judged: Sequence[Judged]) -> Iterator[Fault]:
    """The fault of functions that were not built with the same encoder: neither knows the other's words."""
    encoders = {each.planned.name: each.seeing["encoder"] for each in judged if "encoder" in each.seeing}
    if len({*encoders.values()}) > 1:
        told = "; ".join(f"{name} has {encoder}" for name, encoder in encoders.items())
        yield Fault(", ".join(encoders), "bundles", f"{told}: give the two zips of one build")


def _started(planned: Planned, env: Mapping[str, str]) -> Mapping[str, Any]:
    """The answer of `inside`; raises OSError, `BadZipFile`, `SubprocessError`, and ValueError."""
    with TemporaryDirectory() as folder:
        with ZipFile(planned.bundle) as packed:
            packed.extractall(folder)
        done = subprocess.run(  # noqa: S603 no shell, and the code is ours
            [sys.executable, "-c", _INSIDE.read_text(encoding="utf-8"), planned.function],
            cwd=folder,
            env={"PATH": os.environ.get("PATH", ""), **env},
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            check=True,
        )
    found: Mapping[str, Any] = json.loads(done.stdout)
    return found


def _told(planned: Planned, env: Mapping[str, str], faults: Sequence[Mapping[str, str]]) -> Iterator[Fault]:
    """The function's own faults, but for values that nobody sees; then variables that nobody reads."""
    for fault in faults:
        setting, advice = fault["setting"], fault["advice"]
        if setting in _OF_BUNDLE:
            advice += (
                f"; for {env.get(setting, 'another')} build again: visual-search bundle {_OF_BUNDLE[setting]}"
            )
        if not (setting in planned.secrets and _is_unseen(setting)):
            yield Fault(planned.name, setting, advice)
    for name in sorted(env.keys() - known().keys() - OF_FRAMEWORK - {fault["setting"] for fault in faults}):
        yield Fault(
            planned.name, name, "is read by nobody; correct its name (docs/settings.md), or remove it"
        )


def _secret(name: str) -> str:
    """A value of that form, where its provider has an example; else empty."""
    return next((each.example[name] for each in PROVIDERS.values() if name in each.example), "")


def _is_unseen(name: str) -> bool:
    """True for a variable of which a stand-in for its secret may be wrong where the secret is not."""
    field = known().get(name)
    return field is not None and field.annotation is not SecretStr and not _secret(name)


def _slow(planned: Planned, found: Mapping[str, Any], latency: float | None) -> Iterator[Fault]:
    """The faults of deadlines; those that settings at fault have are not known."""
    features = ", ".join(
        f"{name} ({calls} calls in a row)" for name, calls in found.get("inARow", {}).items()
    )
    setting = "RECOGNIZER_FEATURES" if features else "RECOGNIZER_TIMEOUT"
    remedy = f"leave out {features}, or write a shorter" if features else "write a shorter"
    if (longest := found.get("longest", 0.0)) >= planned.timeout:
        what = "a search" if planned.function == "search" else "one picture of an event"
        told = f"{what} may take {longest:g} seconds, and is ended after {planned.timeout:g}"
        yield Fault(
            planned.name, setting, f"{told}; {remedy} RECOGNIZER_TIMEOUT, or let the function take longer"
        )
    if features and latency and (recognition := found.get("recognition", 0.0)) >= latency:
        told = f"a search may wait {recognition:g} seconds for it, and is called slow from {latency:g} on"
        yield Fault(
            planned.name, setting, f"{told}; {remedy} RECOGNIZER_TIMEOUT, or raise alerts.search_latency"
        )


def _last(error: Exception) -> str:
    lines = str(getattr(error, "stderr", None) or error).strip().splitlines()
    return lines[-1] if lines else type(error).__name__
