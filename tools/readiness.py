"""Whether an index's settings let image search work; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.catalog.likeness import Likeness, missing_settings


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


def readiness(current: Mapping[str, Any], likeness: Likeness) -> Readiness:
    """Judge settings as Algolia's getSettings returns them: what is not there has its default."""
    changes = missing_settings(current, likeness.facets, likeness.names)
    return Readiness(
        facets=_strings(current, "attributesForFaceting"),
        missing={name: _added(current, name, wanted) for name, wanted in changes.items()},
        warnings=tuple(_warnings(current, likeness)),
        replicas=_strings(current, "replicas"),
    )


def _strings(current: Mapping[str, Any], name: str) -> tuple[str, ...]:
    return tuple(current.get(name) or ())


def _added(current: Mapping[str, Any], name: str, wanted: Sequence[str]) -> tuple[str, ...]:
    present = _strings(current, name)
    return tuple(value for value in wanted if value not in present)


def _warnings(current: Mapping[str, Any], likeness: Likeness) -> Iterator[str]:
    ranking = current.get("ranking")
    if ranking is not None and "filters" not in ranking:
        yield "ranking lacks `filters`: looks cannot rank anything; add it, before `proximity` as by default"
    for attribute, loss in _read(likeness).items():
        if not _retrieved(current, attribute):
            yield f"attributesToRetrieve leaves out `{attribute}`: {loss}; add it"
        if any(_holds(attribute, hidden) for hidden in _strings(current, "unretrievableAttributes")):
            yield f"unretrievableAttributes hides `{attribute}`: {loss}; take it out"
    if likeness.hidden and not current.get("searchableAttributes"):
        yield (
            "searchableAttributes is empty: words that shoppers type are also looked for in"
            f" `{min(likeness.hidden)}`; list the attributes to search in"
        )


def _read(likeness: Likeness) -> Mapping[str, str]:
    """What the search function reads of hits, and what it cannot do without."""
    of_codes = dict.fromkeys(likeness.compared, "hits cannot be put in order of their likeness")
    return {likeness.names.labels: "hits cannot say what matched", **of_codes}


def _retrieved(current: Mapping[str, Any], attribute: str) -> bool:
    listed = current.get("attributesToRetrieve")
    if listed is None:
        return True
    return f"-{attribute}" not in listed and (
        "*" in listed or any(_holds(attribute, name) for name in listed)
    )


def _holds(attribute: str, name: str) -> bool:
    return name == attribute or name.startswith(f"{attribute}.")
