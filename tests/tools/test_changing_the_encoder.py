"""A new release's encoder takes over by the documented steps, while shoppers go on searching."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import requests

from devstack import recipes
from devstack.delivery.bridge import Bridge
from devstack.endpoints import likeness
from devstack.processes import LOOPBACK, Command, Processes
from devstack.stack import LocalStack, Part, StackOptions
from devstack.topology import PICTURES, subscription_path
from shared.catalog.algolia import AlgoliaIndex, connect
from tests.onnx_models import averaging_model, declare
from tests.outside import Outside, eventually
from tests.pictures import encoded, jpeg, scene
from tests.tools.conftest import Tools

PRODUCTS = 125
"""More than are re-ranked."""

SOUGHT = range(5)
"""The first to be labeled anew: behind them are those that still have what the former search asks for."""

NEAR = 10
PAUSE = 0.1
"""Seconds between two searches: the functions share the machine's processors."""

PATIENCE = 60.0
THREADS = 8


def name(number: int) -> str:
    return f"p{number:03}"


def picture(number: int) -> bytes:
    return jpeg(seed=3_000 + number)


def photo(number: int) -> bytes:
    """The picture without its borders, and coarser."""
    return encoded(scene(seed=3_000 + number).crop((30, 20, 370, 280)), quality=60)


def place(answer: Mapping[str, Any], product: str) -> int:
    found = [hit["objectID"] for hit in answer["hits"]]
    return found.index(product) + 1 if product in found else 0


@dataclass
class Shoppers:
    """Search for one product after the other until they are sent home; notes what went wrong."""

    url: str
    searches: int = 0
    lost: list[str] = field(default_factory=list)
    home: threading.Event = field(default_factory=threading.Event)

    def search(self, number: int) -> dict[str, Any]:
        answer = requests.post(self.url, files={"image": photo(number)}, timeout=30)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    def go_on(self) -> None:
        while not self.home.is_set():
            for number in SOUGHT:
                self._try(number)
                self.home.wait(PAUSE)

    def some_more(self) -> None:
        """Wait until searches that were under way have been answered."""
        begun = self.searches
        eventually(lambda: self.searches, lambda count: count > begun + 1)

    def _try(self, number: int) -> None:
        self.searches += 1
        try:
            at = place(self.search(number), name(number))
        except requests.RequestException as error:
            self.lost.append(f"{name(number)}: {error}")
            return
        if not 0 < at <= NEAR:
            self.lost.append(f"{name(number)}: place {at}")


@contextmanager
def searching(shoppers: Shoppers) -> Iterator[None]:
    """Shoppers search all the time inside."""
    thread = threading.Thread(target=shoppers.go_on)
    thread.start()
    try:
        yield
    finally:
        shoppers.home.set()
        thread.join()


class Deployment:
    """Both functions; search is there all the time, and events wait for enrich."""

    def __init__(self, stack: LocalStack, folder: Path, variables: Mapping[str, str]) -> None:
        names, self._stack = stack.endpoints, stack
        self._enrich, self._search = Processes(folder, patience=30), Processes(folder, patience=30)
        [self._enriching] = self._enrich.start(partial(self._enrich_with, variables))
        url = f"http://{LOOPBACK}:{self._enriching.ports[0]}"
        self._bridge = Bridge(names.pubsub_host, subscription_path(names.project, PICTURES), url)
        self._bridge.start()
        self.search_url = self._started(variables)

    def update_enrich(self, variables: Mapping[str, str]) -> None:
        self._enrich.end()
        self._enrich.start(lambda: replace(self._enriching, env={**self._enriching.env, **variables}))

    def update_search(self, variables: Mapping[str, str], shoppers: Shoppers) -> None:
        """Start a new revision, send shoppers there, and end the old one once nobody waits for it anymore."""
        former, self._search = self._search, Processes(self._search.run_dir, patience=30)
        shoppers.url = self._started(variables)
        shoppers.some_more()
        former.end()

    def end(self) -> None:
        self._bridge.stop()
        self._search.end()
        self._enrich.end()

    def _enrich_with(self, variables: Mapping[str, str]) -> Command:
        return recipes.function(
            "enrich", "cloudevent", {**self._stack.endpoints.enrich_env(), **variables}, THREADS
        )

    def _started(self, variables: Mapping[str, str]) -> str:
        env = {**self._stack.endpoints.search_env(), **variables}
        [command] = self._search.start(lambda: recipes.function("search", "http", env, THREADS))
        return f"http://{LOOPBACK}:{command.ports[0]}"


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[LocalStack]:
    parts: frozenset[Part] = frozenset({"pubsub", "storage", "algolia", "recognizer"})
    options = StackOptions(parts=parts, run_dir=tmp_path / "stack")
    with LocalStack(options) as running:
        yield running


