from __future__ import annotations

import subprocess
import sys

import pytest

from tools.exits import Ended, Exit, check_learning


def test_a_missing_library_is_named_with_what_to_install() -> None:
    check_learning()
    with pytest.raises(Ended, match=r"no_such_library; .*: uv sync --group learning$") as ended:
        check_learning(("no_such_library",))
    assert ended.value.code == Exit.MISCONFIGURED


def test_the_command_line_loads_without_the_libraries() -> None:
    code = "import sys, tools.cli; print({'scipy', 'sklearn', 'numpy'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout == b"set()\n"
