"""The house's style: plain first lines, one spelling, a name for one thing only, and small pieces."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from statistics import mean

import pytest

from devstack.environment import REPOSITORY
from tests.tracked import tracked

FOLDERS = ("shared", "functions", "tools", "devstack", "visual_image_search")
NAMING_FOLDERS = ("shared", "functions", "tools")

VAGUE = re.compile(r"(What|How|Where|Who|Whose|Which|Why|Whether|That)\b")
MAX_FILE = 300
MAX_FUNCTION = 45
MEAN_FUNCTION = 9
MAX_COMMENT_SHARE = 0.03

# In pieces, so that this file does not find itself.
BRITISH = re.compile(
    "|".join(
        begin + end
        for begin, end in (
            ("colo", "ur"),
            ("catalo", "gue"),
            ("labe", "lled"),
            ("labe", "lling"),
            ("recog", "nis"),
            ("norma", "lis"),
            ("gr", "ey"),
            ("behavi", "our"),
            ("favo", "ur"),
            ("neighbo", "ur"),
            ("cent", "re"),
        )
    ),
    re.IGNORECASE,
)
UNSPELLED = {"LICENSE", "CHANGELOG.md", "uv.lock", "package-lock.json", "labels.json"}
"""Files whose words are others', or are those of versions that are past."""

NOT_TEXT = {".png"}
OTHERS_WORDS = "aria-" + "labe" + "lledby"
FORMER = re.compile(r'^ +"[A-Z_]+": "', re.MULTILINE)
"""An entry of `Settings.former`, which names a variable that is no more."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    path: str
    text: str

    @property
    def lines(self) -> int:
        return self.text.count("\n")

    @cached_property
    def nodes(self) -> Sequence[ast.AST]:
        return list(ast.walk(ast.parse(self.text)))

    @property
    def functions(self) -> Iterator[Function]:
        return (node for node in self.nodes if isinstance(node, Function))

    @property
    def comments(self) -> int:
        tokens = tokenize.generate_tokens(io.StringIO(self.text).readline)
        return sum(token.type == tokenize.COMMENT for token in tokens)

    @property
    def docstrings(self) -> Iterator[tuple[int, str]]:
        """Those of values, which stand behind them, as well."""
        for node in self.nodes:
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
                yield node.lineno, str(node.value.value)


def sources(folders: Iterable[str]) -> list[Source]:
    names = tracked(*(f"{folder}/*.py" for folder in folders))
    return [Source(name, (REPOSITORY / name).read_text(encoding="utf-8")) for name in names]


@pytest.fixture(scope="module")
def code() -> list[Source]:
    return sources(FOLDERS)


def vague(source: Source) -> Iterator[str]:
    for line, text in source.docstrings:
        if VAGUE.match(text):
            yield f"{source.path}:{line}: {text.splitlines()[0]}"


def british(name: str, text: str) -> Iterator[str]:
    for number, line in enumerate(text.splitlines(), 1):
        if BRITISH.search(line.replace(OTHERS_WORDS, "")) and not FORMER.match(line):
            yield f"{name}:{number}: {line.strip()}"


def test_the_first_line_of_a_docstring_is_a_plain_clause(code: list[Source]) -> None:
    assert [fault for source in code for fault in vague(source)] == []


def test_no_two_public_classes_share_a_name() -> None:
    names = Counter(
        node.name
        for source in sources(NAMING_FOLDERS)
        for node in source.nodes
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    )
    assert {name: count for name, count in names.items() if count > 1} == {}


def test_words_are_spelled_as_in_the_united_states() -> None:
    texts = (name for name in tracked() if Path(name).suffix not in NOT_TEXT)
    found = [
        fault
        for name in texts
        if Path(name).name not in UNSPELLED
        for fault in british(name, (REPOSITORY / name).read_text(encoding="utf-8"))
    ]
    assert found == []


def test_a_file_has_one_subject_and_at_most_300_lines(code: list[Source]) -> None:
    assert {source.path: source.lines for source in code if source.lines > MAX_FILE} == {}


def test_functions_are_short(code: list[Source]) -> None:
    lengths = [
        ((each.end_lineno or 0) - each.lineno + 1, f"{source.path}:{each.name}")
        for source in code
        for each in source.functions
    ]
    assert [each for each in lengths if each[0] > MAX_FUNCTION] == []
    assert mean(length for length, _ in lengths) <= MEAN_FUNCTION


def test_comments_are_few(code: list[Source]) -> None:
    assert sum(source.comments for source in code) < MAX_COMMENT_SHARE * sum(source.lines for source in code)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('"""What it does."""', True),
        ('"""It does."""', False),
        ('A = 1\n"""Why one."""', True),
        ('def f():\n    """Whether so."""', True),
        ('"""Whatever it does."""', False),
    ],
)
def test_a_vague_first_line_is_found(text: str, found: bool) -> None:  # noqa: FBT001
    assert bool(list(vague(Source("a.py", text)))) is found


@pytest.mark.parametrize("text", ["a Colo" + "ur", "neighbo" + "urs", "cent" + "re"])
def test_a_british_spelling_is_found(text: str) -> None:
    assert list(british("a.md", f"fine\n{text}")) == [f"a.md:2: {text}"]
