"""Records of products that have no picture any more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from shared.catalog.judging import State
from shared.model import spellings
from shared.pictures import Naming
from tests.unit.tools.cli.listing import NAMING, listed
from tests.unit.tools.cli.rooms import WORDS, record, room
from tools.backfill.ledger import BackfillLook, Ledger
from tools.backfill.survey import BackfillOptions, Gone, Plan

PICTURE = listed("products/1/a.jpg")
TELLS = record("1", PICTURE)


def planned(ledger: Ledger, *records: Mapping[str, Any], naming: Naming = NAMING) -> Plan:
    plan = Plan()
    Gone(room().judge, naming.example, ledger, BackfillOptions(missing=True).wanted()).survey(records, plan)
    return plan


@pytest.mark.parametrize(
    "held",
    [
        TELLS,
        record("1", PICTURE, recognizer="vision/1"),
        record("1", visual={"recognizer": "r", "refused": 1}),
        {name: value for name, value in record("1").items() if name != WORDS},
    ],
    ids=["of pictures", "of another recognizer's", "of refused ones", "without words"],
)
def test_a_record_that_is_not_as_without_pictures_is_looked_at_again(
    ledger: Ledger, held: Mapping[str, Any]
) -> None:
    plan = planned(ledger, held)
    assert (plan.gone, plan.products) == (1, 1)
    assert list(ledger.looks()) == [BackfillLook("1", "products/1/x", "")]


@pytest.mark.parametrize(
    "held",
    [record("1"), {"objectID": "1", "name": "N"}, {"objectID": "1", "labels": ["sale"], "visual": "mine"}],
    ids=["emptied", "bare", "somebody else's"],
)
def test_a_record_that_is_is_left_alone(ledger: Ledger, held: Mapping[str, Any]) -> None:
    assert planned(ledger, held).products == 0


@pytest.mark.parametrize("spelled", spellings("größe"))
def test_a_product_that_was_listed_is_not_gone_however_it_is_spelt(ledger: Ledger, spelled: str) -> None:
    ledger.note_state("größe", State.CURRENT)
    assert planned(ledger, record(spelled, PICTURE)).products == 0
