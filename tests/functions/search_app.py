"""The routes of the search function in this process, with fakes behind them."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import Any, ParamSpec, TypeVar
from urllib.parse import urlencode

from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from functions.search.app import App
from functions.search.clients import RateLimits
from functions.search.endpoints import Endpoints
from functions.search.guard import Guard
from shared.catalog.labels import NOTHING_KNOWN, CurrentCounts, WeightedLabels
from shared.catalog.likeness import Likeness
from shared.catalog.query import VisualQuery
from shared.imaging import Picture
from shared.labeling.photo_cache import PhotoCache
from shared.limiting import TokenBuckets
from shared.loading import Once
from shared.memory import MemoryBudget
from shared.model import Appearance, Crop, Enrichment, Label, Labels, Refinement, SearchAnswer, Vector
from shared.searching import Searcher
from shared.settings import SearchSettings
from tests.fakes.catalog import InMemoryCatalog
from tests.fakes.imaging import FakeImaging
from tests.tagging import tag

T = TypeVar("T")
P = ParamSpec("P")

SHOP_ORIGIN = "https://shop.example"
CATALOG = {
    "ALGOLIA_APP_ID": "APP",
    "ALGOLIA_API_KEY": "key",
    "ALGOLIA_INDEX": "products",
    "CORS_ORIGINS": SHOP_ORIGIN,
    "MAX_PICTURE_BYTES": "100000",
}
NO_CATALOG: Mapping[str, str] = {"CORS_ORIGINS": SHOP_ORIGIN}
SHOE, LEATHER = Label("Shoe", 1.0), Label("Leather", 0.25)
PHOTO = b"a photo"
FETCHED = b"a photo from the web"
BY_LABELS = Likeness([WeightedLabels()])
Pairs = Sequence[tuple[str, str]]


class Shop(InMemoryCatalog):
    """A catalog of three products that keeps what it was asked."""

    def __init__(self) -> None:
        super().__init__({"boot": {"_highlightResult": {}}, "pump": {}, "a/b c": {}})
        for product, labels in {"boot": (SHOE, LEATHER), "pump": (SHOE,)}.items():
            tag(self, product, Enrichment(labels, None, "r/1", "2026-01-01T00:00:00+00:00", 1), 1)
        self.asked: list[Refinement] = []
        self.reduced = False

    def find(self, query: VisualQuery, refinement: Refinement) -> SearchAnswer:
        self.asked.append(refinement)
        return replace(super().find(query, refinement), reduced=self.reduced)


class Now(Executor):
    """Runs what it is given at once, in the caller's thread."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        done: Future[T] = Future()
        done.set_result(fn(*args, **kwargs))
        return done


@dataclass
class Behind:
    """What stands behind the routes: the shop, and eyes that keep the photos and addresses given."""

    shop: Shop = field(default_factory=Shop)
    labels: Labels | Exception = (SHOE, LEATHER)
    vector: Vector | None = None
    unlabeled: str = ""
    imaging: FakeImaging = field(default_factory=FakeImaging)
    urls: list[str] = field(default_factory=list)
    likeness: Likeness = BY_LABELS
    fetching: Callable[[str], bytes] = lambda _: FETCHED

    @property
    def seen(self) -> list[tuple[bytes, Crop | None]]:
        return self.imaging.opened

    def prepare(self) -> None:
        """Nothing to load."""

    def analyze(self, _: Picture) -> Appearance:
        if isinstance(self.labels, Exception):
            raise self.labels
        return Appearance(self.labels, vector=self.vector, unlabeled=self.unlabeled)

    def fetch(self, url: str) -> bytes:
        self.urls.append(url)
        return self.fetching(url)

    def searcher(self) -> Searcher:
        return Searcher(
            imaging=self.imaging,
            analyzer=self,
            photo_cache=PhotoCache(max_age=0, patience=5),
            counts=CurrentCounts(lambda: NOTHING_KNOWN),
            catalog=Once(lambda: self.shop),
            sees=lambda: self.likeness,
            background=Now(),
            steps=SearchSettings.from_env({"SIMILAR_CLOSENESS": "-1"}).steps,
            sure_from=0.9,
        )


def endpoints(behind: Behind, env: Mapping[str, str] = CATALOG, *, fetches: bool = True) -> Endpoints:
    """The routes around `behind`, under the settings that `env` makes; nobody is limited."""
    settings = SearchSettings.from_env(env)
    return Endpoints(
        settings=settings,
        searcher=behind.searcher,
        fetch=behind.fetch if fetches else None,
        guard=Guard(
            RateLimits(TokenBuckets(0, 1), TokenBuckets(0, 1)),
            settings.max_concurrent_searches,
            0,
            settings.forwarded_hops,
        ),
        bodies=MemoryBudget(64_000_000, patience=0),
    )


def client(routes: Endpoints) -> FlaskClient:
    """A client of the app around these."""
    return App(routes).test_client()


def raw(browser: FlaskClient, query: Pairs = ()) -> TestResponse:
    return browser.post("/", query_string=urlencode(query), data=PHOTO, content_type="image/jpeg")


def form(browser: FlaskClient, body: Pairs = (), query: Pairs = ()) -> TestResponse:
    data: MultiDict[str, Any] = MultiDict([*body, ("image", (BytesIO(PHOTO), "photo.jpg"))])
    return browser.post("/", query_string=urlencode(query), data=data, content_type="multipart/form-data")


def as_json(browser: FlaskClient, body: Mapping[str, object], query: Pairs = ()) -> TestResponse:
    image = {"image": {"content": base64.b64encode(PHOTO).decode()}}
    return browser.post("/", query_string=urlencode(query), json=image | dict(body))


def detail(answer: TestResponse, status: int) -> str:
    """Return what is wrong, after a check that it is told as every problem is."""
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    problem = json.loads(answer.data)
    assert problem.keys() == {"type", "title", "status", "detail"}
    assert problem["status"] == status
    return str(problem["detail"])
