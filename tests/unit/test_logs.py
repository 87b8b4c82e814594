from __future__ import annotations

import contextlib
import json
import logging
import threading

import pytest

from shared import logs
from shared.logs import step, step_times


def test_a_line_is_json_with_a_severity(capsys: pytest.CaptureFixture[str]) -> None:
    logs.setup()
    logs.log(logging.DEBUG, "nothing to do")
    logs.log(logging.INFO, "enriched", product="schuh größe 7", pictures=2)
    logs.log(logging.CRITICAL, "unforeseen", error=ZeroDivisionError("by zero"))
    enriched, unforeseen = map(json.loads, capsys.readouterr().out.splitlines())
    assert enriched == {"severity": "INFO", "message": "enriched", "product": "schuh größe 7", "pictures": 2}
    assert unforeseen["severity"] == "CRITICAL"
    assert "ZeroDivisionError: by zero" in unforeseen["stack_trace"]


def test_an_event_is_one_line_with_its_time_however_it_ends(capsys: pytest.CaptureFixture[str]) -> None:
    logs.setup()
    with contextlib.suppress(ValueError), logs.line("event", eventId="7") as line:
        line.add(logging.WARNING, outcome="again")
        raise ValueError
    [written] = capsys.readouterr().out.splitlines()
    entry = json.loads(written)
    assert entry.pop("ms") >= 0
    assert entry == {"severity": "WARNING", "message": "event", "eventId": "7", "outcome": "again"}


TRACED = "00-0af7651916cd43dd-b7ad-01"


@pytest.mark.parametrize(
    ("header", "project", "trace"),
    [
        (TRACED, "p", "projects/p/traces/0af7651916cd43dd"),
        (TRACED, "", ""),
        ("", "p", ""),
        ("nonsense", "p", ""),
    ],
)
def test_a_trace_is_named_as_cloud_logging_wants_it(header: str, project: str, trace: str) -> None:
    assert logs.context(header, "", project) == ({logs.TRACE: trace} if trace else {})


def test_steps_inside_the_block_of_the_same_thread_are_collected_by_name() -> None:
    def other() -> None:
        with step("other"):
            pass

    with step_times() as steps:
        with step("a"), step("b"):
            pass
        with step("a"):
            pass
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert list(steps) == ["b", "a"]
    assert all(took >= 0 for took in steps.values())
