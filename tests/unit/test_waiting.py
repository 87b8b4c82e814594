from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import pytest

from shared import waiting
from shared.errors import Transient
from shared.events import Confirmation
from shared.pictures import Naming
from shared.waiting import PAGE, PAGES, Reconciled, Reconciler
from tests.fakes.waiting import InMemoryWaitingList

NAMING = Naming(("products/<objectID>/<file>",))


@dataclass
class Done:
    """A message that is safe, or an error when it is waited for."""

    error: Transient | None = None

    def done(self) -> bool:
        return True

    def wait(self) -> None:
        if self.error:
            raise self.error


@dataclass
class Shop:
    """Products that wait, an index that has some of them, and a topic that keeps what was asked, or fails."""

    listed: InMemoryWaitingList = field(default_factory=InMemoryWaitingList)
    index: set[str] = field(default_factory=set)
    calls: list[int] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    behind: list[str] = field(default_factory=list)
    error: Transient | None = None

    def run(self, after: str = "") -> Reconciled:
        return Reconciler(self.listed, self._present, NAMING.example, self, "pictures").run(after)

    def ask(self, bucket: str, name: str, *, retry_refused: bool = False) -> Confirmation:
        assert (bucket, retry_refused) == ("pictures", False)
        self.asked.append(name)
        return Done(self.error)

    def go_on(self, after: str) -> Confirmation:
        self.behind.append(after)
        return Done()

    def _present(self, products: Sequence[str]) -> Collection[str]:
        self.calls.append(len(products))
        return [product for product in products if product in self.index]


def test_what_has_a_record_now_is_looked_at_again_and_the_others_go_on_waiting() -> None:
    shop = Shop(index={"2", "4"})
    assert shop.run() == Reconciled(asked=0, found=0)
    assert shop.calls == [], "with nobody waiting the index is not asked"
    for product in "12345":
        shop.listed.since(product)
    assert shop.run() == Reconciled(asked=5, found=2)
    assert shop.asked == ["products/2/x", "products/4/x"]
    assert shop.listed.page("") == ["1", "3", "5"]
    assert shop.calls == [5]


def test_nothing_is_taken_off_that_is_not_safely_asked_for() -> None:
    shop = Shop(index={"1"}, error=Transient("pubsub-unavailable", "down"))
    shop.listed.since("1")
    with pytest.raises(Transient):
        shop.run()
    assert shop.listed.page("") == ["1"]


def test_a_long_list_is_gone_on_with_by_a_message_of_its_own() -> None:
    shop = Shop()
    products = [f"{number:06}" for number in range(PAGE * PAGES + 5)]
    shop.listed.begun = dict.fromkeys(products, 0.0)
    assert shop.run() == Reconciled(asked=PAGE * PAGES, found=0)
    assert shop.behind == [products[PAGE * PAGES - 1]]
    assert shop.run(shop.behind[0]) == Reconciled(asked=5, found=0)
    assert shop.calls == [*[1_000] * PAGES, 5]


def test_a_product_waits_by_itself_from_the_third_try_or_after_a_minute_unless_it_cannot_be_listed() -> None:
    class Unlisted(InMemoryWaitingList):
        def since(self, product: str) -> None:
            del product

    now = [0.0]
    listed = InMemoryWaitingList(lambda: now[0])
    assert [waiting.waits(listed, "1", tries) for tries in (1, 2, 3)] == [False, False, True]
    assert not waiting.waits(listed, "2", 1)
    now[0] = waiting.TRIED_FOR
    assert waiting.waits(listed, "2", 1)
    assert not waiting.waits(Unlisted(), "1", 100)
