from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pytest

from shared.catalog.labels import recognizer_filter
from shared.catalog.query import VisualQuery, visual_params
from shared.catalog.refusals import PATIENCE, TRY_AGAIN, Accepted, Refused
from shared.errors import Transient
from shared.model import Refinement
from tests.queries import label, word

LABELS = [label("Bag", 600), label("Zip", 100)]
WORDS = [word(f"a0{number}", 90 - number) for number in range(5)]
OWN = recognizer_filter("r/1")
ALL = VisualQuery([LABELS[0], *WORDS, LABELS[1], OWN])
PLAIN = replace(ALL, plain=True)
HALF = VisualQuery([LABELS[0], *WORDS[:2], LABELS[1], OWN])
ONLY_LABELS = VisualQuery([*LABELS, OWN])
A_LABEL = VisualQuery([LABELS[0], OWN])
BARE = VisualQuery(bare=True)


@dataclass
class Picky:
    """Takes `most` filters, fewer than none stands for no search at all; says so in its own words."""

    most: int
    slow: float = 0.0
    trouble: Transient | None = None
    now: float = 1_000.0
    asked: list[VisualQuery] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.accepted = Accepted(lambda: self.now)

    def take(self, query: VisualQuery) -> str:
        self.now += self.slow
        self.asked.append(query)
        if self.trouble:
            raise self.trouble
        if len(query.terms) > self.most or (query.bare and self.most < 0):
            raise Refused("optionalFilters: too many")
        return "found"

    def search(self, query: VisualQuery = ALL) -> list[VisualQuery]:
        """What it is asked for one search, the last of which it took."""
        self.asked.clear()
        assert self.accepted.ask(query, self.take) == (self.asked[-1], "found")
        return self.asked[:]


@pytest.mark.parametrize(
    ("most", "asked", "advice"),
    [
        (8, [ALL], ""),
        (5, [ALL, PLAIN, HALF], "5 filters; lower MAX_FILTERS"),
        (4, [ALL, PLAIN, HALF, ONLY_LABELS], "out of STRATEGIES"),
        (2, [ALL, PLAIN, HALF, ONLY_LABELS, A_LABEL], "2 filters of labels; lower MAX_FILTERS"),
        (0, [ALL, PLAIN, HALF, ONLY_LABELS, A_LABEL, BARE], "without the picture; mend what it names"),
    ],
    ids=["all", "half of the words", "labels", "a third of the labels", "nothing"],
)
def test_less_is_asked_for_until_algolia_takes_it_and_all_again_after_a_while(
    lines: list[logging.LogRecord], most: int, asked: list[VisualQuery], advice: str
) -> None:
    algolia = Picky(most)
    for _ in range(2):
        assert [algolia.search() for _ in range(3)] == [asked, asked[-1:], asked[-1:]]
        algolia.now += TRY_AGAIN - 1
        assert algolia.search() == asked[-1:]
        algolia.now += 1
    told = [(line.levelno, line.getMessage(), line.fields["detail"]) for line in lines]  # type: ignore[attr-defined]
    assert len(told) == (2 if advice else 0), "one line each time"
    for level, message, detail in told:
        assert (level, message) == (logging.WARNING, "filters refused")
        assert detail.startswith("Algolia: optionalFilters: too many; ")
        assert advice in detail
        assert "MAX_FILTERS" in detail
    algolia.most = 8
    assert [algolia.search(), algolia.search()] == [[ALL], [ALL]]


@pytest.mark.parametrize(
    "name",
    visual_params(VisualQuery(), Refinement()).keys()
    - {"optionalFilters", "sumOrFiltersScores", "getRankingInfo"},
)
def test_a_parameter_that_a_plan_lacks_costs_the_picture_nothing(name: str) -> None:
    def take(query: VisualQuery) -> Mapping[str, object]:
        params = visual_params(query, Refinement())
        if name in params:
            raise Refused(f"{name} is not enabled on this application")
        return params

    asked, params = Accepted().ask(ALL, take)
    assert asked == ALL, "so the answer is not called reduced"
    assert params["optionalFilters"] == visual_params(ALL, Refinement())["optionalFilters"]


def test_what_was_taken_once_may_be_refused_too() -> None:
    algolia = Picky(5)
    algolia.search()
    algolia.most = 0
    assert algolia.search() == [HALF, ONLY_LABELS, A_LABEL, BARE]
    assert algolia.search() == [BARE]


def test_a_picture_without_words_has_fewer_steps_and_loses_nothing_by_those_of_others() -> None:
    assert Picky(0).search(ONLY_LABELS) == [ONLY_LABELS, ONLY_LABELS, A_LABEL, BARE]
    algolia = Picky(4)
    algolia.search()
    assert algolia.search(ONLY_LABELS) == [ONLY_LABELS]


def test_a_search_that_is_refused_without_the_picture_too_is_the_shops_own_fault(
    lines: list[logging.LogRecord],
) -> None:
    algolia = Picky(-1)
    with pytest.raises(Refused) as caught:
        algolia.search()
    assert caught.value.reason == "algolia-refused"
    assert str(caught.value) == "Algolia refuses the request with 400: optionalFilters: too many"
    algolia.most = 8
    assert algolia.search() == [ALL]
    assert lines == []


def test_nobody_waits_for_many_slow_refusals() -> None:
    algolia = Picky(0, slow=0.6 * PATIENCE)
    with pytest.raises(Refused):
        algolia.search()
    assert algolia.asked == [ALL, PLAIN]


def test_other_trouble_is_none_of_the_pictures() -> None:
    algolia = Picky(8, trouble=Transient("algolia-throttled", "slow down"))
    with pytest.raises(Transient):
        algolia.search()
    assert algolia.asked == [ALL]
