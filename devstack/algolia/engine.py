"""The engine: indices, reads that see what is published, and writes that become tasks.

Pure: no network, no disk, no clock or randomness of its own. Not thread-safe: the server uses one thread.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus

from devstack.algolia import limits
from devstack.algolia.batch import check_outcomes, read_actions
from devstack.algolia.choices import OpenChoices
from devstack.algolia.documents import JsonObject, project, size_in_bytes
from devstack.algolia.facets import search_facet
from devstack.algolia.index import Index
from devstack.algolia.indices import (
    Indices,
    TaskQueue,
    check_replicas,
    primary_of,
    refuse_primary,
    refuse_replica,
    replicas_of,
)
from devstack.algolia.keys import NO_RIGHTS, Rights
from devstack.algolia.limits import AlgoliaError
from devstack.algolia.request import DEFAULTS, SearchRequest, merge_settings, replica_names
from devstack.algolia.rules import read_rule
from devstack.algolia.search import browse, search
from devstack.algolia.switches import Switches

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class EngineConfig:
    """The differences of the engine from plan to plan, and in what Algolia does not document.

    `task_delay` is in seconds from acceptance to visibility; `max_record_bytes` depends on the plan;
    `too_big` says when a partial update is refused whose record would be larger; `switches` hold at first.
    """

    task_delay: float = 0.0
    max_record_bytes: int = limits.DEFAULT_RECORD_BYTES
    too_big: limits.TooBig = "in-task"
    choices: OpenChoices = field(default_factory=OpenChoices)
    switches: Switches = field(default_factory=Switches)


class Engine:
    """Everything Algolia's Search API does here, without HTTP; every method may raise AlgoliaError.

    `clock` returns seconds since the epoch and never goes back; `new_id` returns 32 new hexadecimal digits.
    `switches` may be replaced at any time.
    """

    def __init__(self, clock: Callable[[], float], new_id: Callable[[], str], config: EngineConfig) -> None:
        self._clock = clock
        self._new_id = new_id
        self._config = config
        self.switches = config.switches
        self._indices = Indices(config.choices, clock)
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
            raise AlgoliaError(f"Index {name} does not exist", HTTPStatus.NOT_FOUND)
        return self._indices[name]

    def search(self, name: str, raw: Mapping[str, object], rights: Rights = NO_RIGHTS) -> JsonObject:
        """Return the answer to one search."""
        started = self._clock()
        index = self._index(name)
        request = self._request(index, raw, rights)
        pinned = {**self.switches.pinned.get(name, {}), **index.promoted(request.names("ruleContexts"))}
        answer = search(index, request, pinned, show_hidden=rights.show_hidden)
        if request.flag("clickAnalytics"):
            answer["queryID"] = self._new_id()
        answer["processingTimeMS"] = self._elapsed(started)
        return request.narrowed(answer)

    def _request(self, index: Index, raw: Mapping[str, object], rights: Rights) -> SearchRequest:
        choices = self._config.choices
        choices.admitted(raw)
        request = SearchRequest(index.settings, raw, max_hits=rights.max_hits)
        if choices.beyond == "refuse":
            self.switches.check(request.optional)
        else:
            request.optional = choices.kept(request.optional, raw, self.switches.max_optional_filters)
        if index.virtual and choices.virtual_replicas == "unranked":
            request.optional = ()
        return request

    def search_facet(self, name: str, facet: str, raw: Mapping[str, object]) -> JsonObject:
        """Return the facet values that match `facetQuery`, among the records the other parameters select."""
        started = self._clock()
        answer = search_facet(self._index(name), facet, raw, self.switches)
        return {**answer, "processingTimeMS": self._elapsed(started)}

    def browse(self, name: str, raw: Mapping[str, object], rights: Rights = NO_RIGHTS) -> JsonObject:
        """Return one page of an index's records."""
        started = self._clock()
        answer = browse(self._index(name), raw, rights)
        return {**answer, "processingTimeMS": self._elapsed(started)}

    def get_object(
        self, name: str, object_id: str, wanted: Sequence[str] = ("*",), rights: Rights = NO_RIGHTS
    ) -> JsonObject:
        """Return a record's `wanted` attributes; raises AlgoliaError (404) where there is no such record."""
        record = self.find_object(name, object_id, wanted, rights)
        if record is None:
            raise AlgoliaError("ObjectID does not exist", HTTPStatus.NOT_FOUND)
        return record

    def find_object(
        self, name: str, object_id: str, wanted: Sequence[str], rights: Rights = NO_RIGHTS
    ) -> JsonObject | None:
        """Return a record's `wanted` attributes, None where there is no such record."""
        index = self._index(name)
        record = index.table.get(object_id)
        hidden = [] if rights.show_hidden else index.settings.get("unretrievableAttributes", [])
        return None if record is None else project(record, wanted, hidden)

    def get_settings(self, name: str) -> JsonObject:
        """Return an index's settings with the defaults filled in; those of a replica name its `primary`."""
        answer, primary = {**DEFAULTS, **self._index(name).settings}, primary_of(self._indices, name)
        return answer if primary is None else {**answer, "primary": primary}

    def list_indices(self) -> list[JsonObject]:
        """Return the name, sizes, dates (seconds since the epoch), tasks and relatives of every index."""
        self.publish()
        return [
            {
                "name": name,
                "entries": len(index.table),
                "dataSize": sum(size_in_bytes(record) for _, record in index.table.records()),
                "created": index.created,
                "updated": index.updated,
                "pending": self._tasks.pending(name),
                "primary": primary_of(self._indices, name),
                "replicas": replicas_of(self._indices, name),
            }
            for name, index in sorted(self._indices.items())
        ]

    def is_published(self, task: int) -> bool:
        """Return whether a task's change is visible."""
        self.publish()
        return self._tasks.published(task)

    def batch(self, name: str, requests: object) -> tuple[int, list[str]]:
        """Accept the actions of a batch; return the task and the objectIDs, one per action."""
        most = self._config.max_record_bytes
        actions = read_actions(requests, self._new_id, most)
        if self._config.too_big == "at-once":
            check_outcomes(actions, self._published(name), most)
        heard = [action for action in actions if self._config.choices.hears(action.body)]
        task = self._write(name, "the batch operation", lambda: self._indices.apply(name, heard, most))
        return task, [action.object_id for action in actions]

    def _published(self, name: str) -> Callable[[str], JsonObject | None]:
        self.publish()
        return self._indices[name].table.get if name in self._indices else lambda _: None

    def set_settings(self, name: str, changes: JsonObject, *, forward_to_replicas: bool = False) -> int:
        """Accept a change of settings and return its task; a replica it creates has them in any case."""
        read = merge_settings({}, changes)
        self._config.choices.check_settings(read)
        wanted = replica_names(read)
        return self._submit(
            name,
            lambda: check_replicas(self._indices, name, wanted),
            lambda: self._indices.change_settings(name, changes, forward=forward_to_replicas),
        )

    def save_rule(self, name: str, rule_id: str, rule: JsonObject) -> int:
        """Accept a rule, of which only promoted records in a context have an effect; return its task."""
        read = read_rule(rule)
        return self._write(name, "a rule", lambda: self._indices.save_rule(name, rule_id, read))

    def clear(self, name: str) -> int:
        """Accept the deletion of all records and return its task."""
        return self._write(name, "a clear request", lambda: self._indices.clear(name))

    def delete_index(self, name: str) -> int:
        """Accept the deletion of an index, missing or not, and return its task."""
        return self._write(name, "a delete request", lambda: self._indices.drop(name))

    def delete_by(self, name: str, raw: Mapping[str, object]) -> int:
        """Accept the deletion of all records that pass the filters, at least one, and return its task."""
        request = SearchRequest({}, raw)
        if not request.mandatory or request.query:
            raise AlgoliaError("deleteByQuery expects at least one filter, and no query")
        return self._write(
            name, "a delete by query request", lambda: self._indices.delete_matching(name, request)
        )

    def copy(self, source: str, destination: str, scope: Sequence[str] = ()) -> int:
        """Accept a copy of records and settings (or, with a `scope`, of settings only); return its task."""

        def check() -> None:
            refuse_primary(self._indices, destination, "a copy request")
            if not scope:
                refuse_replica(self._indices, destination, "a copy request")

        def change() -> None:
            if not scope:
                self._indices.copy(source, destination)
            elif "settings" in scope:
                self._indices.copy_settings(source, destination)

        return self._submit(destination, check, change)

    def move(self, source: str, destination: str) -> int:
        """Accept the renaming of an index, which replaces the destination; return its task."""

        def check() -> None:
            refuse_primary(self._indices, source, "a move request")
            for name in (source, destination):
                refuse_replica(self._indices, name, "a move request")

        return self._submit(destination, check, lambda: self._indices.move(source, destination))

    def _write(self, name: str, request: str, change: Callable[[], None]) -> int:
        return self._submit(name, lambda: refuse_replica(self._indices, name, request), change)

    def _submit(self, name: str, check: Callable[[], None], change: Callable[[], None]) -> int:
        self.publish()
        check()
        return self._tasks.submit(name, self._clock(), lambda: _change_if_allowed(name, check, change))

    def _elapsed(self, started: float) -> int:
        return int((self._clock() - started) * 1000)

    def dump(self) -> JsonObject:
        """Return all published content, for `load`."""
        self.publish()
        return {"lastTask": self._tasks.last_number, "indices": self._indices.dump()}

    def load(self, content: JsonObject) -> None:
        """Replace everything by what `dump` returned."""
        self._tasks = TaskQueue(self._config.task_delay, content["lastTask"])
        self._indices.load(content["indices"])


def _change_if_allowed(name: str, check: Callable[[], None], change: Callable[[], None]) -> None:
    try:
        check()
    except AlgoliaError as refusal:
        _LOG.warning("a task of index %s dropped, for earlier ones forbid it: %s", name, refusal)
    else:
        change()
