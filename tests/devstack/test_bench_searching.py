from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
import requests
from PIL import Image
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from devstack.bench import searching
from devstack.bench.search import figures, footprint, load, photos, under_load, upstreams
from devstack.bench.search.functions import THREADS, Functions, Name
from devstack.bench.search.under_load import Clocks, Rush
from devstack.environment import REPOSITORY
from devstack.processes import LOOPBACK
from devstack.serving import serving
from devstack.stack import LocalStack
from shared.settings import SearchSettings

PHOTO = photos.encoded(photos.drawn((160, 120)), "JPEG")


@pytest.fixture(scope="module")
def stack() -> Iterator[LocalStack]:
    with upstreams.slow_stack(recognizer_ms=60, algolia_ms=30) as running:
        yield running


def test_the_services_are_as_slow_as_they_are_told_to_be(stack: LocalStack) -> None:
    with upstreams.Upstreams.connected(stack.endpoints) as services:
        assert [services.seconds(PHOTO) >= 0.09 for _ in range(3)] == [True] * 3


def answer(stack: LocalStack, name: Name) -> dict[str, Any]:
    functions = Functions(stack.endpoints, stack.processes.run_dir, upstream_seconds=0.02)
    with functions.serving(name) as function:
        headers = {"Content-Type": "image/jpeg"}
        answered = requests.post(f"http://{LOOPBACK}:{function.port}/", PHOTO, headers=headers, timeout=20)
        content: dict[str, Any] = answered.json()
        assert answered.status_code == 200, content
        assert footprint.resident_mib(function.worker()) > 1
    return content


def test_bare_reads_the_photo(stack: LocalStack) -> None:
    assert answer(stack, "bare") == {"bytes": len(PHOTO)}


def test_guide_asks_vision_and_then_algolia_with_quoted_labels(stack: LocalStack) -> None:
    found = answer(stack, "guide")
    (filters,) = parse_qs(found["params"])["optionalFilters"]
    wanted = json.loads(filters)
    assert (found["nbHits"], bool(wanted)) == (upstreams.RECORDS, True)
    assert all(each.startswith("labels.description:'") and each.endswith("'") for each in wanted)


def test_labels_alone_are_asked_for_the_same_way(stack: LocalStack) -> None:
    found = answer(stack, "labels")
    assert (found["nbHits"], bool(found["labels"])) == (upstreams.RECORDS, True)


def test_the_default_asks_for_words_and_compares_codes(stack: LocalStack) -> None:
    found = answer(stack, "ours")
    assert found["nbHits"] == upstreams.RECORDS
    assert all("closeness" in hit["_visual"] for hit in found["hits"])
    assert any(wanted.startswith("visualWords_") for wanted in found["params"]["optionalFilters"])


def test_photos_are_pictures_of_their_size_and_no_two_files_are_the_same() -> None:
    files = list(photos.different(PHOTO, 50))
    assert len(set(files)) == 50
    for file in (files[0], files[49]):
        with Image.open(io.BytesIO(file)) as image:
            image.load()
            assert (image.format, image.size) == ("JPEG", (160, 120))
    assert 2_000_000 < len(photos.encoded(photos.drawn(photos.CAMERA), "JPEG")) < 4_000_000


def test_mixed_requests_hold_every_kind_in_each_round_and_no_body_twice() -> None:
    kinds = [load.Post(b"a"), load.Post(b"b", "text/plain", expected=415), load.Post(b"a")]
    posts = list(islice(under_load.mixed(kinds), 12))
    for start in range(0, 12, 3):
        sent = Counter(post.content_type for post in posts[start : start + 3])
        assert sent == {"image/jpeg": 2, "text/plain": 1}
    assert len({post.body for post in posts}) == 12
    assert {post.expected for post in posts if post.content_type == "text/plain"} == {415}


