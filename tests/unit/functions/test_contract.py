"""What a storefront may send: the shapes alone, and the same fields in every form of a request."""

from __future__ import annotations

from collections.abc import Mapping
from string import ascii_letters, digits
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from functions.search.contract import Box, Fields, Image, JsonBody
from functions.search.sentences import sentence
from shared.model import Crop
from tests.functions.search_app import PHOTO, Behind, Pairs, as_json, detail, form, raw

MANY = "x" * 200
BOX = {"x": 0.1, "y": 0.2, "width": 0.5, "height": 0.8}

TEXT: Mapping[str, tuple[Pairs, Mapping[str, object], Mapping[str, object]]] = {
    "nothing": ([], {}, {"query": "", "page": 0, "hits_per_page": 20, "mode": "boost"}),
    "query": ([("query", "größe 5")], {"query": "größe 5"}, {"query": "größe 5"}),
    "filters": ([("filters", "a:b")], {"filters": "a:b"}, {"filters": "a:b"}),
    "facets": ([("facets", "a,b")], {"facets": ["a", "b"]}, {"facets": ("a", "b")}),
    "no facets": ([("facets", "")], {"facets": []}, {"facets": ()}),
    "page": ([("page", "3")], {"page": 3}, {"page": 3}),
    "hits": ([("hitsPerPage", "7")], {"hitsPerPage": 7}, {"hits_per_page": 7}),
    "mode": ([("mode", "strict")], {"mode": "strict"}, {"mode": "strict"}),
    "token": ([("userToken", "me_1")], {"userToken": "me_1"}, {"user_token": "me_1"}),
    "preferences": (
        [("optionalFilters", "a:b<score=2>"), ("optionalFilters", "c:d,e")],
        {"optionalFilters": ["a:b<score=2>", "c:d,e"]},
        {"optional_filters": ("a:b<score=2>", "c:d,e")},
    ),
    "crop": ([("crop", "0.1,0.2,0.5,0.8")], {"crop": BOX}, {}),
}


@pytest.mark.parametrize("name", TEXT)
def test_a_field_means_the_same_wherever_it_stands(behind: Behind, browser: FlaskClient, name: str) -> None:
    pairs, body, wanted = TEXT[name]
    answers = [
        raw(browser, pairs),
        form(browser, pairs),
        form(browser, query=pairs),
        as_json(browser, body),
        as_json(browser, {}, pairs),
        browser.get("/similar/unlabeled", query_string=urlencode(pairs)),
    ]
    crop = Crop(**BOX) if name == "crop" else None
    assert [answer.status_code for answer in answers] == [*[200] * 5, 400 if crop else 404]
    assert [{key: getattr(asked, key) for key in wanted} for asked in behind.shop.asked] == [wanted] * 5
    assert behind.seen == [(PHOTO, crop)] * 5


@pytest.mark.parametrize(
    "crop",
    ["", "0,0,1", "0,0,1,1,1", "a,b,c,d", "0,0,nan,1", "0,0,inf,1", "-0.1,0,1,1", "0.5,0,0.6,1", "0,0,0,1"],
)
def test_a_crop_that_is_none_is_told(behind: Behind, browser: FlaskClient, crop: str) -> None:
    for answer in (raw(browser, [("crop", crop)]), form(browser, [("crop", crop)])):
        assert detail(answer, 400).startswith("crop")
    assert behind.seen == []


TWICE: Mapping[str, tuple[Mapping[str, object] | Pairs, Pairs]] = {
    "page": ([], [("page", "1"), ("page", "1")]),
    "page ": ([("page", "1"), ("page", "1")], []),
    " page": ([("page", "1")], [("page", "1")]),
    "crop": ([("crop", "0,0,1,1")], [("crop", "0,0,1,1")]),
    "optionalFilters": ([("optionalFilters", "a:b")], [("optionalFilters", "a:c")]),
    " page ": ({"page": 1}, [("page", "1")]),
    "optionalFilters ": ({"optionalFilters": ["a:b"]}, [("optionalFilters", "1")]),
}


@pytest.mark.parametrize("name", TWICE)
def test_a_field_given_twice_is_told(browser: FlaskClient, name: str) -> None:
    body, query = TWICE[name]
    answer = as_json(browser, body, query) if isinstance(body, Mapping) else form(browser, body, query)
    assert detail(answer, 400) == f"{name.strip()}: given twice"


FILTERS = {
    "no colon": (["brand"], "attribute:value<score=N>"),
    "too many points": (["a:b<score=30000>", "c:d<score=30000>"], "with 60000"),
    "too many": ([f"a:{number}" for number in range(51)], "optionalFilters"),
    "empty": ([""], "optionalFilters.0"),
    "too long": (["a:" + "b" * 300], "optionalFilters.0"),
}


