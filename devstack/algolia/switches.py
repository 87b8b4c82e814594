"""Switches of a running engine, by which tests see how callers cope with a shop's plan and its rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from devstack.algolia.filters import Conjunction, number_of_terms
from devstack.algolia.limits import AlgoliaError


@dataclass(frozen=True, slots=True)
class Switches:
    """Unless switched, no plan and no rule interferes.

    A search with more than `max_optional_filters` is refused; None takes any number. `pinned` gives, by
    index, the objectIDs that rules promote in every search, with their positions, from 0.
    """

    max_optional_filters: int | None = None
    pinned: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    @classmethod
    def read(cls, body: object) -> Switches:
        """Return the switches of a JSON object of their fields; raises AlgoliaError (400)."""
        try:
            switches = cls(**body)  # type: ignore[arg-type]
        except TypeError as error:
            raise AlgoliaError(f"switches: {error}") from error
        if switches.max_optional_filters is not None and not _is_count(switches.max_optional_filters):
            raise AlgoliaError("switches: max_optional_filters must be a number, or null for any")
        if not _are_pins(switches.pinned):
            raise AlgoliaError('switches: pinned must be like {"INDEX": {"OBJECT_ID": 0}}')
        return switches

    def check(self, optional: Conjunction) -> None:
        """Raise AlgoliaError (400) for more optional filters than the plan has."""
        given, most = number_of_terms(optional), self.max_optional_filters
        if most is None or given <= most:
            return
        if most == 0:
            raise AlgoliaError("Optional filters are not enabled on this application")
        raise AlgoliaError(f"Too many optional filters: {given}, at most {most} on this application")


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _are_pins(value: object) -> bool:
    if not isinstance(value, dict):
        return False
    return all(isinstance(each, dict) and all(map(_is_count, each.values())) for each in value.values())
