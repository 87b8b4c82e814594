"""Whether an index's settings let image search work; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.catalog import index_settings

_LABELS = "labels"


@dataclass(frozen=True, slots=True)
class Readiness:
    """What an index has, what it lacks, and what stands in the way without being ours to change.

    `missing` holds the values each setting lacks; `replicas` have settings of their own.
    """

    facets: tuple[str, ...]
    missing: Mapping[str, tuple[str, ...]]
    warnings: tuple[str, ...]
    replicas: tuple[str, ...]

    @property
    def ready(self) -> bool:
        """Whether nothing is missing and nothing is in the way."""
        return not self.missing and not self.warnings


def readiness(current: Mapping[str, Any]) -> Readiness:
    """Judge settings as Algolia's getSettings returns them: what is not there has its default."""
    changes = index_settings.changes(current)
    return Readiness(
        facets=_strings(current, "attributesForFaceting"),
        missing={name: _added(current, name, wanted) for name, wanted in changes.items()},
        warnings=tuple(_warnings(current)),
        replicas=_strings(current, "replicas"),
    )


def _strings(current: Mapping[str, Any], name: str) -> tuple[str, ...]:
    return tuple(current.get(name) or ())


def _added(current: Mapping[str, Any], name: str, wanted: Sequence[str]) -> tuple[str, ...]:
    present = _strings(current, name)
    return tuple(value for value in wanted if value not in present)


def _warnings(current: Mapping[str, Any]) -> list[str]:
    found = []
    ranking = current.get("ranking")
    if ranking is not None and "filters" not in ranking:
        found.append(
            "ranking lacks `filters`: labels cannot rank anything; add it, before `proximity` as by default"
        )
    retrieved = current.get("attributesToRetrieve")
    if retrieved is not None and not _retrieves_labels(retrieved):
        found.append("attributesToRetrieve leaves out `labels`: hits cannot say what matched; add it")
    if any(map(_is_labels, _strings(current, "unretrievableAttributes"))):
        found.append("unretrievableAttributes hides `labels`: hits cannot say what matched; take it out")
    return found


def _retrieves_labels(retrieved: Sequence[str]) -> bool:
    return f"-{_LABELS}" not in retrieved and ("*" in retrieved or any(map(_is_labels, retrieved)))


def _is_labels(attribute: str) -> bool:
    return attribute == _LABELS or attribute.startswith(f"{_LABELS}.")
