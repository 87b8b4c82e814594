"""Between Terraform's messages and plain Python."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import msgpack
from tf.gen import tfplugin_pb2 as pb

from tests.terraform.provider.values import Block, Path

_NESTING = {
    "single": pb.Schema.NestedBlock.SINGLE,
    "list": pb.Schema.NestedBlock.LIST,
    "set": pb.Schema.NestedBlock.SET,
}


def read(value: Any) -> Any:
    """What a message's value holds; None for null."""
    return msgpack.unpackb(value.msgpack, strict_map_key=False) if value.msgpack else None


def written(value: Any) -> Any:
    """A value as a message."""
    return pb.DynamicValue(msgpack=msgpack.packb(value))


def schema(block: Block) -> Any:
    """A block's schema as a message."""
    return pb.Schema(version=0, block=_block(block))


def errors(found: Iterable[tuple[Path, str]]) -> list[Any]:
    """Diagnostics that point at the attributes at fault."""
    return [
        pb.Diagnostic(
            severity=pb.Diagnostic.ERROR,
            summary="Value not possible",
            detail=detail,
            attribute=at(path),
        )
        for path, detail in found
    ]


def at(path: Path) -> Any:
    """The place of an attribute as a message."""
    return pb.AttributePath(steps=[_step(part) for part in path])


def _step(part: str | int) -> Any:
    if isinstance(part, int):
        return pb.AttributePath.Step(element_key_int=part)
    return pb.AttributePath.Step(attribute_name=part)


def _block(block: Block) -> Any:
    return pb.Schema.Block(
        attributes=[_attribute(name, told) for name, told in block.get("attributes", {}).items()],
        block_types=[_nested(name, told) for name, told in block.get("blocks", {}).items()],
    )


def _attribute(name: str, told: Block) -> Any:
    flags = {flag: told.get(flag, False) for flag in ("required", "optional", "computed", "sensitive")}
    return pb.Schema.Attribute(name=name, type=json.dumps(told["type"]).encode(), **flags)


def _nested(name: str, told: Block) -> Any:
    return pb.Schema.NestedBlock(
        type_name=name,
        block=_block(told),
        nesting=_NESTING[told["nesting"]],
        min_items=told.get("min_items", 0),
        max_items=told.get("max_items", 0),
    )
