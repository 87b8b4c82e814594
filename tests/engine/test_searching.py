"""Searches: words, ranking, paging, attributes shown, highlighting, settings, limits."""

from __future__ import annotations

import pytest
from algoliasearch.search.models.browse_params_object import BrowseParamsObject
from algoliasearch.search.models.index_settings import IndexSettings
from algoliasearch.search.models.search_params_object import SearchParamsObject

from devstack.algolia.documents import JsonObject
from devstack.algolia.limits import AlgoliaError
from devstack.algolia.parameters import QUERY_PARAMETERS, SETTINGS
from tests.engine.shop import Shop

BAGS: list[JsonObject] = [
    {"objectID": "1", "name": "Red leather bag", "brand": "Acme", "sold": 5, "tags": ["travel"]},
    {"objectID": "2", "name": "Bag of red yarn", "brand": "Zeta", "sold": 9, "tags": ["craft"]},
    {"objectID": "3", "name": "Café chair", "brand": "Red Bag", "sold": 7},
    {"objectID": "4", "name": "Bagpipe, red", "brand": "Acme"},
]
SEARCHABLE = {"searchableAttributes": ["name", "unordered(brand)"], "customRanking": ["desc(sold)"]}


@pytest.fixture
def bags(shop: Shop) -> Shop:
    shop.fill(BAGS, SEARCHABLE)
    return shop


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"query": ""}, ["2", "3", "1", "4"]),
        ({"query": "red bag"}, ["4", "3", "2", "1"]),
        ({"query": "bag red"}, ["3", "2", "1"]),
        ({"query": "bag "}, ["2", "1", "3"]),
        ({"query": "red leather"}, ["1"]),
        ({"query": "cafe"}, ["3"]),
        ({"query": "CAFÉ ch"}, ["3"]),
        ({"query": "red unknown"}, []),
        ({"query": "ba", "queryType": "prefixNone"}, []),
        ({"query": "le ba", "queryType": "prefixAll"}, ["1"]),
        ({"query": "travel"}, []),
        ({"query": "red bag", "restrictSearchableAttributes": ["brand"]}, ["3"]),
        ({"query": "red", "ranking": ["asc(sold)"]}, ["1", "3", "2", "4"]),
        ({"query": "red", "ranking": ["desc(sold)"]}, ["2", "3", "1", "4"]),
    ],
)
def test_words_select_and_rank(bags: Shop, parameters: dict[str, object], expected: list[str]) -> None:
    assert bags.ids(**parameters) == expected


def test_every_attribute_is_searched_unless_some_are_declared(shop: Shop) -> None:
    shop.fill([{"objectID": "x1", "labels": [{"description": "Tote"}], "size": 42, "name": "Bag"}])
    assert [shop.ids(query=query) for query in ("tote", "42", "bag", "x1")] == [["x1"], ["x1"], ["x1"], []]


def test_the_label_score_goes_before_the_position_of_words_and_custom_ranking(bags: Shop) -> None:
    bags.engine.set_settings("shop", {"attributesForFaceting": ["brand"]})
    scored = ["brand:Red Bag<score=4>"]
    best, *_ = bags.search(query="red", optionalFilters=scored, getRankingInfo=True)["hits"]
    ranked = (best["objectID"], best["_rankingInfo"]["filters"], best["_rankingInfo"]["words"])
    assert ranked == ("3", 4, 1)


@pytest.mark.parametrize(
    ("parameters", "ids", "position"),
    [
        ({"hitsPerPage": 3}, ["2", "3", "1"], {"page": 0, "nbPages": 2, "hitsPerPage": 3}),
        ({"hitsPerPage": 3, "page": 1}, ["4"], {"page": 1, "nbPages": 2, "hitsPerPage": 3}),
        ({"hitsPerPage": 3, "page": 9}, [], {"page": 9, "nbPages": 2, "hitsPerPage": 3}),
        ({"hitsPerPage": 0}, [], {"page": 0, "nbPages": 0, "hitsPerPage": 0}),
        ({"offset": 1, "length": 2}, ["3", "1"], {"offset": 1, "length": 2}),
        ({"offset": 3}, ["4"], {"offset": 3, "length": 20}),
    ],
)
def test_windows(bags: Shop, parameters: dict[str, object], ids: list[str], position: JsonObject) -> None:
    answer = bags.search(**parameters)
    assert ([hit["objectID"] for hit in answer["hits"]], answer["nbHits"]) == (ids, 4)
    assert {key: answer[key] for key in position} == position


