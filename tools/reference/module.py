"""The Terraform module's variables and outputs, as its files declare them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hcl2
from hcl2 import SerializationOptions

from tools.reference.types import attributes, short

_READ = SerializationOptions(with_comments=False, strip_string_quotes=True, preserve_heredocs=False)
_ABOUT_ATTRIBUTE = re.compile(r"^- `(?P<path>[\w.]+)`: (?P<text>.+?)(?=^- `|\Z)", re.MULTILINE | re.DOTALL)
_MARKER = "__is_block__"


@dataclass(frozen=True, slots=True)
class Entry:
    """A variable or one of its attributes: `default` is HCL, None where it must be written."""

    name: str
    type: str
    default: str | None
    description: str


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable and, of an object, its attributes by their full names, such as `search.public`."""

    entry: Entry
    attributes: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Output:
    """What the module tells."""

    name: str
    description: str


@dataclass(frozen=True, slots=True)
class Module:
    """What a user of the module writes and reads, in the order of the files."""

    variables: tuple[Variable, ...]
    outputs: tuple[Output, ...]


def read(folder: Path) -> Module:
    """Read the module's files, in the order of their names; raises OSError and hcl2's errors."""
    files = [
        hcl2.loads(path.read_text(), serialization_options=_READ) for path in sorted(folder.glob("*.tf"))
    ]
    variables = [_variable(name, body) for file in files for name, body in _blocks(file, "variable")]
    outputs = [Output(name, _said(body)) for file in files for name, body in _blocks(file, "output")]
    return Module(tuple(variables), tuple(outputs))


def _blocks(file: Mapping[str, Any], kind: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for block in file.get(kind, ()):
        yield from ((name, body) for name, body in block.items() if name != _MARKER)


def _variable(name: str, body: Mapping[str, Any]) -> Variable:
    constraint = str(body.get("type", "any")).removeprefix("${").removesuffix("}")
    about, of_attributes = _description(_said(body))
    default = _hcl(body["default"]) if "default" in body else None
    typed = attributes(constraint)
    return Variable(
        Entry(name, short(constraint), default, about),
        tuple(
            Entry(f"{name}.{each.path}", each.type, each.default, of_attributes.get(each.path, ""))
            for each in typed
        ),
    )


def _said(body: Mapping[str, Any]) -> str:
    return str(body.get("description", "")).replace('\\"', '"').strip()


def _description(text: str) -> tuple[str, Mapping[str, str]]:
    """What a variable is, and what each of its attributes is."""
    first, _, rest = text.partition("\n- `")
    found = _ABOUT_ATTRIBUTE.finditer(f"- `{rest}") if rest else ()
    return " ".join(first.split()), {each["path"]: " ".join(each["text"].split()) for each in found}


def _hcl(value: object) -> str:
    """A default as it is written in Terraform's language."""
    if isinstance(value, str) and value.startswith("${"):
        return value.removeprefix("${").removesuffix("}")
    return json.dumps(value, ensure_ascii=False)
