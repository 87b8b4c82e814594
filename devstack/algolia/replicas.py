"""The rules of standard replicas. Whose replica an index is, the primary's `replicas` setting alone says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from http import HTTPStatus

from devstack.algolia.errors import AlgoliaError
from devstack.algolia.index import Index


def replicas_of(indices: Mapping[str, Index], name: str) -> list[str]:
    """Return the names of an index's replicas; none where there is no such index."""
    return list(indices[name].settings.get("replicas", [])) if name in indices else []


def primary_of(indices: Mapping[str, Index], name: str) -> str | None:
    """Return the name of a replica's primary, None for an index that is nobody's replica."""
    return next((primary for primary in indices if name in replicas_of(indices, primary)), None)


def refuse_replica(indices: Mapping[str, Index], name: str, request: str) -> None:
    """Raise AlgoliaError (403) for a replica: only its primary takes records or may be deleted."""
    if primary_of(indices, name) is not None:
        raise AlgoliaError(f"cannot apply {request} on a replica index", HTTPStatus.FORBIDDEN)


def refuse_primary(indices: Mapping[str, Index], name: str, request: str) -> None:
    """Raise AlgoliaError (400) where `name` has replicas."""
    if replicas_of(indices, name):
        raise AlgoliaError(f"cannot apply {request} on an index that has replicas")


def check_replicas(indices: Mapping[str, Index], name: str, wanted: Iterable[str]) -> None:
    """Raise AlgoliaError (400) unless every one of `wanted` may be a replica of `name`."""
    for replica in wanted:
        if replica == name:
            raise AlgoliaError("An index cannot be its own replica")
        if primary_of(indices, replica) not in {None, name}:
            raise AlgoliaError("A replica index is already replica of another index")
        if primary_of(indices, name) is not None or replicas_of(indices, replica):
            raise AlgoliaError("A replica index cannot have replicas")