# RECORDED of the live service, where facets were not asked for.
@pytest.mark.parametrize(
    ("parameters", "position", "beyond"),
    [
        ({"hitsPerPage": 10, "page": 2}, {"page": 2, "nbPages": 3, "hitsPerPage": 10}, False),
        ({"offset": 24, "length": 10}, {"offset": 24, "length": 10}, False),
        ({"hitsPerPage": 5, "page": 5}, {"page": 5, "nbPages": 0, "hitsPerPage": 5}, True),
        ({"hitsPerPage": 10, "page": 3}, {"page": 3, "nbPages": 0, "hitsPerPage": 10}, True),
        ({"offset": 25, "length": 10}, {"offset": 25, "length": 10}, True),
    ],
)
def test_a_page_beyond_the_limit_counts_nothing_and_says_why(
    shop: Shop, parameters: dict[str, int], position: JsonObject, *, beyond: bool
) -> None:
    numbers = [str(number) for number in range(30)]
    shop.fill([{"objectID": number} for number in numbers], {"paginationLimitedTo": 25})
    answer = shop.search(**parameters)
    assert {key: answer[key] for key in position} == position
    first = parameters.get("offset", parameters.get("page", 0) * 10)
    shown = ([], 0) if beyond else (numbers[first:25], 30)
    assert ([hit["objectID"] for hit in answer["hits"]], answer["nbHits"]) == shown
    assert answer.get("message", "").startswith("you can only fetch the 25 hits for this query.") == beyond


@pytest.mark.parametrize(
    ("wanted", "shown"),
    [
        (["*"], {"a": 1, "b": {"c": [{"d": 1, "e": 2}]}, "f": 3}),
        (["a", "b.c.d"], {"a": 1, "b": {"c": [{"d": 1}]}}),
        (["*", "-b"], {"a": 1, "f": 3}),
        (["-b.c.e", "-f"], {"a": 1, "b": {"c": [{"d": 1}]}}),
        ([], {}),
    ],
)
def test_attributes_to_retrieve(shop: Shop, wanted: list[str], shown: JsonObject) -> None:
    shop.fill([{"objectID": "1", "a": 1, "b": {"c": [{"d": 1, "e": 2}]}, "f": 3}])
    (hit,) = shop.search(attributesToRetrieve=wanted, attributesToHighlight=[])["hits"]
    assert hit == {"objectID": "1", **shown}


def test_highlights_mark_words_and_prefixes_and_say_how_much_matched(shop: Shop) -> None:
    record = {"objectID": "1", "name": "Red bags", "note": "red", "sizes": [{"label": "RED"}], "n": 5}
    shop.fill([record])
    (hit,) = shop.search(query="red ba", highlightPreTag="[", highlightPostTag="]")["hits"]
    result = hit["_highlightResult"]
    full = {"matchLevel": "full", "matchedWords": ["red", "ba"], "fullyHighlighted": True}
    assert result["name"] == {"value": "[Red] [ba]gs", **full}
    assert result["note"]["matchLevel"] == "partial"
    assert result["sizes"][0]["label"]["value"] == "[RED]"
    assert result["n"] == {"value": "5", "matchLevel": "none", "matchedWords": []}


def test_highlights_cover_the_searchable_attributes_or_those_asked_for(bags: Shop) -> None:
    for asked, names in (({}, {"name", "brand"}), ({"attributesToHighlight": ["tags"]}, {"tags"})):
        assert bags.search(**asked)["hits"][0]["_highlightResult"].keys() == names
    assert "_highlightResult" not in bags.search(attributesToHighlight=[])["hits"][0]


