from __future__ import annotations

import logging
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from devstack.endpoints import Recogniser
from tests.storm.options import StormOptions
from tests.storm.running import run

SMALLER = StormOptions(products=60, kills=1, seconds=10.0)


@pytest.mark.parametrize("recogniser", ["rekognition", "visenze"])
def test_the_same_holds_of_other_recognisers(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, recogniser: Recogniser
) -> None:
    caplog.set_level(logging.ERROR, "devstack.delivery")
    report = run(replace(SMALLER, recogniser=recogniser), tmp_path)
    assert not report.complaints, "\n".join(report.complaints)
    assert report.rows["kills"] == SMALLER.kills


def test_whatever_happens_the_index_ends_as_the_function_of_the_bucket(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR, "devstack.delivery")  # every refused delivery is a warning there
    options = StormOptions.from_env()
    report = run(options, tmp_path)
    with capsys.disabled():
        sys.stdout.write(f"\n{report}")
    assert not report.complaints, "\n".join(report.complaints)
    assert report.rows["kills"] == options.kills
