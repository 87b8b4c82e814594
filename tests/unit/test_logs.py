from __future__ import annotations

import contextlib
import json
import logging
import threading

import pytest

from shared import logs
from shared.logs import step, step_times


def test_a_line_is_json_with_cloud_loggings_severity_and_debug_is_off(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs.setup()
    logs.log(logging.DEBUG, "nothing to do")
    logs.log(logging.INFO, "enriched", product="schuh größe 7", pictures=2)
    assert json.loads(capsys.readouterr().out) == {
        "severity": "INFO",
        "message": "enriched",
        "product": "schuh größe 7",
        "pictures": 2,
    }


def test_an_error_brings_its_stack(capsys: pytest.CaptureFixture[str]) -> None:
    logs.setup()
    with pytest.raises(ZeroDivisionError) as caught:
        _ = 1 / 0
    logs.log(logging.CRITICAL, "unforeseen", error=caught.value)
    line = json.loads(capsys.readouterr().out)
    assert line["severity"] == "CRITICAL"
    assert "ZeroDivisionError: division by zero" in line["stack_trace"]


def test_an_event_is_one_line_with_its_time_however_it_ends(capsys: pytest.CaptureFixture[str]) -> None:
    logs.setup()
    with contextlib.suppress(ValueError), logs.line("event", eventId="7") as line:
        line.add(logging.WARNING, outcome="again")
        raise ValueError
    [written] = capsys.readouterr().out.splitlines()
    entry = json.loads(written)
    assert entry.pop("ms") >= 0
    assert entry == {"severity": "WARNING", "message": "event", "eventId": "7", "outcome": "again"}


@pytest.mark.parametrize(
    ("header", "project", "fields"),
    [
        ("00-0af7651916cd43dd-b7ad-01", "p", {logs.TRACE: "projects/p/traces/0af7651916cd43dd"}),
        ("00-0af7651916cd43dd-b7ad-01", "", {}),
        ("", "p", {}),
        ("nonsense", "p", {}),
    ],
)
def test_a_trace_is_named_as_cloud_logging_wants_it(
    header: str, project: str, fields: dict[str, str]
) -> None:
    assert logs.context(header, "", project) == fields


def test_steps_inside_the_block_are_collected_by_name() -> None:
    with step_times() as steps:
        with step("a"), step("b"):
            pass
        with step("a"):
            pass
    assert list(steps) == ["b", "a"]
    assert all(took >= 0 for took in steps.values())


def test_a_request_collects_its_own_steps_only() -> None:
    def other() -> None:
        with step("other"):
            pass

    with step_times() as steps:
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert steps == {}