def test_settings_merge_by_key_reset_with_null_and_replace_lists(shop: Shop) -> None:
    first = {"attributesForFaceting": ["a", "b"], "hitsPerPage": 5}
    second = {"attributesForFaceting": ["c"], "userData": {"by": "tests"}}
    for changes in (first, second, {"hitsPerPage": None}):
        shop.engine.set_settings("shop", changes)
    expected = {**second, "hitsPerPage": 20}
    assert {name: shop.engine.get_settings("shop")[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"attributeForFaceting": []}, "Invalid object attributes: attributeForFaceting"),
        ({"attributesForFaceting": ["searchable(filterOnly(a))"]}, "Invalid attributesForFaceting entry"),
        ({"attributesForFaceting": ["sortable(a)"]}, "Invalid attributesForFaceting entry"),
        ({"ranking": ["popularity"]}, "Invalid ranking entry 'popularity'"),
        ({"customRanking": ["popularity"]}, "Invalid customRanking entry"),
        ({"hitsPerPage": 1001}, "between 0 and 1000"),
        ({"distinct": 5}, "between 0 and 4"),
        ({"paginationLimitedTo": 20_001}, "between 0 and 20000"),
    ],
)
def test_invalid_settings_are_refused_when_sent(shop: Shop, settings: JsonObject, message: str) -> None:
    with pytest.raises(AlgoliaError, match=message):
        shop.engine.set_settings("shop", settings)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"optionalFilter": "a:b"}, "Unknown parameter: optionalFilter"),
        ({"params": "hitsPerPages=3"}, "Unknown parameter: hitsPerPages"),
        ({"hitsPerPage": 1001}, '"hitsPerPage".* between 0 and 1000'),
        ({"hitsPerPage": "ten"}, '"hitsPerPage"'),
        ({"page": -1}, '"page"'),
        ({"length": 1001}, '"length"'),
        ({"getRankingInfo": "yes"}, '"getRankingInfo" parameter, expected a boolean'),
        ({"query": 3}, '"query" parameter, expected a string'),
        ({"facets": [1]}, '"facets" parameter, expected an array of strings'),
        ({"queryType": "prefix"}, '"queryType" parameter, expected one of'),
        ({"query": "é" * 257}, "query is too long"),
    ],
)
def test_invalid_parameters_are_named(bags: Shop, parameters: dict[str, object], message: str) -> None:
    with pytest.raises(AlgoliaError, match=message) as refused:
        bags.search(**parameters)
    assert refused.value.status == 400
    assert bags.ids(query="é" * 256) == []


def test_parameters_may_come_url_encoded_and_lose_to_those_beside_them(bags: Shop) -> None:
    params = "query=red&hitsPerPage=1&attributesToRetrieve=name,brand&facetFilters=%5B%5D&getRankingInfo=true"
    answer = bags.search(params=params, hitsPerPage=2)
    assert (answer["query"], len(answer["hits"])) == ("red", 2)
    assert answer["hits"][0].keys() == {"objectID", "name", "brand", "_highlightResult", "_rankingInfo"}


def test_response_fields_narrow_the_answer(bags: Shop) -> None:
    assert bags.search(responseFields=["hits", "processingTimeMS"]).keys() == {"hits", "processingTimeMS"}


def test_a_query_id_has_32_hexadecimal_digits_and_is_new_each_time(bags: Shop) -> None:
    ids = [bags.search(clickAnalytics=True)["queryID"] for _ in range(2)]
    assert ids[0] != ids[1]
    assert all(len(each) == 32 and int(each, 16) for each in ids)
    assert "queryID" not in bags.search()


def test_the_parameters_known_are_those_of_the_official_client() -> None:
    def names(*models: type) -> set[str]:
        return {field.alias for model in models for field in model.model_fields.values()}  # type: ignore[attr-defined]

    assert QUERY_PARAMETERS.keys() == names(SearchParamsObject)
    assert QUERY_PARAMETERS.keys() | {"cursor"} == names(BrowseParamsObject)
    assert SETTINGS.keys() == names(IndexSettings)
