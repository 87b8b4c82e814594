"""Algolias that differ in one answer each, and those that differ in two."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from devstack.algolia.choices import OpenChoices
from devstack.algolia.engine import Engine, EngineConfig
from devstack.algolia.keys import KeyRing
from devstack.algolia.server import new_engine
from devstack.algolia.switches import Switches
from shared.catalog.algolia import AlgoliaIndex, transporter
from shared.catalog.likeness import Likeness
from tests.algolia import APP, INDEX, local_algolia
from tests.worlds.direct import Direct
from tools.live.probes import PROBES
from tools.live.scratch import Budget, CountedConnection

LIKENESS = Likeness.named(["labels", "words", "code"], tag="x")
KEY = "live-key"
RIGHTS = ["search", "browse", "addObject", "deleteIndex", "settings", "editSettings", "listIndexes"]


@dataclass(frozen=True)
class World:
    """One answer to one probe, and what makes it; it hides the answers to some others.

    In a `wordy` one, products have ten labels as long as a product's whole category.
    """

    probe: str
    answer: str
    choices: Mapping[str, Any] = field(default_factory=dict)
    most_filters: int | None = None
    config: Mapping[str, Any] = field(default_factory=dict)
    key: Mapping[str, Any] = field(default_factory=dict)
    shop: Mapping[str, Any] = field(default_factory=dict)
    labels: int = 9
    wordy: bool = False
    hides: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        return f"{self.probe}: {self.answer}"

    def beside(self, other: World) -> World | None:
        """Both at once; None where they contradict one another."""
        mine, others = vars(self), vars(other)
        if self.probe == other.probe or any(
            mine[name].keys() & others[name].keys() for name in ("choices", "config", "key", "shop")
        ):
            return None
        joined: dict[str, Any] = {
            name: {**mine[name], **others[name]} for name in ("choices", "config", "key", "shop")
        }
        most = min(
            (each.most_filters for each in (self, other) if each.most_filters is not None), default=None
        )
        labels = {self.labels, other.labels} - {World.labels}
        if len(labels) > 1:
            return None
        return World(
            self.probe, self.answer, **joined, most_filters=most, labels=min(labels, default=World.labels)
        )

    @property
    def engine(self) -> EngineConfig:
        return EngineConfig(
            choices=OpenChoices(**self.choices),
            switches=Switches(max_optional_filters=self.most_filters),
            **self.config,
        )


def _hiding(*probes: str) -> frozenset[str]:
    return frozenset(probes)


EVERYDAY = World("", "")
_NO_PARAMETERS = _hiding("shop-order", "shop-tests")
_UNCOUNTED = _hiding("shop-order", "shop-ratio")
_SHORT = {"max_parameter_bytes": 512}
_SMALL_RATIO = {"facet_ratio": 0.1}

WORLDS: Sequence[World] = (
    World("filters", "fewer, more are refused", most_filters=28),
    World("filters", "fewer, more are refused", most_filters=64),
    World(
        "filters",
        "fewer, more are refused",
        most_filters=1,
        hides=_hiding("sums", "sum-limit", "undeclared", "typed-words", "shop-order"),
    ),
    World("filters", "fewer, more are left out unsaid", {"beyond": "drop"}, most_filters=28),
    World("long-parameter", "refused", {**_SHORT, "beyond": "refuse"}, hides=_hiding("filters")),
    World("long-parameter", "left out unsaid", {**_SHORT, "beyond": "drop"}, hides=_hiding("filters")),
    World("sums", "added if asked", {"sums": "if-asked"}),
    World("sums", "the highest counts", {"sums": "never"}, hides=_hiding("sum-limit")),
    World("sum-limit", "stops there", {"score_ceiling": 65_535}),
    World("sum-limit", "begins anew", {"score_ceiling": 65_535, "score_wraps": True}),
    World("filter-only", "refused", {"filter_only": "refused"}),
    World("filter-only", "matches nothing", {"filter_only": "ignored"}),
    World("undeclared", "refused", {"reject_undeclared_facets": True}),
    World("accents", "they do not", {"fold_accents_in_facets": True}),
    World("quotes", "they are not", {"strips_quotes": True}),
    World("dashes", "it does not", {"escapes_dashes": False}),
    World("nesting", "refused", {"nests_filters": False}),
    World("typed-words", "before the words", {"filters_stand": "first"}),
    World("typed-words", "after the words", {"filters_stand": "last"}),
    World("distinct", "another record", {"distinct_keeps": "first-written"}),
    World("page-size", "fewer", key={"maxHitsPerQuery": 20}),
    *(
        World("parameters", "refused", {"refused": frozenset({name})}, hides=_NO_PARAMETERS)
        for name in ("mode", "clickAnalytics")
    ),
    World("replicas", "without settings", {"replicas_inherit": False}, hides=_hiding("virtual-replicas")),
    World("virtual-replicas", "ranked", {"virtual_replicas": "ranked"}),
    World("virtual-replicas", "not ranked", {"virtual_replicas": "unranked"}),
    World("pinned", "not marked", {"marks_promoted": False}),
    World("record-size", "more", config={"max_record_bytes": 100_000}),
    World("record-size", "less", config={"max_record_bytes": 5_000}, hides=_hiding("outgrown")),
    World("outgrown", "at once", config={"too_big": "at-once"}),
    World("guard", "dropped", {"long_versions": False}),
    World("facet-ratio", "over each facet", _SMALL_RATIO, hides=_UNCOUNTED),
    World("facet-ratio", "over all facets", {**_SMALL_RATIO, "ratio_over": "all"}, hides=_UNCOUNTED),
    World("shop-order", "not by scores", {"reranking": "always"}, shop={"enableReRanking": True}),
    World("shop-order", "not by scores", shop={"ranking": ["asc(price)", "filters"]}),
    World("shop-order", "no labels yet", labels=0),
    World("shop-tests", "pictures are left out", {"ab_test": "unless-refused"}),
    World("shop-tests", "pictures take part", {"ab_test": "always"}),
    World("shop-reach", "fewer", shop={"paginationLimitedTo": 50}),
    World("shop-ratio", "beyond it", labels=150),
)
_ALIKE = [world for world in WORLDS if world.most_filters == 64 or "clickAnalytics" in str(world.choices)]
"""Worlds that differ from another one in a number or a name alone: beside others they tell nothing more."""

PAIRS: Sequence[tuple[World, World]] = tuple(
    (one, other)
    for one, other in combinations([world for world in WORLDS if world not in _ALIKE], 2)
    if one.beside(other)
)


def records(labels: int, count: int = 300) -> Iterator[dict[str, Any]]:
    for number in range(count):
        names = [f"Label {number % labels}"] if labels else []
        yield {
            "objectID": str(number),
            "price": number,
            "labels": [{"description": name, "score": 1.0} for name in names],
        }


@contextmanager
def playing(world: World) -> Iterator[tuple[Engine, CountedConnection]]:
    """An Algolia of that world with a shop's index, and a connection to that."""
    with local_algolia(world.engine, {KEY: {"acl": RIGHTS, **world.key}}) as algolia:
        engine = algolia.engine.services.engine
        fill(engine, world)
        at = AlgoliaIndex(APP, KEY, INDEX, (algolia.engine.url,))
        yield engine, CountedConnection(transporter(at), INDEX, Budget())


def playing_here(world: World) -> tuple[Engine, CountedConnection]:
    """The same without a network between, for many at once."""
    engine, keys = (
        new_engine(world.engine),
        KeyRing.from_json(APP, json.dumps({KEY: {"acl": RIGHTS, **world.key}})),
    )
    fill(engine, world)
    return engine, CountedConnection(Direct(engine, keys.identify(APP, KEY)), INDEX, Budget())


def fill(engine: Engine, world: World) -> None:
    engine.set_settings(INDEX, {"attributesForFaceting": ["labels.description"], **world.shop})
    engine.batch(INDEX, [{"action": "addObject", "body": each} for each in records(world.labels)])


ANSWERS = [(probe.name, answer) for probe in PROBES for answer in probe.answers]
