"""The published indices, the rules of standard replicas, and the tasks that change indices.

Whose replica an index is, the primary's `replicas` setting alone says. Writes are accepted at once, visible
once their task is published, always in the order of acceptance.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from devstack.algolia.batch import Action, apply_action
from devstack.algolia.choices import OpenChoices
from devstack.algolia.documents import JsonObject
from devstack.algolia.index import Index, Table
from devstack.algolia.limits import MAX_PENDING_TASKS, AlgoliaError
from devstack.algolia.ranking import matching
from devstack.algolia.request import SearchRequest, copied_settings, merge_settings, replica_names
from devstack.algolia.rules import Rule


@dataclass(frozen=True, slots=True)
class Task:
    """A change to make when its time has come; `index` is the index it was sent to."""

    number: int
    index: str
    due: float
    change: Callable[[], None]


class TaskQueue:
    """Pending tasks; `delay` is in seconds, times are in seconds of whatever clock the caller reads."""

    def __init__(self, delay: float, last_number: int = 0) -> None:
        self._delay = delay
        self._pending: deque[Task] = deque()
        self.last_number = last_number

    def submit(self, index: str, now: float, change: Callable[[], None]) -> int:
        """Accept a change and return its task number; raises AlgoliaError (429) when too many wait."""
        if len(self._pending) >= MAX_PENDING_TASKS:
            raise AlgoliaError("Too many jobs: the job queue is too large", HTTPStatus.TOO_MANY_REQUESTS)
        self.last_number += 1
        self._pending.append(Task(self.last_number, index, now + self._delay, change))
        return self.last_number

    def publish(self, now: float) -> None:
        """Make every change that is due."""
        while self._pending and self._pending[0].due <= now:
            self._pending.popleft().change()

    def pending(self, index: str) -> int:
        """Return how many tasks of an index wait."""
        return sum(task.index == index for task in self._pending)

    def published(self, number: int) -> bool:
        """Return whether a task is done; raises AlgoliaError (404) for a number never given out."""
        if not 0 < number <= self.last_number:
            raise AlgoliaError(f"Task {number} does not exist", HTTPStatus.NOT_FOUND)
        return not self._pending or number < self._pending[0].number


def replicas_of(indices: Mapping[str, Index], name: str) -> list[str]:
    """Return the names of an index's replicas; none where there is no such index."""
    return replica_names(indices[name].settings) if name in indices else []


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


class Indices(Mapping[str, Index]):
    """Indices by name. Changes are taken to be allowed: see `check_replicas` and the refusals.

    `clock` returns seconds since the epoch.
    """

    def __init__(self, choices: OpenChoices, clock: Callable[[], float]) -> None:
        self._choices = choices
        self._clock = clock
        self._by_name: dict[str, Index] = {}

    def __getitem__(self, name: str) -> Index:
        return self._by_name[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self._by_name)

    def apply(self, name: str, actions: Iterable[Action], max_record_bytes: int) -> None:
        """Make the changes of a batch in their order."""
        for action in actions:
            if action.name == "delete":
                self.drop(name)
            else:
                apply_action(self._writable(name), action, max_record_bytes)

    def clear(self, name: str) -> None:
        """Delete all records, keep the settings."""
        self._writable(name).clear()

    def delete_matching(self, name: str, request: SearchRequest) -> None:
        """Delete the records that pass the mandatory filters of `request`."""
        table = self._writable(name)
        for row in matching(self[name], request).nonzero()[0].tolist():
            table.remove(table.record(row)["objectID"])

    def change_settings(self, name: str, changes: JsonObject, *, forward: bool) -> None:
        """Merge `changes`, attach and detach replicas, and with `forward` change those that stay as well."""
        index, before = self._changing(name), replicas_of(self, name)
        index.replace_settings(merge_settings(index.settings, changes))
        after = replicas_of(self, name)
        for replica in [each for each in before if each in after and forward]:
            self._forward(replica, changes)
        self._detach(each for each in before if each not in after)
        self._attach(index, (each for each in after if each not in before))

    def _forward(self, replica: str, changes: JsonObject) -> None:
        index = self._changing(replica)
        index.replace_settings(merge_settings(index.settings, {**changes, "replicas": None}))

    def save_rule(self, name: str, rule_id: str, rule: Rule) -> None:
        """Add a rule, or replace the one of that name."""
        self._changing(name).rules[rule_id] = rule

    def drop(self, name: str) -> None:
        """Delete an index, missing or not; its replicas become independent."""
        self._detach(replicas_of(self, name))
        self._by_name.pop(name, None)

    def copy(self, source: str, destination: str) -> None:
        """Replace `destination` by the records and settings of `source`; a missing one changes nothing."""
        if source not in self:
            return
        original = self[source]
        replaced = self[destination].settings if destination in self else {}
        index = Index(self._choices, original.table.copy(), self._clock())
        index.replace_settings(copied_settings(original.settings, replaced))
        self._by_name[destination] = index

    def copy_settings(self, source: str, destination: str) -> None:
        """Replace the settings of `destination`; a missing source changes nothing."""
        if source in self:
            index = self._changing(destination)
            index.replace_settings(copied_settings(self[source].settings, index.settings))

    def move(self, source: str, destination: str) -> None:
        """Rename an index; the replicas of the one it replaces are its own from now on."""
        if source not in self:
            return
        replicas = replicas_of(self, destination)
        index = self._by_name[destination] = self._by_name.pop(source)
        index.replace_settings(merge_settings(index.settings, {"replicas": replicas or None}))
        self._attach(index, replicas)

    def _changing(self, name: str) -> Index:
        now = self._clock()
        if name not in self:
            self._by_name[name] = Index(self._choices, Table(self._choices), now)
        self[name].touch(now)
        return self[name]

    def _writable(self, name: str) -> Table:
        for replica in replicas_of(self, name):
            self[replica].touch(self._clock())
        return self._changing(name).table

    def _attach(self, primary: Index, replicas: Iterable[str]) -> None:
        for name in replicas:
            if name not in self and self._choices.replicas_inherit:
                self._changing(name).replace_settings(merge_settings(primary.settings, {"replicas": None}))
            self._changing(name).table = primary.table
            self[name].virtual = f"virtual({name})" in primary.settings["replicas"]

    def _detach(self, replicas: Iterable[str]) -> None:
        for name in replicas:
            index = self._changing(name)
            index.table = index.table.copy()

    def dump(self) -> JsonObject:
        """Return all content, for `load`; the records of replicas are those of their primaries."""
        return {
            name: {"settings": index.settings, "records": [] if primary_of(self, name) else _records(index)}
            for name, index in self.items()
        }

    def load(self, content: JsonObject) -> None:
        """Replace everything by what `dump` returned."""
        self._by_name.clear()
        for name, each in content.items():
            self._changing(name).table.extend(each["records"])
            self[name].replace_settings(each["settings"])
        for name in content:
            self._attach(self[name], replicas_of(self, name))


def _records(index: Index) -> Sequence[JsonObject]:
    return [record for _, record in index.table.records()]
