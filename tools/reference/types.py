"""What a Terraform type constraint says about each attribute of an object; pure.

The grammar is that of "Type Constraints" in Terraform's documentation, as python-hcl2 writes it: on one line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

_OPEN, _CLOSE = "([{", ")]}"
_NULL = "null"


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
        yield from _attribute(f"{prefix}{name}", expression)


def _attribute(path: str, expression: str) -> Iterator[Typed]:
    optional = _arguments(expression, "optional")
    inner = optional[0] if optional else expression
    yield Typed(path, short(inner), None if optional is None else ", ".join(optional[1:]) or _NULL)
    yield from _below(f"{path}.", inner)


def _arguments(expression: str, function: str) -> list[str] | None:
    """What stands between the brackets of `function(…)`; None where it is something else."""
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
