from __future__ import annotations

import json

import pytest

from functions.enrich.policy import Tally
from shared import logs


def test_the_first_is_told_at_once_and_the_others_each_minute_and_at_the_end_of_a_process(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def told() -> list[dict[str, dict[str, object]]]:
        return [json.loads(line)["leftOut"] for line in capsys.readouterr().out.splitlines()]

    logs.setup()
    now = [0.0]
    tally = Tally(clock=lambda: now[0])
    tally.add("no-picture", "products/1/.DS_Store")
    assert told() == [{"no-picture": {"events": 1, "example": "products/1/.DS_Store"}}]
    for number in range(500):
        tally.add("outside-pattern", f"banners/{number}.jpg")
    tally.add("other-bucket", "gs://b/x.jpg")
    assert told() == []
    now[0] = 60.0
    tally.tell()
    both = {
        "other-bucket": {"events": 1, "example": "gs://b/x.jpg"},
        "outside-pattern": {"events": 500, "example": "banners/499.jpg"},
    }
    assert told() == [both]
    tally.tell(at_once=True)
    assert told() == [], "nothing is left"
    tally.add("no-picture", "b")
    tally.tell(at_once=True)
    assert told() == [{"no-picture": {"events": 1, "example": "b"}}]
