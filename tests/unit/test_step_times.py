from __future__ import annotations

import threading

from shared.logs import step, step_times


def test_steps_inside_the_block_are_collected_by_name() -> None:
    with step_times() as steps:
        with step("a"), step("b"):
            pass
        with step("a"):
            pass
    assert list(steps) == ["b", "a"]
    assert all(took >= 0 for took in steps.values())


def test_nobody_has_to_collect() -> None:
    with step("a"):
        pass


def test_a_request_collects_its_own_steps_only() -> None:
    def other() -> None:
        with step("other"):
            pass

    with step_times() as steps:
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert steps == {}
