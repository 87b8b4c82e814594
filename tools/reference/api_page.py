"""The search function's API as the page `docs/api.md`, made from its OpenAPI document."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from functions.search import openapi
from shared import VERSION
from tools.reference.markdown import code, table

Schema = Mapping[str, Any]

_JSON = "application/json"
_WIDTH = 120
_INTRODUCTION = f"""\
# The search API

Made by `make docs` from the OpenAPI 3.1 document that the function serves at `/openapi.json`, version
{VERSION}. [search.md](search.md) tells how products are ranked, and what is guaranteed."""

_BOUNDS = {
    "minimum": "from {:,}",
    "maximum": "to {:,}",
    "maxLength": "at most {:,} characters",
    "maxItems": "at most {:,}",
}
_ANSWER = """\
What is *required* is always there. With `return=filters` nothing comes from `hits` on. Fields of Algolia's
that are not listed here are passed on."""


def page() -> str:
    """The whole page."""
    document = openapi.document(VERSION)
    schemas: Mapping[str, Schema] = document["components"]["schemas"]
    operations = [
        (f"{method.upper()} {path}", operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    sections = [part for title, operation in operations for part in _operation(title, operation, schemas)]
    answer = table(("field", "type", "meaning"), _fields(schemas["HitsAnswer"], schemas))
    return "\n\n".join((_INTRODUCTION, *sections, "## The answer", _ANSWER, answer)) + "\n"


def _operation(title: str, operation: Schema, schemas: Mapping[str, Schema]) -> Iterator[str]:
    yield f"## {title}"
    yield f"{operation['summary']}. {operation.get('description', '')}".strip()
    body = operation.get("requestBody", {}).get("content", {})
    if body:
        yield _bodies(body)
        yield table(("field", "type", "meaning"), _fields(schemas["JsonBody"], schemas))
    elif parameters := operation.get("parameters"):
        columns = ("parameter", "in", "type", "meaning")
        yield table(
            columns, ((code(each["name"]), each["in"], *_about(each["schema"])) for each in parameters)
        )
    problems = {status: each for status, each in operation["responses"].items() if status != "200"}
    if problems:
        yield table(("status", "cause"), ((status, each["description"]) for status, each in problems.items()))
    yield from _examples(title, body, operation["responses"])


def _bodies(contents: Mapping[str, Schema]) -> str:
    pictures = [code(kind) for kind in contents if kind.startswith("image/")]
    return (
        f"The body is an object ({code(_JSON)}), a form (`multipart/form-data`) with the photo as its file"
        f" `image`,\nor the photo itself ({', '.join(pictures)})."
    )


def _fields(shape: Schema, schemas: Mapping[str, Schema], before: str = "") -> Iterator[Sequence[str]]:
    """A row for each field, those of objects below it with their path."""
    for name, either in shape["properties"].items():
        schema, *_null = either.get("anyOf", [either])
        path = f"{before}{name}{'[]' if schema.get('type') == 'array' else ''}"
        below = _named(schema.get("items", schema), schemas)
        kind, meaning = _about(schema)
        kind += ", required" if name in shape.get("required", ()) else ""
        yield (code(path), kind, meaning or (below or {}).get("description", ""))
        if below:
            yield from _fields(below, schemas, f"{path}.")


def _named(schema: Schema, schemas: Mapping[str, Schema]) -> Schema | None:
    return schemas[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else None


def _about(schema: Schema) -> tuple[str, str]:
    """The type with its bounds, and the meaning with the default."""
    default = schema.get("default")
    usual = f" (default: {code(json.dumps(default).strip(chr(34)))})" if default else ""
    bounds = " ".join(told.format(schema[name]) for name, told in _BOUNDS.items() if name in schema)
    kind = ", ".join(filter(None, (_type(schema), bounds)))
    return kind, f"{schema.get('description', '')}{usual}".strip()


def _type(schema: Schema) -> str:
    if values := schema.get("enum"):
        return " or ".join(map(code, values))
    if schema.get("type") == "array":
        items = schema["items"]
        return "list" if "$ref" in items else f"list of {_type(items)}"
    return str(schema.get("type", "object"))


def _examples(title: str, body: Mapping[str, Schema], responses: Mapping[str, Schema]) -> Iterator[str]:
    asked = body.get(_JSON, {}).get("example")
    if asked is None:
        return
    method, path = title.split()
    sent = json.dumps(asked)
    yield f"```console\ncurl -X {method} -H 'Content-Type: {_JSON}' -d '{sent}' \"$SEARCH_URL{path}\"\n```"
    for status, response in responses.items():
        for content in response["content"].values():
            if "example" in content:
                yield f"{'is answered' if status == '200' else f'A problem ({status})'}:"
                yield f"```json\n{_written(content['example'])}\n```"


def _written(value: object, indent: str = "") -> str:
    """JSON in few lines: what fits into a line stands in one."""
    flat = json.dumps(value, ensure_ascii=False)
    if len(indent) + len(flat) <= _WIDTH or not isinstance(value, dict | list):
        return flat
    inner = f"{indent}  "
    named = value.items() if isinstance(value, dict) else ((None, each) for each in value)
    parts = [
        f"{'' if name is None else f'{json.dumps(name)}: '}{_written(each, inner)}" for name, each in named
    ]
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    return f"{opening}\n" + ",\n".join(f"{inner}{part}" for part in parts) + f"\n{indent}{closing}"