def test_a_crowd_sends_each_post_once_and_notes_what_was_not_expected() -> None:
    came: Counter[bytes] = Counter()

    async def answered(request: Request) -> Response:
        body = await request.body()
        came[body] += 1
        if body == b"3":
            request.state.drop()
        return Response(status_code=404 if body == b"5" else 200)

    posts = [load.Post(b"%d" % number) for number in range(20)]
    with serving(Starlette(routes=[Route("/", answered, methods=["POST"])])) as port:
        replies = load.crowd(port, posts, shoppers=4)
    assert came == Counter(post.body for post in posts)
    assert Counter(reply.status for reply in replies) == {200: 18, 404: 1, 0: 1}
    assert [reply.finished for reply in replies] == sorted(reply.finished for reply in replies)
    assert sum(reply.wrong for reply in replies) == 2


def replies(*finished: float, status: int = 200) -> list[load.Reply]:
    return [load.Reply(0.1, each, status, 200) for each in finished]


def test_the_rate_leaves_out_the_start_and_the_end() -> None:
    slow_start, steady, slow_end = (5.0, 10.0), (10.5, 11.0, 11.5, 12.0), (20.0, 40.0)
    assert load.steady_rate(replies(*slow_start, *steady, *slow_end), before=2, counted=4) == 2.0


def test_a_rush_reports_time_for_each_request_and_cores_that_were_busy() -> None:
    run = Rush(replies(*(number / 10 for number in range(480))), Clocks(48.0, 9.6, 24.0, 4.8))
    rate, median, p99, each, *busy, wrong = run.cells()
    assert (rate, median, p99, each) == pytest.approx((10, 100, 100, 20))
    assert busy == pytest.approx([0.2, 0.5, 0.1])
    assert wrong == "0"


def test_a_process_and_its_children_can_be_looked_at_and_a_peak_forgotten() -> None:
    spent = time.process_time()
    while time.process_time() - spent < 0.05:
        pass
    assert footprint.cpu_seconds(os.getpid()) == pytest.approx(sum(os.times()[:4]), abs=0.05)
    program = "held = bytearray(b'x') * 80_000_000; del held; print(); input()"
    command, pipe = [sys.executable, "-c", program], subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe) as child:
        assert child.stdout
        child.stdout.readline()
        assert child.pid in footprint.children(os.getpid())
        before = footprint.peak_mib(child.pid)
        assert 0 < footprint.resident_mib(child.pid) <= before
        footprint.forget_peak(child.pid)
        assert footprint.peak_mib(child.pid) < before - 60
    assert child.pid not in footprint.children(os.getpid())


@pytest.mark.parametrize(
    ("reached", "least", "met"),
    [(0.9, True, True), (0.89, True, False), (0.9, False, True), (0.91, False, False)],
)
def test_a_target_is_met_up_to_its_limit(reached: float, least: bool, met: bool) -> None:  # noqa: FBT001 a table
    target = figures.Target("share", reached, 0.9, least=least)
    assert target.met is met
    assert str(target).endswith("met" if met else "MISSED")


def test_as_many_searches_are_at_work_as_in_a_deployment() -> None:
    text = Path(REPOSITORY, "terraform/variables_search.tf").read_text()
    assert re.findall(r"max_concurrent_searches +\= optional\(number, (\d+)\)", text) == [f"{THREADS}"]
    assert SearchSettings.variables()["MAX_CONCURRENT_SEARCHES"].default == THREADS


def test_times_are_in_milliseconds() -> None:
    seconds = [number / 1_000 for number in range(1, 102)]
    assert (figures.median_ms(seconds), figures.p99_ms(seconds)) == pytest.approx((51, 100))


def test_costs_become_a_table_of_the_page() -> None:
    parts = [figures.Measured(costs={"time, ms": {"ours": 12.3, "guide": 0.456}}), figures.Measured()]
    made = figures.table(figures.Measured.together(parts).costs)
    assert made.splitlines()[2] == "| time, ms | - | 12 | - | 0.46 |"
    page = searching.with_table(searching.PAGE.read_text(encoding="utf-8"), made)
    assert made in page
    assert searching.with_table(page, made) == page
    with pytest.raises(ValueError, match="marks"):
        searching.with_table("a page", made)
