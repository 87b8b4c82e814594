from __future__ import annotations

import math

import pytest

from shared import wiring
from shared.catalog.labels import NOTHING_KNOWN
from shared.model import Appearance, Label
from shared.settings.labeling import LabelingSettings
from tests.fakes.encoder import FakeEncoder
from tools.evaluate.contenders import NAMES, Contender, contenders

ENCODER = FakeEncoder({})
LOOK = Appearance(
    tuple(Label(f"label {number}", 0.9 - number / 20) for number in range(10)),
    vector=tuple(math.cos(number) / 16 for number in range(256)),
)


def entered(records: int, **env: str) -> dict[str, Contender]:
    settings = LabelingSettings.from_env({"RECOGNIZER": "embedded", **env})
    encodes = None if env.get("ENCODER") == "none" else ENCODER
    return {each.name: each for each in contenders(settings, encodes, records)}


def filters(contender: Contender) -> int:
    return len(contender.likeness.terms(LOOK, NOTHING_KNOWN))


@pytest.mark.parametrize("records", [81, 1_500, 10_000])
def test_the_default_is_what_the_settings_give_for_that_many_records(records: int) -> None:
    deployed = wiring.likeness(LabelingSettings.from_env({"CATALOG_SIZE": str(records)}), ENCODER)
    default = entered(records)["default"].likeness
    assert default.attributes(LOOK) == deployed.attributes(LOOK)
    assert default.terms(LOOK, NOTHING_KNOWN) == deployed.terms(LOOK, NOTHING_KNOWN)
    assert default.reranks


def test_words_depend_on_the_size_for_the_default_only() -> None:
    small, medium, large = (entered(records) for records in (81, 1_500, 10_000))
    assert [filters(each["default"]) for each in (small, medium, large)] == [10, 74, 128]
    assert [filters(each["full"]) for each in (small, medium, large)] == [128, 128, 128]


def test_few_filters_are_the_best_of_the_default() -> None:
    both = entered(10_000)
    assert filters(both["default-28"]) == 28
    best = both["default"].likeness.terms(LOOK, NOTHING_KNOWN)[:28]
    assert both["default-28"].likeness.terms(LOOK, NOTHING_KNOWN) == best


def test_only_what_has_a_code_is_re_ranked() -> None:
    assert {name for name, each in entered(5).items() if each.likeness.reranks} == {
        "labels+code",
        "default",
        "default-28",
        "full",
    }


def test_a_choice_of_strategies_changes_no_contender() -> None:
    chosen = entered(5, STRATEGIES="labels")
    assert {name: filters(each) for name, each in chosen.items()} == {
        name: filters(each) for name, each in entered(5).items()
    }


def test_without_an_encoder_the_default_is_labels() -> None:
    without = entered(10_000, ENCODER="none")
    assert [*without] == ["guide", "labels", "default"]
    assert without["default"].likeness.attributes(LOOK) == without["labels"].likeness.attributes(LOOK)


def test_each_says_what_it_is() -> None:
    every = entered(5)
    assert tuple(every) == NAMES
    assert len({each.about for each in every.values()}) == len(NAMES)
