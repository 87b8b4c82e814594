from __future__ import annotations

import threading

import pytest

from shared.errors import Transient
from shared.ordering import ProductLocks


def test_a_product_is_worked_on_by_one_thread_at_a_time() -> None:
    turns, working, most = ProductLocks(), [0], [0]
    started = threading.Barrier(8)

    def work() -> None:
        started.wait()
        for _ in range(50):
            with turns.of("1") as turn:
                working[0] += 1
                most[0] = max(most[0], working[0])
                turn.version += 1
                working[0] -= 1

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with turns.of("1") as turn:
        assert (most[0], turn.version) == (1, 400)


def test_products_do_not_wait_for_one_another() -> None:
    turns = ProductLocks(patience=0)
    with turns.of("1"), turns.of("2"):
        pass


def test_a_turn_that_does_not_come_is_transient_and_the_next_one_is_free() -> None:
    turns = ProductLocks(patience=0)
    with turns.of("1"), pytest.raises(Transient, match="still being handled"), turns.of("1"):
        pass
    with turns.of("1"):
        pass


def test_what_was_written_is_remembered_of_the_latest_products_and_of_those_at_work() -> None:
    turns = ProductLocks(remembered=2)
    with turns.of("at work") as turn:
        turn.version = 7
        for product in "abc":
            with turns.of(product) as other:
                other.version = 1
    with turns.of("c") as latest, turns.of("a") as oldest:
        assert (latest.version, oldest.version) == (1, 0)
