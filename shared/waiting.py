"""Products whose pictures came before their records: waited for together, and cheaply.

An event about a product without a record is tried for a while, because catalog and pictures are often
uploaded at once. Then the product is on a list, and the event is done. Every few minutes the index is asked
about all that is on the list, a thousand products a call; what has a record by then is looked at again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from shared.events import Confirmation, Topic

TRIES, TRIED_FOR = 3, 60.0
"""Deliveries of an event in one process, or seconds since the first event about its product, until only the
product waits."""

PAGE = 1_000
"""Products that the index is asked about at once (Algolia, "Retrieve records")."""

PAGES = 20
"""Pages gone through in one go, some ten seconds; the rest goes on with the next message."""


class WaitingList(Protocol):
    """The products that wait for their records.

    Promises, each a contract test run on every implementation:

    - `since` writes a product on the list that is not there yet, and tells how long it has been there, None
      for one that cannot be listed;
    - `page` gives the next products behind one by their order, every product on the list once;
    - `remove` takes products off, and does nothing about those that are not there.

    Raises `Transient` or `Misconfigured`, within a deadline.
    """

    def since(self, product: str) -> float | None:
        """Seconds for which the product has waited, 0 when it begins now."""

    def page(self, after: str) -> list[str]:
        """Up to `PAGE` products behind `after`, in the list's order; empty at its end."""

    def remove(self, products: Collection[str]) -> None:
        """Take products off the list."""


class ReconcilingTopic(Topic, Protocol):
    """The topic where another look can be asked for, and to go on with the list."""

    def go_on(self, after: str) -> Confirmation:
        """Ask to go on behind that product; returns at once."""


def waits(listed: WaitingList, product: str, tries: int) -> bool:
    """True of a product without a record that waits by itself from now on; its event need not come again."""
    waited = listed.since(product)
    return waited is not None and (waited >= TRIED_FOR or tries >= TRIES)


@dataclass(frozen=True, slots=True)
class Reconciled:
    """The number of products of the list that were asked about, and of those that have a record now."""

    asked: int
    found: int


@dataclass(frozen=True, slots=True)
class Reconciler:
    """Asks to look again at the products of the list that have a record now.

    `present` tells which of some products the index has, `name_of` gives a name that a picture of a product
    could have, in the `bucket`.
    """

    waiting: WaitingList
    present: Callable[[Sequence[str]], Collection[str]]
    name_of: Callable[[str], str | None]
    topic: ReconcilingTopic
    bucket: str

    def run(self, after: str = "") -> Reconciled:
        """Go through the list from behind a product on; a long one is gone on with by a message."""
        asked = found = 0
        for _ in range(PAGES):
            products = self.waiting.page(after)
            if not products:
                return Reconciled(asked, found)
            found += self._look_again(self.present(products))
            asked, after = asked + len(products), products[-1]
        self.topic.go_on(after).wait()
        return Reconciled(asked, found)

    def _look_again(self, products: Collection[str]) -> int:
        """Off the list only once it is safe that they are looked at."""
        names = [name for product in products if (name := self.name_of(product))]
        for asked in [self.topic.ask(self.bucket, name) for name in names]:
            asked.wait()
        if products:
            self.waiting.remove(products)
        return len(products)
