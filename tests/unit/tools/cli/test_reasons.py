from __future__ import annotations

import ast
from pathlib import Path

import pytest

import shared
from tools.parked.reasons import explanation, known, stage

ROOT = Path(shared.__file__).parent
SHOPPERS = {
    *(ROOT / "pictures" / name for name in ("addresses.py", "by_url.py")),
    ROOT / "imaging" / "rendering.py",
    ROOT / "catalog" / "boosts.py",
    ROOT / "labeling" / "recent.py",
}
"""What only a shopper's request goes through; its failures are answered, never parked."""


def reasons_in(source: str) -> set[str]:
    """The literal reasons of `Permanent(...)` and `Transient(...)` in some code."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call) and node.args]
    named = [call for call in calls if isinstance(call.func, ast.Name)]
    failing = [call for call in named if ast.unparse(call.func) in {"Permanent", "Transient"}]
    values = [call.args[0].value for call in failing if isinstance(call.args[0], ast.Constant)]
    return {value for value in values if isinstance(value, str)}


def test_every_reason_our_code_gives_is_explained() -> None:
    ours = (path for path in ROOT.rglob("*.py") if path not in SHOPPERS)
    given = set().union(*(reasons_in(path.read_text()) for path in ours))
    assert {"bad-picture", "algolia-throttled", "too-large"} <= given
    assert {reason for reason in given if not known(reason)} == set()


@pytest.mark.parametrize("reason", ["vision-error-9", "", "never heard of"])
def test_a_reason_nobody_foresaw_has_an_explanation_all_the_same(reason: str) -> None:
    assert not known(reason)
    assert "replay it if it may succeed now" in explanation(reason).advice


@pytest.mark.parametrize("name", ["handling", "labelling", "too-old"])
def test_every_stage_is_explained(name: str) -> None:
    assert stage(name).endswith(".")
