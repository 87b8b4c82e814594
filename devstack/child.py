"""Run a command that cannot outlive the process which asked for it.

Usage: `python child.py PARENT_PID COMMAND...`. On Linux the kernel is told to kill the process when its
parent ends, however it ends ("prctl(2)", PR_SET_PDEATHSIG); the setting survives the exec that follows.
Elsewhere the command simply runs.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def _die_with(parent: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), "prctl")
    # The parent may have ended before the kernel was asked; then no signal will ever come.
    if os.getppid() != parent:
        sys.exit("the parent process has already ended")


if __name__ == "__main__":
    if sys.platform == "linux":
        _die_with(int(sys.argv[1]))
    try:
        os.execvp(sys.argv[2], sys.argv[2:])  # noqa: S606 - replacing this process is the purpose, without a shell
    except OSError as error:
        sys.exit(f"{sys.argv[2]} cannot be run: {error.strerror}")
