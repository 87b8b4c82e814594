"""Damaged, lying and greedy product pictures at the real enrich function, at its deployed concurrency."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from operator import attrgetter
from typing import NamedTuple

import pytest
import requests
from cloudevents.conversion import to_binary
from cloudevents.http import CloudEvent

from devstack.endpoints import encoder_variables
from devstack.stack import LocalStack, Part, StackOptions
from devstack.topology import PARKED
from tests.hostile.corpus import Case, cases
from tests.hostile.processes import THIS, peaks
from tests.outside import Outside

CONCURRENCY = 4
MAX_SECONDS = 5.0
"""Two to three, by how fast the memory is; a decoder's own clock ends after six."""

MAX_MEBIBYTES, MAX_DECODER_MEBIBYTES = 440, 512
"""An instance has 1,024. The process: 150 by itself, 184 for decoding, and the files of four events."""

LARGE = "12 megapixels of"
REASONS = {
    "bad-picture", "unsupported-format", "too-large", "too-many-pixels", "too-many-frames", "too-costly",
}  # fmt: skip

pytestmark = pytest.mark.alone


class Answered(NamedTuple):
    """What the event about a case was answered with, and how long that took in seconds."""

    name: str
    status: int
    seconds: float


@pytest.fixture(scope="module")
def corpus() -> Sequence[Case]:
    """Without the hundreds of accidents, which differ little to the function around the room."""
    return [case for case in cases() if not case.is_accident]


@pytest.fixture(scope="module")
def stack(corpus: Sequence[Case]) -> Iterator[LocalStack]:
    """Every case is a product's picture in the bucket; nobody but the tests sends events."""
    parts: frozenset[Part] = frozenset({"pubsub", "storage", "algolia", "recognizer", "enrich"})
    options = StackOptions(parts=parts, model=None, threads=CONCURRENCY, both=encoder_variables())
    with LocalStack(options) as running:
        outside = Outside(running)
        outside.seed([{"objectID": product(number)} for number in range(len(corpus))])
        with ThreadPoolExecutor(CONCURRENCY) as uploading:
            list(
                uploading.map(lambda at: outside.upload(picture(at), corpus[at].content), range(len(corpus)))
            )
        yield running


@pytest.fixture(scope="module")
def answers(stack: LocalStack, corpus: Sequence[Case]) -> Sequence[Answered]:
    """Every case, one after the other."""
    return [asked(stack, number, case.name) for number, case in enumerate(corpus)]


def contents(corpus: Sequence[Case]) -> list[bytes]:
    return [case.content for case in corpus]


def product(number: int) -> str:
    return f"h{number}"


def picture(number: int) -> str:
    return f"products/{product(number)}/a.jpg"


def asked(stack: LocalStack, number: int, name: str) -> Answered:
    bucket = stack.endpoints.bucket
    about = {
        "type": "google.cloud.storage.object.v1.finalized",
        "source": f"//storage.googleapis.com/projects/_/buckets/{bucket}",
        "time": datetime.now(UTC).isoformat(),
    }
    event = CloudEvent(about, {"bucket": bucket, "name": picture(number), "generation": "1"})
    headers, body = to_binary(event)
    answer = requests.post(stack.endpoints.enrich_url, data=body, headers=headers, timeout=30)
    return Answered(name, answer.status_code, answer.elapsed.total_seconds())


def test_every_case_is_labeled_or_kept_with_its_reason(
    stack: LocalStack, corpus: Sequence[Case], answers: Sequence[Answered]
) -> None:
    assert [answer for answer in answers if answer.status >= 300] == []
    kept: dict[str, str] = {}
    while some := Outside(stack).kept(PARKED):
        kept |= {about["picture"]: about["reason"] for about, _ in some}
    assert set(kept.values()) <= REASONS
    labeled = [case.name for number, case in enumerate(corpus) if picture(number) not in kept]
    assert min(len(kept), len(labeled)) >= 50
    assert {case.name for case in corpus if LARGE in case.name} <= set(labeled)


def test_every_case_is_answered_soon(answers: Sequence[Answered]) -> None:
    slowest = max(answers, key=attrgetter("seconds"))
    assert slowest.seconds < MAX_SECONDS, slowest


@pytest.mark.skipif(not THIS.exists(), reason="only Linux tells how much memory was held")
def test_the_largest_together_stay_within_memory(
    stack: LocalStack, corpus: Sequence[Case], answers: Sequence[Answered]
) -> None:
    assert answers
    outside, large = Outside(stack), [at for at, case in enumerate(corpus) if LARGE in case.name]
    for number in large:
        # Another last byte makes it another picture, of which nothing is remembered.
        outside.upload(picture(number), corpus[number].content + b"\0")
    with ThreadPoolExecutor(CONCURRENCY) as crowd:
        together = list(crowd.map(lambda number: asked(stack, number, corpus[number].name), large))
    assert [answer for answer in together if answer.status >= 300] == []
    worker, decoder = peaks(stack.processes.pids()["enrich"])
    sys.stdout.write(f"enrich: at most {worker:.0f} MiB, its decoder {decoder:.0f} MiB\n")
    assert worker < MAX_MEBIBYTES
    assert decoder < MAX_DECODER_MEBIBYTES
