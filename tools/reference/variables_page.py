"""`docs/variables.md`: what to write for the Terraform module, and what it tells; pure."""

from __future__ import annotations

from collections.abc import Iterator

from tools.reference.markdown import code, table
from tools.reference.module import Entry, Module, Variable

_INTRODUCTION = """\
# Variables of the Terraform module

Made from `terraform/*.tf` by `make docs`. A variable without a default has to be written. `null` leaves a
setting out, so that [its own default](settings.md) counts. [operations.md](operations.md) tells how to deploy
with them."""

_COLUMNS = ("variable", "type", "default", "what to write")


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
