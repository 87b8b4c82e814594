"""Any Terraform command through the stand-in, in a copy of the module: for whoever writes the module.

    python -m tests.terraform [FOLDER BELOW terraform/] COMMAND...

such as `python -m tests.terraform examples/minimal plan`; a copy is made and initialized for each call.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.terraform.harness import MODULE, copied, terraform


def main(arguments: list[str]) -> int:
    """Run the command; its code."""
    below = arguments.pop(0) if arguments and (MODULE / arguments[0]).is_dir() else "."
    with tempfile.TemporaryDirectory() as home, terraform(Path(home)) as run:
        folder = copied(MODULE, Path(home) / "terraform") / below
        for command in (("init", "-backend=false"), tuple(arguments)):
            answer = run(folder, *command)
            if answer.code or command == tuple(arguments):
                break
        sys.stdout.write(answer.output)
        return answer.code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
