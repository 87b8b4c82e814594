"""The guide shows each line that the functions write, as they write it."""

from __future__ import annotations

import itertools
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pytest
import requests

from devstack.endpoints import encoder_variables
from devstack.environment import child_environment
from devstack.serving import Fault
from devstack.stack import ALL_PARTS, LocalStack, StackOptions
from shared.enriching import Nothing
from shared.events import reconcile
from tests.functions.test_enrich import bad, binary, push, send
from tests.functions.test_start import ENVIRONMENTS
from tests.guide import LOG_LINES, LOG_SECTION
from tests.outside import Outside, eventually
from tests.pictures import jpeg
from tests.programs import ran

PHOTO = jpeg(seed=1)
BUDGET = 30
"""Photos: more than the scenes before the last one need."""


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    """A stack that delivers nothing by itself, whose pictures have no address."""
    options = StackOptions(
        parts=frozenset(ALL_PARTS - {"bridge"}),
        model=None,
        run_dir=tmp_path_factory.mktemp("stack"),
        both=encoder_variables(),
        env={"enrich": {"IMAGE_URL_TEMPLATE": ""}, "search": {"DAILY_RECOGNIZER_BUDGET": str(BUDGET)}},
    )
    with LocalStack(options) as running:
        yield running


def enriched(stack: LocalStack, shop: Outside) -> None:
    shop.seed([{"objectID": "42"}, {"objectID": "43"}])
    shop.upload("products/42.jpg", PHOTO)
    event = binary(stack, "products/42.jpg")
    for _ in ("enriched", "answered"):
        send(stack, event)
    shop.upload("products/43.jpg", b"this is no picture")
    send(stack, binary(stack, "products/43.jpg"))


def nothing_to_do(stack: LocalStack, _: Outside) -> None:
    for name in ("banners/1.jpg", "products/gone.jpg"):
        send(stack, binary(stack, name))


def left(stack: LocalStack, shop: Outside) -> None:
    """An event is late, and its product has got a newer picture."""
    shop.seed([{"objectID": "45"}])
    shop.upload("products/45/a.jpg", PHOTO)
    late = binary(stack, "products/45/a.jpg")
    shop.upload("products/45/b.jpg", PHOTO)
    send(stack, late)


def waiting(stack: LocalStack, shop: Outside) -> None:
    shop.upload("products/44.jpg", PHOTO)
    event = binary(stack, "products/44.jpg")
    for _ in ("again", "again", "waiting"):
        send(stack, event)
    send(stack, push(reconcile()))


def parked(stack: LocalStack, _: Outside) -> None:
    send(stack, bad(b"[]"))


def photo(stack: LocalStack, content: bytes) -> requests.Response:
    headers = {"Content-Type": "image/jpeg"}
    return requests.post(stack.endpoints.search_url, data=content, headers=headers, timeout=30)


def searched(stack: LocalStack, _: Outside) -> None:
    photo(stack, PHOTO).raise_for_status()
    assert photo(stack, b"this is no picture").status_code in range(400, 500)
    for method, path in (("GET", "similar/42"), ("GET", "openapi.json"), ("OPTIONS", "")):
        requests.request(method, f"{stack.endpoints.search_url}/{path}", timeout=30).raise_for_status()


def degraded(stack: LocalStack, _: Outside) -> None:
    """The recognizer is down, and then refuses the key."""
    for status, seed in ((503, 2), (403, 3)):
        stack.set_faults("recognizer", Fault(status=status, times=99))
        for number in range(4):
            assert photo(stack, jpeg(seed=10 * seed + number)).json()["degraded"][0] == "labels"
    stack.set_faults("recognizer")


def refused(stack: LocalStack, _: Outside) -> None:
    """Algolia refuses a photo's filters, and takes fewer."""
    stack.set_faults("algolia", Fault(path="/query", status=400, times=2))
    assert photo(stack, jpeg(seed=40)).json()["degraded"] == ["filters"]


def spent(stack: LocalStack, _: Outside) -> None:
    """The recognizer is well again, and asked as often as a day allows."""
    seeds = itertools.count(500)

    def unlabeled() -> bool:
        return "labels" in photo(stack, jpeg(seed=next(seeds))).json().get("degraded", ())

    eventually(unlabeled, lambda missing: not missing)
    assert any(unlabeled() for _ in range(BUDGET))


def failing(stack: LocalStack, _: Outside) -> None:
    """Algolia is out of reach, refuses the key, and answers what nobody foresaw."""
    for status in (503, 403, 200):
        stack.set_faults("algolia", Fault(status=status, times=99))
        send(stack, binary(stack, "products/42.jpg"))
        requests.get(f"{stack.endpoints.search_url}/similar/42", timeout=30)
    stack.set_faults("algolia")


Scene = Callable[[LocalStack, Outside], None]
SCENES: Sequence[Scene] = (
    *(enriched, nothing_to_do, left, waiting, parked),
    *(searched, refused, degraded, spent, failing),
)


def written(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def not_started(name: str) -> str:
    """What the process of a function with a wrong setting writes before it ends."""
    code = f"import functions_framework as f; f.create_app({name!r}, 'functions/{name}/main.py')"
    env = child_environment(ENVIRONMENTS[name] | {"RECOGNIZER": "none"})
    done = ran(sys.executable, "-c", code, env=env)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def lines(stack: LocalStack) -> Mapping[str, list[dict[str, Any]]]:
    """What both functions wrote, by their names."""
    shop = Outside(stack)
    for scene in SCENES:
        scene(stack, shop)
    logs = {name: stack.processes.log(name).read_text(encoding="utf-8") for name in ENVIRONMENTS}
    return {name: written(log + not_started(name)) for name, log in logs.items()}


KIND = ("severity", "message", "outcome", "stage", "method", "route", "status")


def shape(line: Mapping[str, Any]) -> str:
    """What filters and people look at: the keys, and the values that say which kind of line it is."""
    told = [str(line[key]) for key in KIND if key in line]
    keys = sorted(key for key in line if not key.startswith("logging.googleapis.com/"))
    return " ".join([*told, "with a refused picture" if line.get("refused") else "", *keys])


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_the_guide_shows_every_kind_of_line_and_no_other(
    lines: Mapping[str, list[dict[str, Any]]], name: str
) -> None:
    assert sorted({shape(line) for line in LOG_LINES[name]}) == sorted({shape(line) for line in lines[name]})


def test_the_guide_shows_an_answer_of_each_route_that_is_no_check(stack: LocalStack) -> None:
    paths = requests.get(f"{stack.endpoints.search_url}/openapi.json", timeout=30).json()["paths"]
    served = {(method.upper(), f"/{path.split('/')[1]}") for path in paths for method in paths[path]}
    shown = {(line["method"], line["route"]) for line in LOG_LINES["search"] if line.get("status") == 200}
    assert shown == served - {("GET", "/healthz")}


@pytest.mark.parametrize("outcome", [*Nothing, "ignored", "left-out"])
def test_the_guide_names_every_outcome_without_work(outcome: str) -> None:
    assert f'"{outcome}"' in LOG_SECTION or f"`{outcome}`" in LOG_SECTION
