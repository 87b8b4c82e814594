"""What comes between the check and an answer is never taken for one, and leaves nothing behind."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from algoliasearch.http.api_response import ApiResponse
from algoliasearch.http.request_options import RequestOptions
from algoliasearch.http.verb import Verb

from devstack.algolia.engine import Engine
from devstack.algolia.keys import ApiKey
from devstack.algolia.switches import Switches
from shared.catalog.likeness import Likeness
from shared.catalog.refusals import Refused
from shared.catalog.transport import named_error
from shared.errors import Failure, Misconfigured
from tests.algolia import INDEX
from tests.worlds.direct import Direct
from tests.worlds.worlds import EVERYDAY, LIKENESS, RIGHTS, World, playing_here
from tools.live.advice import DEFAULTS
from tools.live.checking import Checked, check
from tools.live.probe import NOT_TOLD
from tools.live.probes import PROBES
from tools.live.scratch import MAX_REQUESTS, Budget, CountedConnection

EXPECTED = {probe.name: probe.expected for probe in PROBES}
QUOTA = named_error(403, "You have exceeded your Record quota", None)
FORBIDDEN = named_error(403, "Method not allowed with this API key", None)

Fault = Callable[[str], Failure | Misconfigured | None]


class Failing(Direct):
    """Fails where the fault has an error for a request's method, path and body."""

    def __init__(self, engine: Engine, fault: Fault) -> None:
        super().__init__(engine, ApiKey(frozenset(RIGHTS)))
        self._fault = fault

    def request(
        self,
        verb: Verb,
        path: str,
        request_options: RequestOptions,
        use_read_transporter: bool,  # noqa: FBT001 the client's own signature
    ) -> ApiResponse[str]:
        if error := self._fault(f"{verb.value} {path} {request_options.data!r}"):
            raise error
        return super().request(verb, path, request_options, use_read_transporter=use_read_transporter)


def after(calls: int, part: str, error: Failure | Misconfigured, times: int = 1_000) -> Fault:
    """Fail requests that have the part, so many times after so many of them."""
    seen: list[str] = []

    def fault(request: str) -> Failure | Misconfigured | None:
        seen.extend([request] if part in request else [])
        return error if part in request and calls < len(seen) <= calls + times else None

    return fault


def checked(fault: Fault) -> tuple[Checked, list[str]]:
    """What is found, and the indices that are there after it."""
    engine, _ = playing_here(EVERYDAY)
    found = check(CountedConnection(Failing(engine, fault), INDEX, Budget()), LIKENESS, lambda _: None)
    return found, names(engine)


def names(engine: Engine) -> list[str]:
    return [entry["name"] for entry in engine.list_indices()]


def answers(found: Checked) -> dict[str, str]:
    return {name: finding.answer for name, finding in found.findings.items()}


def missed(found: Checked) -> set[str]:
    """The probes that are not told; all others have the expected answer."""
    told = answers(found)
    silent = {name for name, answer in told.items() if answer == NOT_TOLD}
    assert told == EXPECTED | dict.fromkeys(silent, NOT_TOLD)
    return silent


@pytest.mark.parametrize("right", sorted({*RIGHTS} - {"browse", "search"}))
def test_a_key_that_lacks_a_right_leaves_nothing(right: str) -> None:
    engine, _ = playing_here(EVERYDAY)
    shop = CountedConnection(Direct(engine, ApiKey(frozenset({*RIGHTS} - {right}))), INDEX, Budget())
    with pytest.raises(Misconfigured, match="refuses the key"):
        check(shop, LIKENESS, lambda _: None)
    assert names(engine) == [INDEX]


def test_what_cannot_be_removed_is_told_beside_all_that_is_found() -> None:
    found, there = checked(after(1, "DELETE", FORBIDDEN))
    assert missed(found) == set()
    left = [name for name in there if not name.startswith(INDEX)]
    assert left
    assert left[0] in found.left


@pytest.mark.parametrize("told", ["You have exceeded your Record quota", "Operations quota exceeded"])
def test_a_quota_that_is_used_up_is_no_fault_of_the_key(told: str) -> None:
    assert str(named_error(403, told, None)).startswith(f"ALGOLIA_APP_ID: Algolia: {told}; raise")


@pytest.mark.parametrize("error", [QUOTA, FORBIDDEN], ids=["quota", "key"])
@pytest.mark.parametrize(
    ("calls", "part", "silent"),
    [
        (0, '"replicas"', {"replicas", "virtual-replicas"}),
        (0, "/rules/", {"pinned"}),
        (1, "/batch", {"record-size", "outgrown", "guard"}),
        (20, "/query", {"typed-words"}),
    ],
)
def test_a_refusal_that_no_answer_foresees_is_told(
    calls: int, part: str, silent: set[str], error: Misconfigured
) -> None:
    found, there = checked(after(calls, part, error))
    assert missed(found) >= silent
    assert missed(found) < EXPECTED.keys()
    assert not found.recommended.values
    assert there == [INDEX]


