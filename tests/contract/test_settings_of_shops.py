"""A shop's own index settings: searches by picture go as ever, whatever they are, or `index check` warns."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain

import pytest

from devstack.algolia.parameters import QUERY_PARAMETERS, SETTINGS
from shared.catalog.algolia import AlgoliaIndex, transporter
from shared.catalog.index_settings import missing_settings
from shared.catalog.query import VisualQuery
from shared.model import Refinement
from tests.algolia import ADMIN, APP, INDEX, Algolia
from tests.contract.shops import LIKENESS
from tests.queries import label, word
from tools.index_settings import readiness
from tools.live.probe import Bench
from tools.live.scratch import Budget, CountedConnection
from tools.live.shop import SHOP

READY = missing_settings({}, LIKENESS.facets, unread=LIKENESS.unread) | {"searchableAttributes": ["name"]}
RECORDS = [
    {
        "objectID": f"{number}",
        "name": f"N{number}",
        "group": number // 2,
        "labels": [{"description": name, "score": 0.9} for name in ("Bag", "Red", "Zip")[:number]],
        "visualWords_x": [f"a0{number}"],
    }
    for number in range(4)
]
QUERY = VisualQuery([label("Bag", 9), label("Red", 7), word("a00", 5), word("a03", 4)])
OF_TEXT: Mapping[str, object] = {
    **dict.fromkeys(("advancedSyntax", "allowTyposOnNumericTokens", "decompoundQuery"), False),
    **dict.fromkeys(("ignorePlurals", "removeStopWords", "replaceSynonymsInHighlight"), True),
    **dict.fromkeys(("minProximity", "minWordSizefor1Typo", "minWordSizefor2Typos"), 7),
    "advancedSyntaxFeatures": [],
    "alternativesAsExact": [],
    "attributeCriteriaComputedBy": "bestMatch",
    "attributeCriteriaComputedByMinProximity": True,
    "disableExactOnAttributes": ["name"],
    "disableTypoToleranceOnAttributes": ["name"],
    "exactOnSingleWordQuery": "none",
    "optionalWords": ["n1"],
    "queryLanguages": ["de"],
    "queryType": "prefixNone",
    "removeWordsIfNoResults": "allOptional",
    "semanticSearch": {"eventSources": ["clicks"]},
    "typoTolerance": "strict",
}
OF_ANSWERS: Mapping[str, object] = {
    "attributesToHighlight": ["name"],
    "attributesToRetrieve": ["name"],
    "attributesToSnippet": ["name:1"],
    "highlightPostTag": "",
    "highlightPreTag": "",
    "hitsPerPage": 1,
    "maxValuesPerFacet": 1,
    "renderingContent": {"redirect": {"url": "https://shop.example"}},
    "responseFields": ["nbPages"],
    "restrictHighlightAndSnippetArrays": True,
    "snippetEllipsisText": "",
    "sortFacetValuesBy": "alpha",
}
OF_ORDER: Mapping[str, object] = {
    "distinct": 1,
    "enablePersonalization": True,
    "enableReRanking": True,
    "enableRules": False,
    "mode": "neuralSearch",
    "ranking": ["typo", "proximity"],
    "reRankingApplyFilter": ["group:0"],
    "relevancyStrictness": 0,
}
CHANGES = {**OF_TEXT, **OF_ANSWERS, **OF_ORDER}


def test_every_setting_that_a_search_may_overrule_is_tried() -> None:
    assert CHANGES.keys() == SETTINGS.keys() & QUERY_PARAMETERS.keys()


@pytest.fixture
def shop(algolia: Algolia) -> Algolia:
    algolia.seed(RECORDS)
    algolia.catalog(ADMIN).index.change_settings({**READY, "attributeForDistinct": "group"})
    return algolia


@pytest.mark.parametrize("setting", CHANGES)
def test_it_changes_nothing_about_pictures_or_is_warned_about(shop: Algolia, setting: str) -> None:
    hits, told = ranked(shop), asked(shop)
    settings = shop.catalog(ADMIN).index
    settings.change_settings({setting: CHANGES[setting]})
    assert asked(shop) == told
    found = readiness(settings.settings(), LIKENESS)
    assert ranked(shop) == hits or setting in chain(*map(str.split, found.warnings))


def ranked(shop: Algolia) -> object:
    """The hits, and what they say of the picture."""
    found = shop.finder().find(QUERY, Refinement(facets=("labels.description",)))
    return [(hit.record["objectID"], hit.points, hit.matched) for hit in found.hits], found.raw["nbHits"]


def asked(shop: Algolia) -> object:
    """Whatever else the functions and commands ask of the index."""
    catalog, way = shop.catalog(ADMIN), transporter(AlgoliaIndex(APP, ADMIN, INDEX, (shop.engine.url,)))
    own = CountedConnection(way, INDEX, Budget())
    bench = Bench(own, own, "labels.description", "visualWords_x", LIKENESS.window, {})
    probes = [probe.find(bench).answer for probe in SHOP if probe.name != "shop-order"]
    return catalog.counts(), [*catalog.index.browse(["name"])], probes