@pytest.mark.parametrize("case", FILTERS)
def test_preferences_that_outvote_the_picture_are_refused(
    behind: Behind, browser: FlaskClient, case: str
) -> None:
    filters, words = FILTERS[case]
    pairs = [("optionalFilters", text) for text in filters]
    similar = browser.get("/similar/boot", query_string=urlencode(pairs))
    for answer in (raw(browser, pairs), as_json(browser, {"optionalFilters": filters}), similar):
        assert words in detail(answer, 400)
    assert (behind.seen, behind.shop.asked) == ([], [])


LIMITS: Mapping[str, tuple[object, object]] = {
    "query": ("é" * 256, "é" * 256 + "e"),
    "filters": ("f" * 4_096, "f" * 4_097),
    "facets": ([MANY] * 50, ["x"] * 51),
    "optionalFilters": (["a:" + "b" * 298] * 50, ["a:b"] * 51),
    "page": (1_000, 1_001),
    "hitsPerPage": (100, 101),
    "userToken": (ascii_letters + digits + "_=/+-" + "A" * 62, "A" * 130),
}


@pytest.mark.parametrize("name", LIMITS)
def test_every_field_has_a_limit(name: str) -> None:
    allowed, beyond = LIMITS[name]
    assert Fields.model_validate({name: allowed}).model_dump(by_alias=True)[name]
    with pytest.raises(ValidationError):
        Fields.model_validate({name: beyond})


WRONG: Mapping[str, tuple[type[BaseModel], Mapping[str, object]]] = {
    "empty facet": (Fields, {"facets": [""]}),
    "long facet": (Fields, {"facets": [MANY + "x"]}),
    "page below 0": (Fields, {"page": -1}),
    "no hits": (Fields, {"hitsPerPage": 0}),
    "unknown mode": (Fields, {"mode": "loose"}),
    "unknown return": (Fields, {"return": "labels"}),
    "unknown field": (Fields, {"color": "red"}),
    "crop of a product": (Fields, {"crop": "0,0,1,1"}),
    "empty token": (Fields, {"userToken": ""}),
    "token with a line": (Fields, {"userToken": "me\n"}),
    "token with a header": (Fields, {"userToken": "me\r\nX-Algolia-API-Key: x"}),
    "token of another script": (Fields, {"userToken": "mé"}),
    "token with a space": (Fields, {"userToken": "a b"}),
    "box with a name too many": (Box, {"x": 0, "y": 0, "width": 1, "height": 1, "z": 0}),
    "box without height": (Box, {"x": 0, "y": 0, "width": 1}),
    "neither": (Image, {}),
    "both": (Image, {"content": "", "url": ""}),
    "long address": (Image, {"url": "https://a.example/" + "x" * 2_048}),
    "no image": (JsonBody, {"query": "x"}),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_not_in_the_contract_is_refused(case: str) -> None:
    shape, values = WRONG[case]
    with pytest.raises(ValidationError):
        shape.model_validate(values)


@pytest.mark.parametrize("value", [5, "x", True, [5], [[]], {"x": "y"}], ids=repr)
def test_a_fault_is_told_by_the_names_of_fields_alone(value: object) -> None:
    image, box = {"content": "x"}, {"x": 0, "y": 0, "width": 1, "height": 1}
    fields = {field.alias or name for name, field in JsonBody.model_fields.items()}
    bodies = [
        *({"image": image, name: value} for name in fields),
        *({"image": image | {name: value}} for name in Image.model_fields),
        *({"image": image, "crop": box | {name: value}} for name in box),
    ]
    told = 0
    for body in bodies:
        try:
            JsonBody.model_validate(body)
        except ValidationError as error:
            where, _, _ = sentence(error).partition(": ")
            assert set(where.split(".")) <= {*fields, *Image.model_fields, *box, *"01"}, where
            told += 1
    assert told > len(bodies) / 3


FRACTIONS = st.floats(-0.5, 1.5) | st.sampled_from([0.0, 0.5, 1.0])


@given(FRACTIONS, FRACTIONS, FRACTIONS, FRACTIONS)
def test_a_box_is_taken_exactly_if_it_lies_inside_the_photo(
    x: float, y: float, width: float, height: float
) -> None:
    sides = ((x, width), (y, height))
    inside = all(start >= 0 and 0 < size <= 1 and start + size <= 1 + 1e-9 for start, size in sides)
    values = {"x": x, "y": y, "width": width, "height": height}
    try:
        box = Box.model_validate(values)
    except ValidationError:
        assert not inside
    else:
        assert inside
        assert box.crop() == Crop(x, y, width, height)
