"""Why something failed is said by a member of an enumeration, which says what to do; never by bare text."""

from __future__ import annotations

import ast
from importlib import import_module
from types import SimpleNamespace

import pytest

from devstack.environment import REPOSITORY
from shared.errors import FailureReason, Reason

FAILURES = {"Transient", "Permanent"}


def bare(source: str, names: object) -> list[int]:
    """The lines of failures made of text, or of a constant that is no member; a variable is believed."""
    calls = [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FAILURES
    ]
    return [call.lineno for call in calls if not _is_reason(call.args[0], names)]


def _is_reason(said: ast.expr, names: object) -> bool:
    if isinstance(said, ast.Constant | ast.JoinedStr | ast.BinOp):
        return False
    if not (isinstance(said, ast.Attribute) and isinstance(said.value, ast.Name) and said.attr.isupper()):
        return True
    return isinstance(getattr(getattr(names, said.value.id), said.attr), FailureReason)


def test_a_failure_is_never_made_of_bare_text() -> None:
    telling = {}
    for path in (path for folder in ("shared", "functions") for path in (REPOSITORY / folder).rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        if any(f"{name}(" in source for name in FAILURES):
            name = ".".join(path.relative_to(REPOSITORY).with_suffix("").parts).removesuffix(".__init__")
            telling[name] = bare(source, import_module(name))
    assert len(telling) > 20
    assert {name: lines for name, lines in telling.items() if lines} == {}


@pytest.mark.parametrize(
    ("said", "lines"),
    [
        *((text, [1]) for text in ('"bad-picture"', 'f"bad-{what}"', '"bad-" + what', "Text.BAD_PICTURE")),
        *((reason, []) for reason in ("Reason.BAD_PICTURE", "Reason(told)", "error.reason")),
    ],
)
def test_bare_text_is_found(said: str, lines: list[int]) -> None:
    names = SimpleNamespace(Reason=Reason, Text=SimpleNamespace(BAD_PICTURE="bad-picture"))
    assert bare(f"raise Permanent({said}, 'why')", names) == lines