@pytest.mark.parametrize(
    ("calls", "part"), [(0, "/query"), (12, "/query"), (0, "/rules/"), (3, "/batch"), (1, "DELETE")]
)
def test_a_request_that_comes_too_fast_is_made_again(calls: int, part: str) -> None:
    found, there = checked(after(calls, part, named_error(429, "slow down", "0"), times=1))
    assert missed(found) == set()
    assert there == [INDEX]


@pytest.mark.parametrize("most", [50, 75, 100])
def test_a_spent_budget_is_no_answer_and_leaves_enough_to_remove_the_index(most: int) -> None:
    engine, shop = playing_here(EVERYDAY)
    shop.budget.most = most
    found = check(shop, LIKENESS, lambda _: None)
    assert missed(found)
    assert sum(found.requests.values()) <= most < MAX_REQUESTS
    assert names(engine) == [INDEX]


def test_without_any_filter_nothing_is_said_of_what_filters_do() -> None:
    found = check(playing_here(World("", "", most_filters=0))[1], LIKENESS, lambda _: None)
    told = answers(found)
    assert {name for name, answer in told.items() if answer not in {EXPECTED[name], NOT_TOLD}} == {"filters"}
    assert (found.recommended.values["SEARCH_MODE"], found.recommended.countable) == ("strict", False)


@pytest.mark.parametrize(
    ("name", "wrong", "right"),
    [
        ("MAX_RECORD_BYTES", "100000", "10000"),
        ("MAX_FILTERS", "28", "128"),
        ("SEARCH_MODE", "strict", "boost"),
    ],
)
def test_a_setting_in_use_that_is_wrong_here_is_named(name: str, wrong: str, right: str) -> None:
    _, shop = playing_here(EVERYDAY)
    found = check(shop, LIKENESS, lambda _: None, {**DEFAULTS, name: wrong})
    assert found.recommended.values == {name: right}


def test_what_fits_already_is_not_recommended() -> None:
    _, shop = playing_here(World("", "", {"sums": "never"}, most_filters=64))
    now = {**DEFAULTS, "MAX_FILTERS": "64", "STRATEGIES": "labels,code"}
    assert not check(shop, LIKENESS, lambda _: None, now).recommended.values


@pytest.mark.parametrize(
    ("settings", "silent"),
    [
        ({"hitsPerPage": 3}, set()),
        ({"attributesForFaceting": ["filterOnly(labels.description)"]}, {"shop-ratio"}),
    ],
)
def test_settings_of_the_shop_change_no_answer(settings: dict[str, object], silent: set[str]) -> None:
    assert missed(check(playing_here(World("", "", shop=settings))[1], LIKENESS, lambda _: None)) == silent


def test_pinned_records_are_no_sign_of_another_order() -> None:
    engine, shop = playing_here(EVERYDAY)
    engine.switches = Switches(pinned={INDEX: {"5": 18}})
    assert missed(check(shop, LIKENESS, lambda _: None)) == set()


@pytest.mark.parametrize(
    ("ways", "fewer"), [("labels,words,code", False), ("labels,code", True), ("labels", False)]
)
def test_as_many_hits_are_asked_for_as_are_put_in_order(ways: str, *, fewer: bool) -> None:
    world = World("", "", shop={"paginationLimitedTo": 200}, key={"maxHitsPerQuery": 250})
    likeness = Likeness.named(ways.split(","), tag="x")  # type: ignore[arg-type]
    told = answers(check(playing_here(world)[1], likeness, lambda _: None))
    assert [told["page-size"], told["shop-reach"]] == (["fewer"] * 2 if fewer else ["all", "enough"])


@pytest.mark.parametrize(("parts", "told"), [(['"mode"'], "mode"), (['"mode"', '"ruleContexts"'], "")])
def test_parameters_that_only_the_shops_index_refuses_are_found(parts: list[str], told: str) -> None:
    def fault(request: str) -> Failure | None:
        concerned = f"{INDEX}/query" in request and all(part in request for part in parts)
        return Refused("not together") if concerned else None

    found = checked(fault)[0].findings["parameters"]
    assert (found.answer, found.detail) == ("refused", told)


def test_a_slow_task_is_asked_about_ever_more_rarely() -> None:
    _, shop = playing_here(World("", "", config={"task_delay": 2.0}))
    shop.apply(shop.of("visual-search-check").drop())
    assert shop.budget.spent["others"] <= 5, "one to delete"
