"""Why something failed is said by a member of an enumeration, which says what to do; never by bare text."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest

from devstack.environment import REPOSITORY
from shared.errors import FailureReason, Reason

FAILURES = {"Transient", "Permanent"}


def modules() -> Iterator[Path]:
    for folder in ("shared", "functions"):
        for path in sorted((REPOSITORY / folder).rglob("*.py")):
            yield path.relative_to(REPOSITORY)


def bare(source: str, names: object) -> list[int]:
    """The lines of failures made of text, or of a constant that is no member; a variable is believed."""
    return [
        call.lineno
        for call in ast.walk(ast.parse(source))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in FAILURES
        and not _is_reason(call.args[0], names)
    ]


def _is_reason(said: ast.expr, names: object) -> bool:
    if isinstance(said, ast.Constant | ast.JoinedStr | ast.BinOp):
        return False
    if not (isinstance(said, ast.Attribute) and isinstance(said.value, ast.Name) and said.attr.isupper()):
        return True
    return isinstance(getattr(getattr(names, said.value.id), said.attr), FailureReason)


def test_a_failure_is_never_made_of_bare_text() -> None:
    telling = {}
    for path in modules():
        source = (REPOSITORY / path).read_text(encoding="utf-8")
        if any(f"{name}(" in source for name in FAILURES):
            name = ".".join(path.with_suffix("").parts).removesuffix(".__init__")
            telling[str(path)] = bare(source, import_module(name))
    assert len(telling) > 20
    assert {path: lines for path, lines in telling.items() if lines} == {}


@pytest.mark.parametrize(
    ("said", "lines"),
    [
        ('"bad-picture"', [1]),
        ('f"bad-{what}"', [1]),
        ('"bad-" + what', [1]),
        ("Text.BAD_PICTURE", [1]),
        ("Reason.BAD_PICTURE", []),
        ("Reason(told)", []),
        ("error.reason", []),
    ],
)
def test_bare_text_is_found(said: str, lines: list[int]) -> None:
    names = SimpleNamespace(Reason=Reason, Text=SimpleNamespace(BAD_PICTURE="bad-picture"))
    assert bare(f"raise Permanent({said}, 'why')", names) == lines
