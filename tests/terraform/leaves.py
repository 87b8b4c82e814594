"""A resource's values as lines `path = value`, read beside its schema; pure.

What is null or empty is left out, and so is what only the cloud tells.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from tests.terraform.provider.answers import is_made_up
from tests.terraform.standins import PROVIDERS

Block = Mapping[str, Any]
_NAMING = ("name", "key", "priority")
"""What tells the blocks of a list apart; their order has no meaning then."""


@cache
def schemas() -> Mapping[str, Block]:
    """The schema of each type of resource."""
    files = [json.loads(file.read_text("utf-8")) for each in PROVIDERS.values() for file in each]
    return {name: schema for file in files for name, schema in file["resources"].items()}


def of_resource(kind: str, values: Mapping[str, Any]) -> Iterator[str]:
    """The lines of a resource of this type."""
    yield from _block(schemas().get(kind, {}), values, "")


def _block(schema: Block, values: Mapping[str, Any], at: str) -> Iterator[str]:
    for name, value in values.items():
        if nested := schema.get("blocks", {}).get(name):
            for key, inner in _keyed(value):
                within = f"{at}.{name}[{key}]"
                yield from list(_block(nested, inner, within)) or [f"{within} = {{}}"]
        elif name != "id" and not _is_told(schema.get("attributes", {}).get(name, {}), value):
            yield from of_value(value, f"{at}.{name}")


def _keyed(blocks: object) -> Iterator[tuple[object, Mapping[str, Any]]]:
    for place, inner in enumerate(blocks if isinstance(blocks, list) else [blocks] if blocks else ()):
        named = next((name for name in _NAMING if not is_made_up(inner.get(name))), None)
        rest = {name: value for name, value in inner.items() if name != named}
        yield inner[named] if named else place, rest


def _is_told(attribute: Block, value: object) -> bool:
    """Whether the cloud tells it, or would have told it, had it not been written."""
    written = attribute.get("optional") or attribute.get("required")
    return bool(attribute.get("computed")) and (not written or is_made_up(value))


def of_value(value: object, at: str) -> Iterator[str]:
    """The lines of a value, of what is JSON as well."""
    value = json.loads(str(value)) if at.endswith("_json") else value
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from of_value(inner, f"{at}.{name}")
    elif isinstance(value, list) and any(isinstance(each, Mapping | list) for each in value):
        for place, inner in enumerate(value):
            yield from of_value(inner, f"{at}[{place}]")
    elif value not in (None, [], {}):
        plain = isinstance(value, str) and value and value.isprintable()
        yield f"{at} = {value if plain else json.dumps(value)}"
