"""The local stack alone, as somebody runs it to learn the commands."""

from __future__ import annotations

import itertools
import re
import sys
from pathlib import Path

from tests.e2e.programs import running
from tests.programs import ran


def test_the_commands_that_it_prints_find_all_they_want(tmp_path: Path) -> None:
    with running("devstack", "--logs", str(tmp_path / "with a space")) as process:
        assert process.stdout is not None
        any(line.startswith("Learn the commands") for line in process.stdout)
        lines = list(itertools.takewhile(str.strip, process.stdout))
        env = {"PATH": str(Path(sys.executable).parent)}
        done = [ran("/bin/sh", "-c", line, env=env) for line in lines]
        process.terminate()
        process.wait(30)
    assert [each.returncode for each in done] == [0, 0, 0, 0], [each.stderr for each in done]
    assert re.search(r"objects +54\b", done[1].stdout)
