"""Look-ups of host names, of which some never end: the system's resolver knows no time-out."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future

from cachetools import LRUCache

STRANGERS = 8
"""Look-ups at a time of names that nobody has resolved here yet."""

REMEMBERED = 256
"""Names known to resolve."""


class LookUps:
    """Looks names up by `resolve`, each in a thread of its own, and one at a time for a name.

    Names that hang keep no other waiting: those that are `known`, or have resolved before, always get a
    thread, and all others together at most `STRANGERS`. So `*.cdn.example` and a stranger who invents names
    below it cannot stop the pictures of those that are there. Several threads may share one.
    """

    def __init__(self, resolve: Callable[[str], Sequence[str]], known: Collection[str] = ()) -> None:
        self._resolve = resolve
        self._known = frozenset(known)
        self._resolved: LRUCache[str, bool] = LRUCache(REMEMBERED)
        self._running: dict[str, Future[Sequence[str]]] = {}
        self._lock = threading.Lock()

    def addresses(self, host: str, seconds: float) -> Sequence[str]:
        """The host's addresses; raises what `resolve` raises, and `TimeoutError` after so many seconds.

        It is raised at once for a name that gets no thread.
        """
        return self._look_up(host).result(seconds)

    def _look_up(self, host: str) -> Future[Sequence[str]]:
        with self._lock:
            if host in self._running:
                return self._running[host]
            if not self._trusted(host) and self._strangers() >= STRANGERS:
                raise TimeoutError
            self._running[host] = looked_up = Future[Sequence[str]]()
        threading.Thread(target=self._settle, args=(host, looked_up), daemon=True).start()
        return looked_up

    def _strangers(self) -> int:
        return sum(not self._trusted(host) for host in self._running)

    def _trusted(self, host: str) -> bool:
        return host in self._known or host in self._resolved

    def _settle(self, host: str, looked_up: Future[Sequence[str]]) -> None:
        try:
            found = list(self._resolve(host))
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is raised where it is waited for
            self._ended(host, resolved=False)
            looked_up.set_exception(error)
        else:
            self._ended(host, resolved=bool(found))
            looked_up.set_result(found)

    def _ended(self, host: str, *, resolved: bool) -> None:
        with self._lock:
            del self._running[host]
            if resolved:
                self._resolved[host] = True
