"""One API call as the handlers see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeAlias

from devstack.algolia.documents import JsonObject
from devstack.algolia.engine import Engine
from devstack.algolia.keys import ApiKey
from devstack.algolia.server.body import as_object


@dataclass(frozen=True, slots=True)
class Call:
    """A call whose key was identified and has the right the endpoint asks for."""

    engine: Engine
    key: ApiKey
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: object

    @property
    def index(self) -> str:
        """Return the index named in the path."""
        return self.path["index"]

    @property
    def json(self) -> JsonObject:
        """Return the body, which must be a JSON object."""
        return as_object(self.body)

    @property
    def show_hidden(self) -> bool:
        """Return whether the key may see `unretrievableAttributes`."""
        return self.key.allows("seeUnretrievableAttributes")

    def stamped(self, field: str, task: int, **more: object) -> JsonObject:
        """Return the answer to a write: its task, the time under `field`, and whatever else it says."""
        return {"taskID": task, field: iso_time(self.engine.now()), **more}


Handler: TypeAlias = Callable[[Call], JsonObject]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A method and path, the ACL its key needs, and the HTTP status of its success."""

    method: str
    path: str
    acl: str
    handler: Handler
    status: int = 200


def iso_time(seconds: float) -> str:
    """Return a time since the epoch as Algolia writes it, in UTC with milliseconds."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
