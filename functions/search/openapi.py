"""The API's own description (OpenAPI 3.1), made from the shapes that validate requests and shape answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue, models_json_schema
from pydantic_core import core_schema

from shared.imaging import FORMATS

from . import examples
from .contract import (
    MAX_OBJECT_ID,
    Box,
    Fields,
    FiltersAnswer,
    HitsAnswer,
    Image,
    JsonBody,
    PhotoFields,
    ProblemDetails,
)
from .problems import MEDIA_TYPE

_REFERENCE = "#/components/schemas/{model}"
_INPUTS: tuple[type[BaseModel], ...] = (JsonBody, PhotoFields, Fields, Box, Image)
_OUTPUTS: tuple[type[BaseModel], ...] = (HitsAnswer, FiltersAnswer, ProblemDetails)

_PROBLEMS = {
    "400": "a field is missing, wrong, or given twice; a crop or an address is not allowed;"
    " or Algolia refuses the filters",
    "403": "the request comes from a page whose origin is not on the list `CORS_ORIGINS`",
    "404": "there is no such product",
    "408": "the body came too slowly",
    "413": "the photo has more than `MAX_PICTURE_BYTES`",
    "415": "the body is of another type, or the photo in no supported format",
    "422": "the photo is damaged, has too many pixels or frames, or takes too long to decode;"
    " or the address has none",
    "429": "more than `CLIENT_RATE` searches a minute or `CLIENT_CONCURRENCY` requests at a time from this"
    " client, or `TOTAL_RATE` in this instance; Retry-After says when to come again",
    "500": "the deployment is at fault; the operator's log names the setting",
    "503": "too many searches at once, no memory free, a service behind is in trouble, or the budget of a day"
    " is spent and there is no encoder;"
    " Retry-After says when to come again",
}
_ASKING = ("400", "403", "429", "500", "503")
_PHOTO = (*_ASKING, "408", "413", "415", "422")

_RAW_TYPES = [media_type for known in FORMATS for media_type in known.media_types]


class _Plain(GenerateJsonSchema):
    """Without titles that repeat the names, and without null as a default of what cannot be null."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ANN401, ARG002 - pydantic's signature
        """Never."""
        return False

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """The default, unless there is none to speak of."""
        made = super().default_schema(schema)
        return {key: value for key, value in made.items() if (key, value) != ("default", None)}


def document(version: str) -> dict[str, Any]:
    """The whole description, as JSON values."""
    schemas = _schemas()
    return {
        "openapi": "3.1.0",
        "info": {"title": "Visual image search", "version": version},
        "paths": {
            "/": {"post": _search(schemas)},
            "/similar/{objectID}": {"get": _similar(schemas)},
            "/openapi.json": {"get": _plain("This description", "openapi")},
            "/healthz": {"get": _plain("Whether the function runs", "health")},
        },
        "components": {"schemas": schemas},
    }


def _schemas() -> dict[str, Any]:
    modes = [(shape, "validation") for shape in _INPUTS] + [(shape, "serialization") for shape in _OUTPUTS]
    _, definitions = models_json_schema(modes, ref_template=_REFERENCE, schema_generator=_Plain)  # type: ignore[arg-type]
    schemas: dict[str, Any] = definitions["$defs"]
    for name in (JsonBody.__name__, Image.__name__):
        schemas[name] = _nullable(schemas[name])
    return schemas


def _nullable(shape: Mapping[str, Any]) -> dict[str, Any]:
    """A shape in JSON, where null means what leaving a field out means."""
    needed = shape.get("required", ())
    properties = {
        name: schema if name in needed else {"anyOf": [schema, {"type": "null"}]}
        for name, schema in shape["properties"].items()
    }
    return {**shape, "properties": properties}


def _search(schemas: Mapping[str, Any]) -> dict[str, Any]:
    form = dict(schemas["PhotoFields"])
    file = {"type": "string", "format": "binary", "description": "the photo"}
    form["properties"] = {"image": file, **_as_text(form["properties"])}
    form["required"] = ["image"]
    contents: dict[str, Any] = {kind: {"schema": {}} for kind in _RAW_TYPES}
    contents["multipart/form-data"] = {"schema": form}
    json_body = {"$ref": _REFERENCE.format(model="JsonBody")}
    contents["application/json"] = {"schema": json_body, "example": examples.SEARCH}
    return {
        "operationId": "search",
        "summary": "Find products that look like a photo",
        "description": "Fields may stand in the query string or in the body, but not in both. A field that"
        " is null in JSON is as if left out. A body may be compressed with gzip.",
        "parameters": _in_query(schemas["PhotoFields"]),
        "requestBody": {"required": True, "content": contents},
        "responses": _responses(_PHOTO),
    }


def _similar(schemas: Mapping[str, Any]) -> dict[str, Any]:
    product = {
        "name": "objectID",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "minLength": 1, "maxLength": MAX_OBJECT_ID},
    }
    return {
        "operationId": "similar",
        "summary": "Find other products that look like a product",
        "parameters": [product, *_in_query(schemas["Fields"])],
        "responses": _responses((*_ASKING, "404")),
    }


def _plain(summary: str, operation: str) -> dict[str, Any]:
    content = {"application/json": {"schema": {"type": "object"}}}
    return {
        "operationId": operation,
        "summary": summary,
        "responses": {"200": {"description": "OK", "content": content}},
    }


def _in_query(shape: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "query", "required": False, "schema": schema}
        for name, schema in _as_text(shape["properties"]).items()
    ]


def _as_text(properties: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of text forms, which write lists and objects as text."""
    texts = {"facets": {"type": "string"}, "crop": {"type": "string", "pattern": r"^[\d.]+(,[\d.]+){3}$"}}
    return {
        name: {"description": schema.get("description", ""), **texts[name]} if name in texts else schema
        for name, schema in properties.items()
    }


def _responses(problems: tuple[str, ...]) -> dict[str, Any]:
    answers = [{"$ref": _REFERENCE.format(model=shape.__name__)} for shape in (HitsAnswer, FiltersAnswer)]
    found = {
        "description": "What the picture shows and, unless only filters are wanted, the products",
        "content": {"application/json": {"schema": {"anyOf": answers}, "example": examples.FOUND}},
    }
    problem = {"schema": {"$ref": _REFERENCE.format(model=ProblemDetails.__name__)}}
    told: dict[str, dict[str, Any]] = {
        status: {"description": _PROBLEMS[status], "content": {MEDIA_TYPE: problem}}
        for status in sorted(problems)
    }
    told["400"]["content"] = {MEDIA_TYPE: {**problem, "example": examples.BAD_REQUEST}}
    return {"200": found, **told}
