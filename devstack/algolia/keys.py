"""API keys: what each may do (ACL) and on which indices."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from devstack.algolia.documents import JsonObject
from devstack.algolia.limits import MAX_HITS_PER_PAGE, AlgoliaError

ACLS = frozenset(
    (
        *("search", "browse", "addObject", "deleteObject", "deleteIndex", "settings", "editSettings"),
        *("analytics", "recommendation", "usage", "logs", "listIndexes", "seeUnretrievableAttributes"),
        "admin",
    )
)


@dataclass(frozen=True, slots=True)
class Rights:
    """The limits of a reader: attributes hidden from others may be seen, and so many hits at a time."""

    show_hidden: bool = False
    max_hits: int = MAX_HITS_PER_PAGE


NO_RIGHTS = Rights()


@dataclass(frozen=True, slots=True)
class ApiKey:
    """The rights of a key; `indexes` are names with `*` at either end or both, none meaning every index."""

    acl: frozenset[str]
    indexes: tuple[str, ...] = ()
    max_hits: int = MAX_HITS_PER_PAGE

    def allows(self, acl: str) -> bool:
        """Return whether the key has a right; `admin` has them all."""
        return acl in self.acl or "admin" in self.acl

    @property
    def rights(self) -> Rights:
        """Return what whoever holds the key may see."""
        return Rights(self.allows("seeUnretrievableAttributes"), self.max_hits)

    def reaches(self, index: str) -> bool:
        """Return whether the key may touch an index."""
        patterns = (".*".join(map(re.escape, pattern.split("*"))) for pattern in self.indexes)
        return not self.indexes or any(re.fullmatch(pattern, index) for pattern in patterns)

    def require(self, acl: str, indexes: Iterable[str] = ()) -> None:
        """Raise AlgoliaError (403) unless the key has the right on all the indices."""
        if not self.allows(acl):
            raise AlgoliaError("Method not allowed with this API key", HTTPStatus.FORBIDDEN)
        if not all(self.reaches(index) for index in indexes):
            raise AlgoliaError("Index not allowed with this API key", HTTPStatus.FORBIDDEN)


class KeyRing:
    """The keys of one application."""

    def __init__(self, app_id: str, keys: Mapping[str, ApiKey]) -> None:
        self._app_id = app_id
        self._keys = dict(keys)

    @classmethod
    def from_json(cls, app_id: str, text: str) -> KeyRing:
        """Read `{"KEY": {"acl": [...], "indexes": [...], "maxHitsPerQuery": 20}}`; only `acl` is required.

        Raises ValueError that says what is wrong.
        """
        content = json.loads(text)
        if not isinstance(content, dict) or not content:
            raise ValueError('keys: expected a JSON object such as {"KEY": {"acl": ["search"]}}')
        return cls(app_id, {name: _api_key(name, entry) for name, entry in content.items()})

    def identify(self, app_id: str | None, key: str | None) -> ApiKey:
        """Return the key presented; raises AlgoliaError (403)."""
        if app_id != self._app_id or key not in self._keys:
            raise AlgoliaError("Invalid Application-ID or API key", HTTPStatus.FORBIDDEN)
        return self._keys[key]


def _api_key(name: str, entry: object) -> ApiKey:
    if (
        not isinstance(entry, dict)
        or not isinstance(entry.get("acl"), list)
        or entry.keys() - {"acl", "indexes", "maxHitsPerQuery"}
    ):
        raise ValueError(f'key {name!r}: expected {{"acl": [...], "indexes": [...], "maxHitsPerQuery": 0}}')
    unknown = set(entry["acl"]) - ACLS
    if unknown:
        raise ValueError(
            f"key {name!r}: unknown ACL {', '.join(sorted(unknown))}; known are {', '.join(sorted(ACLS))}"
        )
    return ApiKey(frozenset(entry["acl"]), tuple(entry.get("indexes", ())), _max_hits(name, entry))


def _max_hits(name: str, entry: JsonObject) -> int:
    most = entry.get("maxHitsPerQuery", 0)
    if isinstance(most, bool) or not isinstance(most, int) or most < 0:
        raise ValueError(f"key {name!r}: maxHitsPerQuery must be a number of hits, or 0 for the usual limit")
    return min(most or MAX_HITS_PER_PAGE, MAX_HITS_PER_PAGE)