@pytest.fixture
def old(tmp_path: Path) -> Mapping[str, str]:
    """The encoder in use, a shop's own: it takes a small part of the time of the embedded one."""
    model = declare(averaging_model(tmp_path / "old.onnx"))
    return {"ENCODER": "onnx", "ONNX_MODEL": str(model)}


@pytest.fixture
def new(tmp_path: Path) -> Mapping[str, str]:
    """Its next release, whose vectors are others."""
    model = averaging_model(tmp_path / "new.onnx", size=96)
    return {"ENCODER": "onnx", "ONNX_MODEL": str(declare(model, output="mixed", output_size=96))}


@pytest.fixture
def deployment(stack: LocalStack, tmp_path: Path, old: Mapping[str, str]) -> Iterator[Deployment]:
    deployed = Deployment(stack, tmp_path, old)
    yield deployed
    deployed.end()


def records_with(attribute: str, stack: LocalStack) -> int:
    names = stack.endpoints
    index = connect(AlgoliaIndex(names.app_id, names.keys.admin, names.index, (names.algolia_url,))).index
    return sum(bool(record.get(attribute)) for record in index.browse([attribute]))


def to_do(tools: Tools) -> int:
    """The number of products whose records lack something of the encoder."""
    products: int = tools.json("pictures", "backfill", "--missing", "--dry-run")["products"]
    return products


@pytest.fixture
def outside(stack: LocalStack) -> Outside:
    return Outside(stack)


def test_no_search_fails_or_loses_its_product_while_a_new_encoder_takes_over(
    stack: LocalStack,
    outside: Outside,
    deployment: Deployment,
    old: Mapping[str, str],
    new: Mapping[str, str],
) -> None:
    before, after = (Tools({**stack.endpoints.operator_env(), **variables}) for variables in (old, new))
    [former], [code] = (likeness({**stack.endpoints.search_env(), **each}).compared for each in (old, new))
    outside.seed([{"objectID": name(number), "name": "N"} for number in range(PRODUCTS + 1)])
    before("index", "apply")
    for number in range(PRODUCTS):
        outside.upload(f"products/{name(number)}.jpg", picture(number))
    eventually(lambda: records_with(former, stack), lambda records: records == PRODUCTS, PATIENCE)
    shoppers = Shoppers(deployment.search_url)
    with searching(shoppers):
        assert after.json("index", "apply")["missing"] == {}
        deployment.update_enrich(new)
        outside.upload(f"products/{name(PRODUCTS)}.jpg", picture(PRODUCTS))
        assert after("pictures", "backfill", "--missing", "--yes").exit_code == 0
        eventually(lambda: records_with(code, stack), lambda records: records == PRODUCTS + 1, PATIENCE)
        assert to_do(after) == 0
        deployment.update_search(new, shoppers)
        shoppers.some_more()
    assert shoppers.lost == []
    assert records_with(former, stack) == PRODUCTS
    assert place(shoppers.search(PRODUCTS), name(PRODUCTS)) == 1
    assert after("encoder", "retire", code.partition("_")[2]).exit_code == 2
    assert after("encoder", "retire", former.partition("_")[2]).exit_code == 0
    eventually(lambda: records_with(former, stack), lambda records: records == 0)
    found = [shoppers.search(number) for number in SOUGHT]
    assert all("closeness" in answer["hits"][0]["_visual"] for answer in found)
    assert to_do(before) == PRODUCTS + 1
