"""Shells complete the commands, with the lines that docs/operations.md says."""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from devstack.environment import REPOSITORY, child_environment
from tests.programs import ran
from tools.cli import cli

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


@pytest.mark.parametrize("words", WORDS)
def test_what_comes_next_is_offered(words: str) -> None:
    said = {"COMP_WORDS": words, "COMP_CWORD": str(len(words.split(" ")) - 1)}
    env = {"_VISUAL_SEARCH_COMPLETE": "bash_complete", **said}
    offered = CliRunner(env=env).invoke(cli, prog_name="visual-search").stdout
    assert {line.partition(",")[2] for line in offered.splitlines()} >= WORDS[words]


# All shells ask the same program; a space behind the words is what each writes in its own way.
@pytest.mark.parametrize("shell", ASK)
def test_each_shell_asks_for_it(shell: str) -> None:
    program, words = shutil.which(shell), "visual-search index "
    if program is None:
        pytest.skip(f"{shell} is not installed")
    asked = words if shell == "fish" else f"{words}''"
    script = f"{BEFORE.get(shell, '')}{LINES[shell]}\n{ASK[shell].format(words=asked)}"
    env = child_environment({"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"})
    done = ran(program, "-c", script, env=env)
    assert WORDS[words] <= set(re.findall(r"[\w-]+", done.stdout)), done.stderr
