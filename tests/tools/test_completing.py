"""Shells complete the commands, with the lines that docs/operations.md says."""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

import pytest

from devstack.environment import REPOSITORY, child_environment
from tests.programs import ran

GUIDE = (REPOSITORY / "docs" / "operations.md").read_text(encoding="utf-8")
LINES = {
    shell: line
    for line, shell in re.findall(r"^(.*_VISUAL_SEARCH_COMPLETE=(\w+)_source .*?) +# ", GUIDE, re.MULTILINE)
}
BIN = Path(sys.executable).parent

# Each asks its own completion what comes behind the words, as the Tab key does.
ASK = {
    "bash": r"""
COMP_WORDS=({words}) COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
function=$(complete -p visual-search | sed 's/.*-F \([^ ]*\) .*/\1/')
$function visual-search "${{COMP_WORDS[$COMP_CWORD]}}" ""
printf '%s\n' "${{COMPREPLY[@]}}"
""",
    "zsh": """
compadd() {{ print -l -- ${{(P)argv[-1]}} }}
_describe() {{ print -l -- ${{(P)argv[-2]}} ${{(P)argv[-1]}} }}
words=({words}) CURRENT=${{#words}}
${{_comps[visual-search]}}
""",
    "fish": 'complete --do-complete "{words}"\n',
}
BEFORE = {"zsh": "autoload -Uz compinit && compinit -u -D\n"}


WORDS = {
    "visual-search p": {"parked", "pictures", "profile"},
    "visual-search index ": {"apply", "check"},
    "visual-search parked list --reason bad-p": {"bad-picture"},
    "visual-search pictures backfill --mi": {"--missing"},
}


# All shells ask the same program; a space behind the words is what each writes in its own way.
@pytest.mark.parametrize(
    ("shell", "words"),
    [
        *(("bash", words) for words in WORDS),
        ("zsh", "visual-search index "),
        ("fish", "visual-search index "),
    ],
)
def test_a_shell_offers_what_comes_next(shell: str, words: str) -> None:
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not installed")
    asked = words + "''" if shell != "fish" and words.endswith(" ") else words
    script = f"{BEFORE.get(shell, '')}{LINES[shell]}\n{ASK[shell].format(words=asked)}"
    env = child_environment({"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"})
    done = ran(program, "-c", script, env=env)
    assert WORDS[words] <= set(re.findall(r"[\w-]+", done.stdout)), done.stderr
