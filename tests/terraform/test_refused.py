"""A wrong value is refused before anything is made: each rule of a variable, by a table of values.

Only what judges values is planned, which needs no provider.
"""

from __future__ import annotations

import json
import operator
import re
import shutil
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.terraform.given import DIGEST, PROJECT
from tests.terraform.harness import MODULE, Module, Terraform

TABLE = tomllib.loads(Path(__file__).with_name("refused.toml").read_text("utf-8"))
JUDGING = ("variables*.tf", "sizes.tf", "modules/*/variables.tf")
REQUIRED: Mapping[str, Any] = {
    "project_id": PROJECT,
    "region": "europe-west1",
    "bundles": {function: f"{function}-{DIGEST}.zip" for function in ("enrich", "search")},
    "pictures": {"bucket": "my-shop-pictures"},
    "algolia": {
        "app_id": "APPID",
        "index": "products",
        "enrich_key": {"secret": "enrich", "version": "1"},
        "backfill_key": {"secret": "backfill", "version": "1"},
    },
}
RIGHT: Mapping[str, Any] = {
    **REQUIRED,
    "backfill": {"image": f"europe-docker.pkg.dev/{PROJECT}/tools/backfill@sha256:{'0a1b2c3d' * 8}"},
    "budget": {"billing_account": "012345-6789AB-CDEF01", "amount": 300},
}
"""What a value is merged with."""
RULE = re.compile(r"^  validation \{\n.*?^  \}\n", re.DOTALL | re.MULTILINE)
BOUND = re.compile(r"[\w.]+ (>=|<=|>|<) (-?[\d.]+)(?! \*)")
WITHIN = {">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt}


class Value(NamedTuple):
    """What is written, by variable; the words of the table that it is for; and the module."""

    written: Mapping[str, Any]
    words: str
    folder: str

    @property
    def places(self) -> set[str]:
        """The attributes that it writes, and the variables that it writes whole."""
        return {
            f"{name}.{key}" if isinstance(told, Mapping) else name
            for name, told in self.written.items()
            for key in (told if isinstance(told, Mapping) else ("",))
        }

    def clashes(self, other: Value) -> bool:
        """Whether nobody could tell what is said of each."""
        return self.words == other.words or self.folder != other.folder or bool(self.places & other.places)


def values(kind: str) -> Iterator[Value]:
    """Those of the table that are `refused` or `accepted`."""
    for words, row in TABLE.items():
        yield from (Value(written, words, row.get("module", ".")) for written in row.get(kind, ()))


def merged(name: str, written: object) -> object:
    """A variable's value, with what an object leaves out."""
    if not isinstance(written, Mapping):
        return written
    both = {**RIGHT.get(name, {}), **written}
    return {key: None if each == "null" else each for key, each in both.items()}


def rules() -> dict[str, str]:
    """The text of each rule of the module, its examples and the modules in it, by file and line."""
    return {
        f"{file.relative_to(MODULE)}:{text.count(chr(10), 0, found.start()) + 1}": found[0]
        for file in MODULE.rglob("*.tf")
        if (text := file.read_text("utf-8"))
        for found in RULE.finditer(text)
    }


def right(kind: str, value: Value, said: Mapping[str, str]) -> bool:
    """Whether what is said is what the table says."""
    return any(value.words in each for each in said.values()) if kind == "refused" else not said


def grouped(found: Iterable[Value]) -> list[list[Value]]:
    """Groups of values to be planned together."""
    groups: list[list[Value]] = []
    for value in found:
        group = next((each for each in groups if not any(map(value.clashes, each))), [])
        group.append(value)
        if len(group) == 1:
            groups.append(group)
    return groups


class Judge:
    """A copy of what judges values."""

    def __init__(self, run: Terraform, folder: Path) -> None:
        for path in chain.from_iterable(MODULE.glob(pattern) for pattern in JUDGING):
            to = folder / path.relative_to(MODULE)
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, to)
        self._run, self._root = run, folder
        Module(run, folder).init()

    def tried(self, kind: str) -> Iterator[tuple[Value, dict[str, str]]]:
        """The values of a kind, each with what is said, by file and line of the rule.

        A wrong one may hide what reads it, and so what is said of others: these are planned again, in the end
        alone.
        """
        groups = grouped(values(kind))
        while groups:
            together = groups.pop()
            said = self._said(together)
            settled = [each for each in together if len(together) == 1 or right(kind, each, said)]
            yield from ((each, said) for each in settled)
            left = [each for each in together if each not in settled]
            half = 0 if settled else len(left) // 2
            groups += filter(None, (left[:half], left[half:]))

    def _said(self, together: Sequence[Value]) -> dict[str, str]:
        folder = self._root / together[0].folder
        given = dict(REQUIRED) if folder == self._root else {}
        written: dict[str, Any] = {}
        for name, told in chain.from_iterable(each.written.items() for each in together):
            written[name] = {**written.get(name, {}), **told} if isinstance(told, Mapping) else told
        given |= {name: merged(name, told) for name, told in written.items()}
        (folder / "terraform.tfvars.json").write_text(json.dumps(given), encoding="utf-8")
        lines = map(json.loads, self._run(folder, "plan", "-json").output.splitlines())
        errors = [line["diagnostic"]["detail"] for line in lines if line["@level"] == "error"]
        found = (error.partition("\n\nThis was checked by the validation rule at ") for error in errors)
        return {str(Path(together[0].folder, place.partition(",")[0])): words for words, _, place in found}


Tried = Mapping[str, Sequence[tuple[Value, Mapping[str, str]]]]


@pytest.fixture(scope="module")
def tried(run: Terraform, tmp_path_factory: pytest.TempPathFactory) -> Tried:
    judge = Judge(run, tmp_path_factory.mktemp("judging"))
    return {kind: list(judge.tried(kind)) for kind in ("refused", "accepted")}


def test_the_table_says_what_is_refused_and_what_is_not(tried: Tried) -> None:
    assert [each for kind in tried for each in tried[kind] if not right(kind, *each)] == []


@pytest.mark.parametrize("rule", rules())
def test_every_rule_is_provoked_at_its_bounds(tried: Tried, rule: str) -> None:
    text = rules()[rule]
    wrong = [value for value, said in tried["refused"] if value.words in said.get(rule, "")]
    assert wrong, text
    beside = {value.words for value in wrong}
    outside = {*numbers([value.written for value in wrong])}
    inside = {*numbers([value.written for value in values("accepted") if value.words in beside])}
    assert "floor(" not in text or any(number % 1 for number in outside)
    for sign, number in BOUND.findall(text):
        bound, within = float(number), WITHIN[sign]
        assert bound in (inside if within(bound, bound) else outside), text
        assert any(abs(each - bound) <= 1 for each in outside if not within(each, bound)), text
        assert any(abs(each - bound) <= 1 for each in inside if within(each, bound)), text


def numbers(told: object) -> Iterator[float]:
    """All numbers in a value."""
    if isinstance(told, Mapping | list):
        for each in told.values() if isinstance(told, Mapping) else told:
            yield from numbers(each)
    elif isinstance(told, int | float) and not isinstance(told, bool):
        yield told
