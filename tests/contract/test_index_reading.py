"""What the operator's commands read from the index, and that merged settings are in force afterwards."""

from __future__ import annotations

import pytest

from devstack.algolia.engine import EngineConfig
from devstack.algolia.keys import KeyRing
from devstack.algolia.server import running
from shared.catalog.algolia import AlgoliaIndex, connect
from shared.catalog.labels import recognizer_facet
from shared.catalog.query import VisualQuery
from shared.model import Refinement
from tests.algolia import ADMIN, INDEX, Algolia
from tests.contract.shops import enrichment
from tests.outside import eventually
from tests.queries import word
from tests.tagging import tag

MERGED = ["brand", "labels.description", recognizer_facet()]


@pytest.fixture(autouse=True)
def seeded(algolia: Algolia) -> None:
    algolia.seed([{"objectID": "1", "name": "N", "imageVersion": 5}, {"objectID": "ä/2"}], facets=["brand"])


def test_records_come_in_the_order_asked_for_with_holes_a_thousand_at_once(algolia: Algolia) -> None:
    index = algolia.catalog().index
    found = index.records(["ä/2", "none", "1"], ["imageVersion", "visual"])
    assert found == [{"objectID": "ä/2"}, None, {"objectID": "1", "imageVersion": 5}]
    many = index.records([str(number) for number in range(1_000)], ["name"])
    assert [number for number, record in enumerate(many) if record] == [1]


def test_merging_settings_keeps_what_is_there_and_is_said_once(algolia: Algolia) -> None:
    catalog = algolia.catalog(ADMIN)
    assert catalog.merge_settings() == {"attributesForFaceting": MERGED}
    assert catalog.index.settings()["attributesForFaceting"] == MERGED
    assert catalog.merge_settings() == {}


def test_merged_facets_of_the_strategies_are_in_force(algolia: Algolia) -> None:
    catalog = algolia.catalog(ADMIN)
    needed = ["colors", "filterOnly(visualWords_x)"]
    assert catalog.merge_settings(needed) == {"attributesForFaceting": [*MERGED, *needed]}
    assert catalog.merge_settings(needed) == {}
    tag(catalog, "1", enrichment(likeness={"colors": ["red"], "visualWords_x": ["a07"]}), 6)
    found = algolia.finder().find(VisualQuery([word("a07", 40)]), Refinement(facets=("colors",)))
    assert found.hits[0].record["_rankingInfo"]["filters"] == 40
    assert found.raw["facets"]["colors"] == {"red": 1}


def test_hits_lack_what_nobody_reads_and_keep_what_the_shop_leaves_out(algolia: Algolia) -> None:
    catalog = algolia.catalog(ADMIN)
    catalog.index.change_settings({"attributesToRetrieve": ["*", "-name"]})
    written = catalog.merge_settings(["filterOnly(visualWords_x)"], ["visualWords_x"])
    assert written["attributesToRetrieve"] == ["*", "-name", "-visualWords_x"]
    tag(catalog, "1", enrichment(likeness={"visualWords_x": ["a07"], "visualCode_x": "AA=="}), 6)
    [best] = algolia.finder().find(VisualQuery([word("a07", 40)]), Refinement(hits_per_page=1)).hits
    assert {"name", "visualWords_x"}.isdisjoint(best.record)
    assert (best.points, best.record["visualCode_x"]) == (40, "AA==")
    assert (catalog.look_up("1") or {})["visualWords_x"] == ["a07"]


def test_merging_settings_waits_until_they_are_in_force() -> None:
    keys = KeyRing.from_json("APP", '{"key": {"acl": ["admin"]}}')
    with running(keys, EngineConfig(task_delay=0.3)) as engine:
        task = engine.services.engine.set_settings(INDEX, {"attributesForFaceting": ["brand"]})
        eventually(lambda: engine.services.engine.is_published(task), bool)
        catalog = connect(AlgoliaIndex("APP", "key", INDEX, (engine.url,)))
        catalog.merge_settings()
        assert catalog.index.settings()["attributesForFaceting"] == MERGED
