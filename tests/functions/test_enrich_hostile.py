"""Damaged, lying and greedy product pictures at the real enrich function, at its deployed concurrency."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from devstack.endpoints import encoder_variables
from devstack.stack import LocalStack, Part, StackOptions
from devstack.topology import PARKED
from tests.functions.test_enrich import binary, send
from tests.hostile.answering import (
    Answered,
    answered,
    check_memory,
    check_time,
    from_a_crowd,
    insisting,
)
from tests.hostile.corpus import LARGE, few
from tests.hostile.processes import THIS
from tests.hostile.test_opening import REASONS
from tests.outside import Outside

CONCURRENCY = 4
MAX_MEBIBYTES = 440
"""An instance has 1,024. The process: 150 by itself, 184 for decoding, and the files of four events."""

PARTS: frozenset[Part] = frozenset({"pubsub", "storage", "algolia", "recognizer", "enrich"})
pytestmark = [
    pytest.mark.alone,
    pytest.mark.skipif(not THIS.exists(), reason="only Linux tells how much memory was held"),
]


@pytest.fixture(scope="module")
def corpus() -> Mapping[str, bytes]:
    """The largest come together, as the last ones."""
    return {case.name: case.content for case in few()}


@pytest.fixture(scope="module")
def names(corpus: Mapping[str, bytes]) -> Mapping[str, str]:
    """Of the picture of each case: every case is a product's."""
    return {case: f"products/h{number}/a.jpg" for number, case in enumerate(corpus)}


@pytest.fixture(scope="module")
def stack(corpus: Mapping[str, bytes], names: Mapping[str, str]) -> Iterator[LocalStack]:
    """All pictures are in the bucket; nobody but the tests sends events."""
    options = StackOptions(PARTS, model=None, threads=CONCURRENCY, both=encoder_variables())
    with LocalStack(options) as running:
        outside = Outside(running)
        outside.seed([{"objectID": name.split("/")[1]} for name in names.values()])
        with ThreadPoolExecutor(CONCURRENCY) as uploading:
            list(uploading.map(lambda case: outside.upload(names[case], corpus[case]), corpus))
        yield running


@pytest.fixture(scope="module")
def crowd(stack: LocalStack, names: Mapping[str, str]) -> Sequence[Answered]:
    """As Pub/Sub does it: what was not done is delivered again."""
    return from_a_crowd(
        lambda case: insisting(lambda: asked(stack, case, names[case])), list(names), CONCURRENCY
    )


def asked(stack: LocalStack, case: str, name: str) -> Answered:
    return answered(case, send(stack, binary(stack, name)))


def test_every_case_is_labeled_or_kept_with_its_reason(
    stack: LocalStack, names: Mapping[str, str], crowd: Sequence[Answered]
) -> None:
    assert [answer for answer in crowd if answer.status >= 300] == []
    kept: dict[str, str] = {}
    while some := Outside(stack).kept(PARKED):
        kept |= {about["picture"]: about["reason"] for about, _ in some}
    assert set(kept.values()) <= REASONS
    labeled = [case for case, name in names.items() if name not in kept]
    assert min(len(kept), len(labeled)) >= 25
    assert {case for case in names if LARGE in case} <= set(labeled)


def test_the_largest_together_stay_within_memory(stack: LocalStack, crowd: Sequence[Answered]) -> None:
    assert LARGE in crowd[-1].name
    check_memory(stack, "enrich", MAX_MEBIBYTES)


def test_every_case_is_answered_soon(
    stack: LocalStack, corpus: Mapping[str, bytes], names: Mapping[str, str], crowd: Sequence[Answered]
) -> None:
    def ask_again(case: str) -> Answered:
        Outside(stack).upload(names[case], corpus[case] + b"\0")
        return asked(stack, case, names[case])

    check_time(stack, "enrich", crowd, ask_again)
