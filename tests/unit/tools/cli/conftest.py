from __future__ import annotations

from collections.abc import Iterator

import pytest

from tools.backfill.ledger import Ledger


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    with Ledger() as ledger:
        yield ledger
