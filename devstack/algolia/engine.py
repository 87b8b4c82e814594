"""The engine: indices, reads that see what is published, and writes that become tasks.

Pure: no network, no disk, no clock or randomness of its own. Not thread-safe: the server uses one thread.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from devstack.algolia import limits
from devstack.algolia.batch import Action, apply_action, read_actions
from devstack.algolia.browse import browse
from devstack.algolia.choices import OpenChoices
from devstack.algolia.documents import JsonObject, size_in_bytes
from devstack.algolia.errors import AlgoliaError, index_missing, object_missing
from devstack.algolia.facets import FacetQuery, search_facet_values
from devstack.algolia.index import Index
from devstack.algolia.projection import project
from devstack.algolia.readers import integer, text
from devstack.algolia.request import SearchRequest
from devstack.algolia.search import matching, search
from devstack.algolia.settings import merge_settings, settings_answer
from devstack.algolia.tasks import TaskQueue

_FACET_SEARCH_KEYS = frozenset({"facetQuery", "maxFacetHits"})


@dataclass(frozen=True, slots=True)
class EngineConfig:
    """`task_delay` is in seconds from acceptance to visibility; `max_record_bytes` depends on the plan."""

    task_delay: float = 0.0
    max_record_bytes: int = limits.DEFAULT_RECORD_BYTES
    choices: OpenChoices = field(default_factory=OpenChoices)


class Engine:
    """Everything Algolia's Search API does here, without HTTP; every method may raise AlgoliaError.

    `clock` returns seconds since the epoch and never goes back; `new_id` returns 32 new hexadecimal digits.
    """

    def __init__(self, clock: Callable[[], float], new_id: Callable[[], str], config: EngineConfig) -> None:
        self._clock = clock
        self._new_id = new_id
        self._config = config
        self._indices: dict[str, Index] = {}
        self._tasks = TaskQueue(config.task_delay)

    def now(self) -> float:
        """Return the time of the engine's clock."""
        return self._clock()

    def publish(self) -> None:
        """Make the changes that are due; every read does so first."""
        self._tasks.publish(self._clock())

    def drain(self) -> None:
        """Make all accepted changes, due or not."""
        self._tasks.publish(float("inf"))

    def _index(self, name: str) -> Index:
        self.publish()
        if name not in self._indices:
            raise index_missing(name)
        return self._indices[name]

    def search(self, name: str, raw: Mapping[str, object], *, show_hidden: bool = False) -> JsonObject:
        """Return the answer to one search."""
        started = self._clock()
        index = self._index(name)
        request = SearchRequest(index.settings, raw)
        answer = search(index, request, show_hidden=show_hidden)
        if request.flag("clickAnalytics"):
            answer["queryID"] = self._new_id()
        answer["processingTimeMS"] = self._elapsed(started)
        wanted = request.names("responseFields")
        return (
            answer if not wanted or "*" in wanted else {key: answer[key] for key in wanted if key in answer}
        )

    def search_facet(self, name: str, facet: str, raw: Mapping[str, object]) -> JsonObject:
        """Return the facet values that match `facetQuery`, among the records the other parameters select."""
        started = self._clock()
        index = self._index(name)
        request = SearchRequest(
            index.settings, {key: raw[key] for key in raw if key not in _FACET_SEARCH_KEYS}
        )
        query = text("facetQuery", raw.get("facetQuery", ""))
        most = raw.get("maxFacetHits", request.number("maxFacetHits"))
        integer(1, limits.MAX_FACET_HITS)("maxFacetHits", most)
        values = search_facet_values(index, request, FacetQuery(facet, query), matching(index, request))
        answer = {"facetHits": values[: int(str(most))], "exhaustiveFacetsCount": True}
        return {**answer, "processingTimeMS": self._elapsed(started)}

    def browse(self, name: str, raw: Mapping[str, object], *, show_hidden: bool = False) -> JsonObject:
        """Return one page of an index's records."""
        started = self._clock()
        answer = browse(self._index(name), raw, show_hidden=show_hidden)
        return {**answer, "processingTimeMS": self._elapsed(started)}

    def get_object(
        self, name: str, object_id: str, wanted: Sequence[str] = ("*",), *, show_hidden: bool = False
    ) -> JsonObject:
        """Return a record's `wanted` attributes; raises AlgoliaError (404) where there is no such record."""
        record = self.find_object(name, object_id, wanted, show_hidden=show_hidden)
        if record is None:
            raise object_missing()
        return record

    def find_object(
        self, name: str, object_id: str, wanted: Sequence[str], *, show_hidden: bool = False
    ) -> JsonObject | None:
        """Return a record's `wanted` attributes, None where there is no such record."""
        index = self._index(name)
        record = index.get(object_id)
        hidden = [] if show_hidden else index.settings.get("unretrievableAttributes", [])
        return None if record is None else project(record, wanted, hidden)

    def get_settings(self, name: str) -> JsonObject:
        """Return an index's settings with the defaults filled in."""
        return settings_answer(self._index(name).settings)

    def list_indices(self) -> list[JsonObject]:
        """Return the name, sizes, dates (seconds since the epoch) and pending tasks of every index."""
        self.publish()
        return [
            {
                "name": name,
                "entries": len(index),
                "dataSize": sum(size_in_bytes(record) for _, record in index.records()),
                "created": index.dates.created,
                "updated": index.dates.updated,
                "pending": self._tasks.pending(name),
            }
            for name, index in sorted(self._indices.items())
        ]

    def is_published(self, task: int) -> bool:
        """Return whether a task's change is visible."""
        self.publish()
        return self._tasks.published(task)

    def batch(self, name: str, requests: object) -> tuple[int, list[str]]:
        """Accept the actions of a batch; return the task and the objectIDs, one per action."""
        actions = read_actions(requests, self._new_id, self._config.max_record_bytes)
        task = self._submit(name, lambda: self._apply(name, actions))
        return task, [action.object_id for action in actions]

    def _apply(self, name: str, actions: Iterable[Action]) -> None:
        for action in actions:
            apply_action(self._changing(name), action, self._config.max_record_bytes)
            if action.name == "delete":
                del self._indices[name]

    def set_settings(self, name: str, changes: JsonObject) -> int:
        """Accept a change of settings and return its task."""
        merge_settings({}, changes)
        return self._submit(name, lambda: self._changing(name).change_settings(changes))

    def clear(self, name: str) -> int:
        """Accept the deletion of all records and return its task."""
        return self._submit(name, lambda: self._changing(name).clear())

    def delete_index(self, name: str) -> int:
        """Accept the deletion of an index, missing or not, and return its task."""
        return self._submit(name, lambda: self._drop(name))

    def _drop(self, name: str) -> None:
        self._indices.pop(name, None)

    def delete_by(self, name: str, raw: Mapping[str, object]) -> int:
        """Accept the deletion of all records that pass the filters, at least one, and return its task."""
        request = SearchRequest({}, raw)
        if not request.mandatory or request.query:
            raise AlgoliaError("deleteByQuery expects at least one filter, and no query")
        return self._submit(name, lambda: self._delete_matching(name, request))

    def _delete_matching(self, name: str, request: SearchRequest) -> None:
        index = self._changing(name)
        for row in matching(index, request).nonzero()[0].tolist():
            index.remove(index.record(row)["objectID"])

    def copy(self, source: str, destination: str, scope: Sequence[str] = ()) -> int:
        """Accept a copy of records and settings (or, with a `scope`, of settings only); return its task."""
        return self._submit(destination, lambda: self._copy(source, destination, scope))

    def _copy(self, source: str, destination: str, scope: Sequence[str]) -> None:
        if source not in self._indices:
            return
        original = self._indices[source]
        if scope:
            if "settings" in scope:
                self._changing(destination).replace_settings(original.settings)
            return
        self._indices[destination] = self._loaded(
            original.settings, (record for _, record in original.records())
        )

    def move(self, source: str, destination: str) -> int:
        """Accept the renaming of an index, which replaces the destination; return its task."""
        return self._submit(destination, lambda: self._move(source, destination))

    def _move(self, source: str, destination: str) -> None:
        if source in self._indices:
            self._indices[destination] = self._indices.pop(source)

    def _submit(self, name: str, change: Callable[[], None]) -> int:
        self.publish()
        return self._tasks.submit(name, self._clock(), change)

    def _changing(self, name: str) -> Index:
        now = self._clock()
        index = self._indices.setdefault(name, Index(self._config.choices, now))
        index.touch(now)
        return index

    def _loaded(self, settings: JsonObject, records: Iterable[JsonObject]) -> Index:
        index = Index(self._config.choices, self._clock())
        index.replace_settings(settings)
        for record in records:
            index.put(record)
        return index

    def _elapsed(self, started: float) -> int:
        return int((self._clock() - started) * 1000)

    def dump(self) -> JsonObject:
        """Return all published content, for `load`."""
        self.publish()
        indices: dict[str, Any] = {
            name: {"settings": index.settings, "records": [record for _, record in index.records()]}
            for name, index in self._indices.items()
        }
        return {"lastTask": self._tasks.last_number, "indices": indices}

    def load(self, content: JsonObject) -> None:
        """Replace everything by what `dump` returned."""
        self._tasks = TaskQueue(self._config.task_delay, content["lastTask"])
        self._indices = {
            name: self._loaded(each["settings"], each["records"]) for name, each in content["indices"].items()
        }
