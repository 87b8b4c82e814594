"""Reads the schema of Google's provider out of the code generated from it.

The provider itself tells its schema (`terraform providers schema -json`), but it is only to be had from
Terraform's own registry, which a machine with package registries alone does not reach. The PyPI package
`cdktn-provider-google` holds, for each resource, JavaScript whose comments tell which attributes are
required, optional or computed, and typings whose comments tell an attribute's possible values. It does not
hold, so the schema lacks: counts of a block other than one, defaults, sensitive marks, and whether a change
replaces the resource; and what the code keeps in another file, which are some blocks of `compute_url_map`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

Block = dict[str, Any]

_CLASS = re.compile(r"^class (\w+) extends cdktn\.(\w+) \{\n(.*?)^\}\n", re.DOTALL | re.MULTILINE)
_MEMBER = re.compile(
    r"^    // (\w+) - computed: (\w+), optional: (\w+), required: (\w+)\n(.*?)(?=^    // \w+ - computed|\Z)",
    re.DOTALL | re.MULTILINE,
)
_NESTED = re.compile(r"= new (\w+?)(OutputReference|List|Map)\(this, \"\w+\"(?:, (true|false))?\)")
_ELSEWHERE = "= new index_"
_WRITTEN = re.compile(
    r"(\w+): \{\s+value: [^\n]+\s+isBlock: \w+,\s+type: \"(\w+)\",\s+storageClassType: \"(\w+)\""
)
_INTERFACE = re.compile(r"^export interface (\w+) .*?\{\n(.*?)^\}\n", re.DOTALL | re.MULTILINE)
_COMMENT = re.compile(r"/\*\*(.*?)\*/\s+readonly \w+", re.DOTALL)
_VALUES = re.compile(r"Possible values: (\[\"[^\]]+\])")
_VERSION = re.compile(r"providerVersion: '([\d.]+)'")

_READ_BY: Mapping[str, Any] = {
    "getStringAttribute": "string",
    "getNumberAttribute": "number",
    "getBooleanAttribute": "bool",
    "getStringMapAttribute": ["map", "string"],
    "getBooleanMapAttribute": ["map", "bool"],
    "getNumberMapAttribute": ["map", "number"],
    "cdktn.Fn.tolist(this.getListAttribute": ["set", "string"],
    "getListAttribute": ["list", "string"],
    "getNumberListAttribute": ["list", "number"],
    "new cdktn.StringMap(": ["map", "string"],
    "new cdktn.BooleanMap(": ["map", "bool"],
    "new cdktn.NumberMap(": ["map", "number"],
    "new cdktn.AnyMap(": ["map", "string"],
}
_STORED_AS: Mapping[str, Any] = {
    "string": "string",
    "number": "number",
    "boolean": "bool",
    "stringMap": ["map", "string"],
    "stringList": ["list", "string"],
}


class Source:
    """One resource's generated code and typings."""

    def __init__(self, code: str, typings: str) -> None:
        self._code = code
        self._classes = {name: (base, body) for name, base, body in _CLASS.findall(code)}
        self._values = dict(_values(typings))

    @property
    def version(self) -> str:
        """The provider's version, of which the code was generated."""
        found = _VERSION.search(self._code)
        return found[1] if found else ""

    def block(self) -> Block:
        """The block of a resource or a data source."""
        name, body = self._main({"TerraformResource", "TerraformDataSource"})
        return self._block(name, body, f"{name}Config")

    def provider(self) -> Block:
        """The provider's own arguments, without its blocks, the addresses of its services and `alias`."""
        written = self._written(*self._main({"TerraformProvider"}))
        kinds = {name: _STORED_AS[element] for name, (_, element) in written.items() if element in _STORED_AS}
        kept = (name for name in kinds if not name.endswith("_custom_endpoint") and name != "alias")
        return {"attributes": {name: {"type": kinds[name], "optional": True} for name in kept}}

    def _main(self, bases: set[str]) -> tuple[str, str]:
        return next((name, body) for name, (base, body) in self._classes.items() if base in bases)

    def _block(self, name: str, body: str, interface: str) -> Block:
        written = self._written(name, body)
        block: Block = {"attributes": {}, "blocks": {}}
        for member, computed, optional, required, rest in _MEMBER.findall(body):
            flags = {"computed": computed, "optional": optional, "required": required}
            nested = _NESTED.search(rest)
            if _ELSEWHERE in rest:
                continue
            if nested and computed == "false":
                block["blocks"][member] = self._nested(nested, written[member][0], required == "true")
                continue
            kind = self._object(nested) if nested else _type(rest, written.get(member))
            values = self._values.get((interface, member))
            block["attributes"][member] = {
                "type": kind,
                **{flag: True for flag, on in flags.items() if on == "true"},
                **({"values": values} if values else {}),
            }
        return {part: members for part, members in block.items() if members}

    def _written(self, name: str, body: str) -> dict[str, tuple[str, str]]:
        """How the members that can be set are written: collection and element, by name."""
        struct = name.removesuffix("OutputReference")
        start = self._code.find(f"function {struct[0].lower()}{struct[1:]}ToHclTerraform(struct)")
        text = body if start < 0 else self._code[start : self._code.find("\n}\n", start)]
        return {member: (collection, element) for member, collection, element in _WRITTEN.findall(text)}

    def _nested(self, nested: re.Match[str], collection: str, required: bool) -> Block:  # noqa: FBT001
        struct, form, _ = nested.groups()
        if collection == "struct":
            return {"nesting": "single", **self._struct(struct)}
        most = {"max_items": 1} if form == "OutputReference" else {}
        least = {"min_items": 1} if required else {}
        return {"nesting": collection, **least, **most, **self._struct(struct)}

    def _struct(self, struct: str) -> Block:
        return self._block(struct, self._classes[f"{struct}OutputReference"][1], struct)

    def _object(self, nested: re.Match[str]) -> list[Any]:
        """The type of an attribute that holds objects."""
        struct, _, wraps_set = nested.groups()
        block = self._struct(struct)
        members = {name: attribute["type"] for name, attribute in block.get("attributes", {}).items()}
        inner = {name: [part["nesting"], _as_object(part)] for name, part in block.get("blocks", {}).items()}
        return ["set" if wraps_set == "true" else "list", ["object", {**members, **inner}]]


def _as_object(block: Block) -> list[Any]:
    members = {name: attribute["type"] for name, attribute in block.get("attributes", {}).items()}
    inner = {name: [part["nesting"], _as_object(part)] for name, part in block.get("blocks", {}).items()}
    return ["object", {**members, **inner}]


def _type(rest: str, written: tuple[str, str] | None) -> Any:  # noqa: ANN401 a name, or a list that nests
    for reader, kind in _READ_BY.items():
        if reader in rest:
            return kind
    if written and written[1] in _STORED_AS:
        return _STORED_AS[written[1]]
    raise ValueError(f"an attribute of a kind unknown here: {rest[:200]}")


def _values(typings: str) -> Iterator[tuple[tuple[str, str], list[str]]]:
    for interface, body in _INTERFACE.findall(typings):
        for comment in _COMMENT.findall(body):
            listed, name = _VALUES.search(comment), re.search(r"#(\w+)\}", comment)
            if listed and name:
                yield (interface, name[1]), json.loads(listed[1])
