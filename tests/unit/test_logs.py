from __future__ import annotations

import json
import logging

import pytest

from shared import logs


def test_a_line_is_json_with_cloud_loggings_severity(capsys: pytest.CaptureFixture[str]) -> None:
    logs.setup()
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


def test_debug_lines_are_off_by_default(capsys: pytest.CaptureFixture[str]) -> None:
    logs.setup()
    logs.log(logging.DEBUG, "nothing to do")
    assert capsys.readouterr().out == ""
