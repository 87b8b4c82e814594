"""The published indices, and every change that a task makes to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from devstack.algolia.batch import Action, apply_action
from devstack.algolia.choices import OpenChoices
from devstack.algolia.documents import JsonObject
from devstack.algolia.index import Index
from devstack.algolia.replicas import primary_of, replicas_of
from devstack.algolia.request import SearchRequest
from devstack.algolia.search import matching
from devstack.algolia.settings import copied_settings, merge_settings
from devstack.algolia.table import Table


class Indices(Mapping[str, Index]):
    """Indices by name. Changes are taken to be allowed: `replicas.py` has the rules.

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
            if name not in self:
                self._changing(name).replace_settings(merge_settings(primary.settings, {"replicas": None}))
            self._changing(name).table = primary.table

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
