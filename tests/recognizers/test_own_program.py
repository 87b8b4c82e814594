"""The program of docs/recognizers.md."""

from __future__ import annotations

import re
import subprocess
import sys

from devstack.environment import REPOSITORY, SAMPLE, child_environment
from tests import pages


def test_a_program_of_ones_own_labels_a_picture() -> None:
    [program] = pages.code("docs/recognizers.md", "python")
    shoe = SAMPLE / "pictures" / "runx-running-shoe.jpg"
    done = subprocess.run(
        [sys.executable, "-c", program.replace("shoe.jpg", str(shoe))],
        cwd=REPOSITORY,
        env=child_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert re.search(r"^Shoe 0\.\d+$", done.stdout, re.MULTILINE)
