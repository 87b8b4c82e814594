from __future__ import annotations

import math

import pytest

from shared import wiring
from shared.catalog.labels import NOTHING_KNOWN
from shared.catalog.likeness import MAX_FILTERS
from shared.catalog.optional_filters import Term
from shared.model import Appearance, Label
from shared.settings import SearchSettings
from tests.fakes.encoder import FakeEncoder
from tools.evaluate.contenders import NAMES, Contender, contenders

ENCODER = FakeEncoder({})
LOOK = Appearance(
    tuple(Label(f"label {number}", 0.9 - number / 20) for number in range(10)),
    vector=tuple(math.cos(number) / 16 for number in range(256)),
)


def entered(**env: str) -> dict[str, Contender]:
    encodes = None if env.get("ENCODER") == "none" else ENCODER
    settings = SearchSettings.from_env({"RECOGNIZER": "embedded", **env})
    return {each.name: each for each in contenders(settings, encodes)}


def terms(contender: Contender) -> list[Term]:
    return contender.likeness.terms(LOOK, NOTHING_KNOWN)


@pytest.mark.parametrize("env", [{}, {"MAX_FILTERS": "50"}, {"STRATEGIES": "labels"}])
def test_the_default_is_what_the_settings_deploy(env: dict[str, str]) -> None:
    settings = SearchSettings.from_env(env)
    deployed = wiring.likeness(settings, ENCODER, settings.max_filters)
    default = entered(**env)["default"].likeness
    assert default.attributes(LOOK) == deployed.attributes(LOOK)
    assert default.terms(LOOK, NOTHING_KNOWN) == deployed.terms(LOOK, NOTHING_KNOWN)


def test_few_filters_are_the_best_of_the_default() -> None:
    every = entered()
    sent = {name: len(terms(each)) + each.tells_whose for name, each in every.items()}
    assert (sent["default"], sent["unranked"], sent["default-28"]) == (MAX_FILTERS, MAX_FILTERS, 28)
    assert (sent["labels"], sent["labels+code"], sent["guide"]) == (11, 11, 10)
    assert terms(every["default-28"]) == terms(every["default"])[:27]


def test_no_two_are_described_or_ask_the_same_and_only_what_has_a_code_is_re_ranked() -> None:
    every = entered()
    assert tuple(every) == NAMES
    reranked = {name for name, each in every.items() if each.likeness.reranks}
    assert reranked == {"labels+code", "default", "default-28"}
    assert len({each.about for each in every.values()}) == len(NAMES)
    assert len({(str(each.likeness.attributes(LOOK)), str(terms(each))) for each in every.values()}) == len(
        NAMES
    )
