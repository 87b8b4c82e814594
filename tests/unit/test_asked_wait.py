"""The header `Retry-After` in every form that a server may give it (RFC 9110, 10.2.3)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from shared.errors import LONGEST_WAIT, asked_wait


@pytest.mark.parametrize(
    ("told", "wait"),
    [
        *(("7", 7.0), (" 7 ", 7.0), ("0", 0.0), ("9" * 400, LONGEST_WAIT)),
        *(("Wed, 21 Oct 2015 07:28:00 GMT", 0.0), ("Wed, 21 Oct 2015 07:28:00 -0000", None)),
        *(("Fri, 31 Dec 9999 23:59:59 GMT", LONGEST_WAIT), ("Fri, 31 Dec 99999 23:59:59 GMT", None)),
        *((senseless, None) for senseless in (None, "", "soon", "-1", "1.5", "²", "٣", "inf", "7, 8")),
    ],
)
def test_a_wish_is_seconds_or_none(told: str | None, wait: float | None) -> None:
    assert asked_wait(told) == wait


def test_a_date_is_so_many_seconds_from_now() -> None:
    # Written with whole seconds, and read later than it was made.
    wait = asked_wait(format_datetime(datetime.now(UTC) + timedelta(hours=12), usegmt=True))
    assert 0 < (wait or 0) <= 43_200
