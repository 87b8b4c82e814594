"""The house's style: plain first lines, one spelling, a name for one thing only, and small pieces."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from statistics import mean

import pytest

from devstack.environment import REPOSITORY
from tests.tracked import tracked

FOLDERS = ("shared", "functions", "tools", "devstack", "visual_image_search")
NAMING_FOLDERS = ("shared/", "functions/", "tools/")

VAGUE = re.compile(r"(What|How|Where|Who|Whose|Which|Why|Whether|That)\b")
MAX_FILE = 300
MAX_FUNCTION = 45
MEAN_FUNCTION = 9
MAX_COMMENT_SHARE = 0.03

# In pieces, so that this file does not find itself.
PIECES = (
    "colo-ur catalo-gue labe-lled labe-lling recog-nis norma-lis gr-ey behavi-our favo-ur neighbo-ur cent-re"
)
BRITISH = re.compile(PIECES.replace("-", "").replace(" ", "|"), re.IGNORECASE)
UNSPELLED = {"LICENSE", "CHANGELOG.md", "uv.lock", "package-lock.json", "labels.json"}
"""Files whose words are others', or are those of versions that are past."""

NOT_TEXT = {".png"}
OTHERS_WORDS = "aria-" + "labe" + "lledby"
FORMER = re.compile(r'^ +"[A-Z_]+": "', re.MULTILINE)
"""An entry of `Settings.former`, which names a variable that is no more."""


COMMENT = re.compile(r'"""[\s\S]*?"""|(["\'])(?:\\.|(?!\1).)*\1|(#.*)')
"""Strings, and comments outside them."""


@dataclass(frozen=True)
class Source:
    path: str
    text: str

    @property
    def lines(self) -> int:
        return self.text.count("\n")

    @cached_property
    def statements(self) -> Sequence[ast.AST]:
        return list(statements(ast.parse(self.text)))

    @property
    def comments(self) -> int:
        return sum(bool(found[2]) for found in COMMENT.finditer(self.text))

    @property
    def docstrings(self) -> Iterator[tuple[int, str]]:
        """Those of values, which stand behind them, as well."""
        for node in self.statements:
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
                yield node.lineno, str(node.value.value)


def statements(node: ast.AST) -> Iterator[ast.AST]:
    """All that are in the node, however deep; no expressions, which are many."""
    for each in ast.iter_child_nodes(node):
        if isinstance(each, ast.stmt | ast.excepthandler | ast.match_case):
            yield each
            yield from statements(each)


@pytest.fixture(scope="module")
def code() -> list[Source]:
    names = tracked(*(f"{folder}/*.py" for folder in FOLDERS))
    return [Source(name, (REPOSITORY / name).read_text(encoding="utf-8")) for name in names]


def vague(source: Source) -> Iterator[str]:
    for line, text in source.docstrings:
        if VAGUE.match(text):
            yield f"{source.path}:{line}: {text.splitlines()[0]}"


def british(name: str, text: str) -> Iterator[str]:
    for number, line in enumerate(text.splitlines() if BRITISH.search(text) else (), 1):
        if BRITISH.search(line.replace(OTHERS_WORDS, "")) and not FORMER.match(line):
            yield f"{name}:{number}: {line.strip()}"


def test_the_first_line_of_a_docstring_is_a_plain_clause(code: list[Source]) -> None:
    assert [fault for source in code for fault in vague(source)] == []


def test_no_two_public_classes_share_a_name(code: list[Source]) -> None:
    named = (source for source in code if source.path.startswith(NAMING_FOLDERS))
    classes = (node for source in named for node in source.statements if isinstance(node, ast.ClassDef))
    names = Counter(each.name for each in classes if not each.name.startswith("_"))
    assert {name: count for name, count in names.items() if count > 1} == {}


def test_words_are_spelled_as_in_the_united_states() -> None:
    paths = [
        path for path in map(Path, tracked()) if path.suffix not in NOT_TEXT and path.name not in UNSPELLED
    ]
    texts = ((str(path), (REPOSITORY / path).read_text(encoding="utf-8")) for path in paths)
    assert [fault for name, text in texts for fault in british(name, text)] == []


def test_a_file_has_one_subject_and_at_most_300_lines(code: list[Source]) -> None:
    assert {source.path: source.lines for source in code if source.lines > MAX_FILE} == {}


def test_functions_are_short(code: list[Source]) -> None:
    lengths = [
        ((each.end_lineno or 0) - each.lineno + 1, f"{source.path}:{each.name}")
        for source in code
        for each in source.statements
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    assert [each for each in lengths if each[0] > MAX_FUNCTION] == []
    assert mean(length for length, _ in lengths) <= MEAN_FUNCTION


def test_comments_are_few(code: list[Source]) -> None:
    assert sum(source.comments for source in code) < MAX_COMMENT_SHARE * sum(source.lines for source in code)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        *(
            (vague, 1)
            for vague in ('"""What it does."""', 'A = 1\n"""Why one."""', 'def f():\n    """Whether so."""')
        ),
        *((plain, 0) for plain in ('"""It does."""', '"""Whatever it does."""')),
    ],
)
def test_a_vague_first_line_is_found(text: str, found: int) -> None:
    assert len(list(vague(Source("a.py", text)))) == found


@pytest.mark.parametrize("text", ["a Colo" + "ur", "neighbo" + "urs", "cent" + "re"])
def test_a_british_spelling_is_found(text: str) -> None:
    assert list(british("a.md", f"fine\n{text}")) == [f"a.md:2: {text}"]
