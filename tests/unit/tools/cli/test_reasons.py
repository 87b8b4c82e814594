from __future__ import annotations

import pytest

from shared.errors import FailureReason, Reason
from shared.labeling import registry
from tools.parked.cases import advice, happened, known, stage

REASONS: tuple[FailureReason, ...] = (*Reason, *registry.reasons())
SHOPPERS = {
    *(Reason.BAD_CROP, Reason.BAD_FILTERS, Reason.URL_REFUSED),
    *(Reason.PICTURE_UNREACHABLE, Reason.PICTURE_SLOW, Reason.BUDGET_SPENT),
}
"""What only a shopper's request goes through; it is answered, never parked."""


@pytest.mark.parametrize("reason", [each for each in REASONS if each not in SHOPPERS])
def test_every_reason_that_can_be_parked_is_explained(reason: FailureReason) -> None:
    assert known(str(reason)) is reason, "two recognizers have a reason of this name"
    assert happened(reason) == reason.happened
    assert reason.happened.endswith(".")
    assert advice(reason) == reason.advice
    assert reason.advice
    assert not reason.advice.endswith(".")


@pytest.mark.parametrize("reason", ["vision-error-9", "", "never heard of"])
def test_a_reason_nobody_foresaw_has_an_explanation_all_the_same(reason: str) -> None:
    assert known(reason) is None
    assert "no explanation" in happened(reason)
    assert "replay it if it may succeed" in advice(reason)


@pytest.mark.parametrize("name", ["handling", "labeling", "too-old"])
def test_every_stage_is_explained(name: str) -> None:
    assert stage(name).endswith(".")
