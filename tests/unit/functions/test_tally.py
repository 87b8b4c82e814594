from __future__ import annotations

import json

import pytest

from functions.enrich.policy import Tally
from shared import logs


def told(capsys: pytest.CaptureFixture[str]) -> list[dict[str, dict[str, object]]]:
    return [json.loads(line)["leftOut"] for line in capsys.readouterr().out.splitlines()]


def test_the_first_is_told_at_once_and_the_others_of_a_minute_together(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs.setup()
    now = [0.0]
    tally = Tally(clock=lambda: now[0])
    tally.add("no-picture", "products/1/.DS_Store")
    assert told(capsys) == [{"no-picture": {"events": 1, "example": "products/1/.DS_Store"}}]
    for number in range(500):
        tally.add("outside-pattern", f"banners/{number}.jpg")
    tally.add("other-bucket", "gs://b/x.jpg")
    assert told(capsys) == []
    now[0] = 60.0
    tally.tell()
    assert told(capsys) == [
        {
            "other-bucket": {"events": 1, "example": "gs://b/x.jpg"},
            "outside-pattern": {"events": 500, "example": "banners/499.jpg"},
        }
    ]
    tally.tell(at_once=True)
    assert told(capsys) == []


def test_what_is_left_is_told_at_the_end_of_a_process(capsys: pytest.CaptureFixture[str]) -> None:
    logs.setup()
    tally = Tally(clock=lambda: 0.0)
    for name in "ab":
        tally.add("no-picture", name)
    told(capsys)
    tally.tell(at_once=True)
    assert told(capsys) == [{"no-picture": {"events": 1, "example": "b"}}]
