"""The Terraform module's variables and outputs: read from its files, and as the page `docs/variables.md`.

The grammar of types is that of "Type Constraints" in Terraform's documentation, as python-hcl2 writes it: on
one line.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hcl2
from hcl2 import SerializationOptions

from tools.reference.markdown import code, table

_OPEN, _CLOSE = "([{", ")]}"
PLAIN = SerializationOptions(with_comments=False, strip_string_quotes=True, preserve_heredocs=False)
"""Reads expressions as plain text, without quotes around strings."""
_ABOUT_ATTRIBUTE = re.compile(r"^- `(?P<path>[\w.]+)`: (?P<text>.+?)(?=^- `|\Z)", re.MULTILINE | re.DOTALL)
_MARKER = "__is_block__"

_INTRODUCTION = """\
# Variables of the Terraform module

Made from `terraform/*.tf` by `make docs`. A variable without a default has to be written. `null` leaves a
setting out, so that [its own default](settings.md) counts. [operations.md](operations.md) tells how to deploy
with them."""

_COLUMNS = ("variable", "type", "default", "what to write")


@dataclass(frozen=True, slots=True)
class Typed:
    """An attribute: its dotted path, its type, and its default as HCL, None where it must be written."""

    path: str
    type: str
    default: str | None


def attributes(constraint: str) -> tuple[Typed, ...]:
    """Every attribute of `object({…})`, those of objects in it with their path; none of another type."""
    return tuple(_below("", constraint))


def short(constraint: str) -> str:
    """The type with `object` alone for an object, whose attributes are told one by one."""
    return "object" if _arguments(constraint, "object") is not None else constraint


def _below(prefix: str, constraint: str) -> Iterator[Typed]:
    inside = _arguments(constraint, "object")
    if inside is None:
        return
    for entry in _parts(inside[0].removeprefix("{").removesuffix("}")):
        name, _, expression = (part.strip() for part in entry.partition("="))
        optional = _arguments(expression, "optional")
        inner = optional[0] if optional else expression
        default = None if optional is None else ", ".join(optional[1:]) or "null"
        yield Typed(f"{prefix}{name}", short(inner), default)
        yield from _below(f"{prefix}{name}.", inner)


def _arguments(expression: str, function: str) -> list[str] | None:
    """The arguments between the brackets of `function(…)`; None where it is something else."""
    opening = f"{function}("
    if not (expression.startswith(opening) and expression.endswith(")")):
        return None
    return _parts(expression[len(opening) : -1])


def _parts(text: str) -> list[str]:
    """The text between the commas that stand in no brackets and no quotes."""
    found, depth, quoted = [""], 0, False
    for before, sign in zip(f" {text}", text, strict=False):
        if sign == '"' and before != "\\":
            quoted = not quoted
        if not quoted:
            depth += (sign in _OPEN) - (sign in _CLOSE)
        if sign == "," and not quoted and not depth:
            found.append("")
        else:
            found[-1] += sign
    return [part.strip() for part in found if part.strip()]


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
    """An output of the module."""

    name: str
    description: str


@dataclass(frozen=True, slots=True)
class Module:
    """The variables and outputs of the module, in the order of the files."""

    variables: tuple[Variable, ...]
    outputs: tuple[Output, ...]


def read(folder: Path) -> Module:
    """Read the module's files, in the order of their names; raises OSError and hcl2's errors."""
    files = [
        hcl2.loads(path.read_text(), serialization_options=PLAIN) for path in sorted(folder.glob("*.tf"))
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
    entries = (
        Entry(f"{name}.{each.path}", each.type, each.default, of_attributes.get(each.path, ""))
        for each in attributes(constraint)
    )
    return Variable(Entry(name, short(constraint), default, about), tuple(entries))


def _said(body: Mapping[str, Any]) -> str:
    return str(body.get("description", "")).replace('\\"', '"').strip()


def _description(text: str) -> tuple[str, Mapping[str, str]]:
    """The descriptions of a variable and of each of its attributes."""
    first, _, rest = text.partition("\n- `")
    found = _ABOUT_ATTRIBUTE.finditer(f"- `{rest}") if rest else ()
    return " ".join(first.split()), {each["path"]: " ".join(each["text"].split()) for each in found}


def _hcl(value: object) -> str:
    """A default as it is written in Terraform's language."""
    if isinstance(value, str) and value.startswith("${"):
        return value.removeprefix("${").removesuffix("}")
    return json.dumps(value, ensure_ascii=False)


def page(module: Module) -> str:
    """The page."""
    plain = [each.entry for each in module.variables if not each.attributes]
    parts = [_INTRODUCTION, table(_COLUMNS, map(_row, plain))]
    parts += [part for each in module.variables if each.attributes for part in _section(each)]
    told = ((code(output.name), output.description) for output in module.outputs)
    return "\n\n".join([*parts, "## Outputs", table(("output", "what it is"), told)]) + "\n"


def _section(variable: Variable) -> Iterator[str]:
    yield f"## `{variable.entry.name}`"
    yield f"{variable.entry.description} {_left_out(variable.entry)}".strip()
    yield table(_COLUMNS, map(_row, variable.attributes))


def _left_out(entry: Entry) -> str:
    if entry.default is None:
        return "**Has to be written.**"
    return "" if entry.default == "{}" else f"Default: {code(entry.default)}."


def _row(entry: Entry) -> tuple[str, ...]:
    default = "**required**" if entry.default is None else code(entry.default)
    return (code(entry.name), code(entry.type), default, entry.description)
