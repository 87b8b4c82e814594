from __future__ import annotations

import logging
import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.storm.options import OTHER_NAMES, StormOptions
from tests.storm.report import Report
from tests.storm.running import run

SMALLER = StormOptions(products=25, kills=1, seconds=5.0)
# A recognizer that is slowed by whatever else the machine does is given up on, and asked again.
pytestmark = pytest.mark.alone

CALM = replace(SMALLER, recognizer="rekognition", troubled=False, versioned=False, other_names=False)
OTHER = replace(SMALLER, recognizer="visenze", versioned=True, other_names=True)


def storm(options: StormOptions, run_dir: Path, caplog: pytest.LogCaptureFixture) -> Report:
    caplog.set_level(logging.ERROR, "devstack")  # every refused delivery is a warning there
    report = run(options, run_dir)
    assert not report.complaints, "\n".join(report.complaints)
    assert report.rows["kills"] == options.kills
    return report


def test_nothing_has_to_be_made_good_where_no_event_is_lost_and_the_index_is_left_alone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    rows = storm(CALM, tmp_path, caplog).rows
    for what in (
        "notifications lost",
        "records wiped",
        "records restored",
        "backfills",
        "products asked for",
    ):
        assert rows[what] == 0


def test_the_same_holds_of_another_recognizer_old_versions_and_other_names(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    rows = storm(OTHER, tmp_path, caplog).rows
    assert rows["bucket with versions"] is True
    assert rows["other names of attributes"] == len(OTHER_NAMES)
    assert int(str(rows["steps: old version"])) > 0


def test_whatever_happens_the_index_ends_as_the_function_of_the_bucket(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    options = replace(StormOptions.from_env({"STORM_PRODUCTS": "60", **os.environ}), seconds=12.0)
    report = storm(options, tmp_path, caplog)
    with capsys.disabled():
        sys.stdout.write(f"\n{report}")
    for what in ("notifications lost", "records wiped", "records restored", "products asked for"):
        assert int(str(report.rows[what])) > 0
