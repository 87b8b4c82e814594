"""The description of the API says what the code does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

from functions.search import openapi, problems
from functions.search.app import App
from functions.search.contract import Fields, JsonBody, PhotoFields
from shared.errors import Failure, Permanent, Transient, UnknownProduct
from tests.functions.search_app import Behind, endpoints

DOCUMENT = openapi.document("1.2.3")
POST = DOCUMENT["paths"]["/"]["post"]
SIMILAR = DOCUMENT["paths"]["/similar/{objectID}"]["get"]
SCHEMAS = DOCUMENT["components"]["schemas"]
IN_FORM = POST["requestBody"]["content"]["multipart/form-data"]["schema"]["properties"]


def names(shape: type[Fields]) -> set[str]:
    return {field.alias or name for name, field in shape.model_fields.items()}


def in_query(operation: Mapping[str, Any]) -> dict[str, Any]:
    return {each["name"]: each["schema"] for each in operation["parameters"] if each["in"] == "query"}


def test_it_is_valid_openapi() -> None:
    OPENAPI_31_VALIDATOR.validate(DOCUMENT)
    assert DOCUMENT["openapi"].startswith("3.1.")
    assert DOCUMENT["info"]["version"] == "1.2.3"


def test_every_route_is_described_and_no_other() -> None:
    served = {
        rule.rule.replace("<anything:product>", "{objectID}"): {
            method.lower() for method in (rule.methods or set()) - {"HEAD"}
        }
        for rule in App(endpoints(Behind())).url_map.iter_rules()
    }
    assert {path: set(methods) for path, methods in DOCUMENT["paths"].items()} == served


def test_every_field_is_described_in_every_form() -> None:
    wanted = names(PhotoFields)
    assert in_query(POST).keys() == wanted
    assert IN_FORM.keys() == wanted | {"image"}
    assert SCHEMAS["JsonBody"]["properties"].keys() == wanted | {"image"} == names(JsonBody)
    assert in_query(SIMILAR).keys() == names(Fields)
    for schema in [*in_query(POST).values(), *IN_FORM.values()]:
        assert schema["description"]
        assert "type" in schema
    for text in (in_query(POST), IN_FORM):
        assert text["facets"]["type"] == text["crop"]["type"] == "string"
    in_json, or_null = SCHEMAS["JsonBody"]["properties"]["facets"]["anyOf"]
    assert (in_json["type"], or_null["type"]) == ("array", "null")


def test_a_json_body_holds_either_content_or_url() -> None:
    assert [each["required"] for each in SCHEMAS["Image"]["oneOf"]] == [["content"], ["url"]]
    assert SCHEMAS["JsonBody"]["required"] == ["image"]


FAILURES: Mapping[str, tuple[Failure, int]] = {
    "unknown product": (UnknownProduct("hat"), 404),
    "passing": (Transient("busy", "secret"), 503),
    "crop": (Permanent("bad-crop", "m"), 400),
    "preferences": (Permanent("bad-filters", "m"), 400),
    "filters": (Permanent("algolia-refused", "m"), 400),
    "address": (Permanent("url-refused", "m"), 400),
    "bytes": (Permanent("too-large", "m"), 413),
    "format": (Permanent("unsupported-format", "m"), 415),
    "damage": (Permanent("bad-picture", "m"), 422),
    "fetching": (Permanent("picture-unreachable", "m"), 422),
    "pixels": (Permanent("too-many-pixels", "m"), 422),
    "frames": (Permanent("too-many-frames", "m"), 422),
    "anything else": (Permanent("vision-error-9", "secret"), 500),
}


@pytest.mark.parametrize("case", FAILURES)
def test_every_failure_has_its_status_which_is_described_and_what_is_our_fault_is_told_to_nobody(
    case: str,
) -> None:
    error, status = FAILURES[case]
    problem = problems.from_failure(error)
    operation = SIMILAR if isinstance(error, UnknownProduct) else POST
    assert problem.status == status
    assert operation["responses"][str(status)]["content"].keys() == {problems.MEDIA_TYPE}
    assert b"secret" not in problem.response().data


@pytest.mark.parametrize(
    ("wish", "seconds"), [(None, "2"), (0.2, "1"), (7, "7"), (7.1, "8"), (60, "60"), (3_600, "60")]
)
def test_clients_are_told_when_to_come_again(wish: float | None, seconds: str) -> None:
    answer = problems.from_failure(Transient("busy", "m", retry_after=wish)).response()
    assert answer.headers["Retry-After"] == seconds
