from __future__ import annotations

import logging
import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.storm.options import StormOptions
from tests.storm.report import Report
from tests.storm.running import run

CALM = StormOptions(
    products=25, kills=1, seconds=5.0, recognizer="rekognition", troubled=False, crowds=False,
    versioned=False, other_names=False,
)  # fmt: skip
WILD = {"STORM_PRODUCTS": "60", "STORM_SEED": "4"}
"""A seed that draws a bucket with versions, other names of attributes, and another way to refuse records."""


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


def test_whatever_happens_the_index_ends_as_the_function_of_the_bucket(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    options = replace(StormOptions.from_env({**WILD, **os.environ}), seconds=12.0)
    report = storm(options, tmp_path, caplog)
    with capsys.disabled():
        sys.stdout.write(f"\n{report}")
    happened = ["notifications lost", "records wiped", "records restored", "products asked for"]
    if options.keeps_versions:
        happened.append("steps: old version")
    assert all(int(str(report.rows[what])) > 0 for what in happened)
