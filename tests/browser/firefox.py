"""Firefox without a window, driven by its own remote protocol, Marionette, which any build of it speaks.

Playwright 1.65 opens no page in Firefox 153, the long-term release, which lacks a command; Selenium needs
geckodriver, which Debian 12 does not have; Mozilla's own client, marionette-driver, brings 16 libraries.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from devstack.environment import child_environment
from devstack.processes import LOOPBACK, Command, Processes

_PATIENCE = 30.0
_IMPLICIT_MS = 10_000
_PREFERENCES = """
user_pref("marionette.port", 0);
user_pref("ui.prefersReducedMotion", 1);
"""


@dataclass(frozen=True)
class Firefox:
    """A running Firefox; elements are waited for."""

    wire: socket.socket
    answers: BinaryIO

    def call(self, command: str, **parameters: object) -> Any:  # noqa: ANN401 JSON
        """The answer to a command of WebDriver; raises RuntimeError with the error that it is."""
        sent = json.dumps([0, 1, f"WebDriver:{command}", parameters]).encode()
        self.wire.sendall(b"%d:%b" % (len(sent), sent))
        _, _, error, answer = self.receive()
        if error is not None:
            raise RuntimeError(f"{command} {parameters}: {error['error']}, {error['message']}")
        return answer.get("value", answer) if isinstance(answer, dict) else answer

    def receive(self) -> Any:  # noqa: ANN401 JSON
        """The next message: its length in bytes, a colon, JSON; raises ValueError when Firefox is gone."""
        length = b"".join(iter(lambda: self.answers.read(1) or b":", b":"))
        return json.loads(self.answers.read(int(length)))

    def evaluate(self, expression: str) -> Any:  # noqa: ANN401 JSON
        """The value of an expression in the page."""
        return self.call("ExecuteScript", script=f"return {expression}", args=[])

    def texts(self, selector: str) -> list[str]:
        """The visible text of each element."""
        found = f"[...document.querySelectorAll({json.dumps(selector)})]"
        texts: list[str] = self.evaluate(f"{found}.map((each) => each.innerText.trim())")
        return texts

    def click(self, name: str) -> None:
        """Press the button of that name."""
        path = f"//button[@aria-label={json.dumps(name)} or normalize-space()={json.dumps(name)}]"
        self.call("ElementClick", id=self._find("xpath", path))

    def choose_file(self, selector: str, path: Path) -> None:
        """Choose a file in an input."""
        self.call("ElementSendKeys", id=self._find("css selector", selector), text=str(path))

    def _find(self, using: str, value: str) -> str:
        [found] = self.call("FindElement", using=using, value=value).values()
        return str(found)


@contextmanager
def running(path: str, folder: Path) -> Iterator[Firefox]:
    """Start the Firefox at a path, with a profile of its own in the folder; ended after the block."""
    profile = folder / "profile"
    profile.mkdir()
    (profile / "user.js").write_text(_PREFERENCES, encoding="utf-8")
    port = profile / "MarionetteActivePort"
    argv = (path, "--headless", "--marionette", "--profile", str(profile))
    command = Command("firefox", argv, lambda: port.is_file() and bool(port.read_text()), child_environment())
    with ExitStack() as closing:
        processes = Processes(folder, _PATIENCE)
        closing.callback(processes.end)
        processes.start(lambda: command)
        wire = closing.enter_context(socket.create_connection((LOOPBACK, int(port.read_text())), _PATIENCE))
        firefox = Firefox(wire, closing.enter_context(wire.makefile("rb")))
        firefox.receive()
        firefox.call("NewSession")
        firefox.call("SetTimeouts", implicit=_IMPLICIT_MS)
        yield firefox
