"""Is it up yet? Cheap questions to servers on this machine."""

from __future__ import annotations

import socket
from collections.abc import Callable
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException

from devstack.processes import LOOPBACK

_TIMEOUT = 1.0


def tcp_open(port: int) -> Callable[[], bool]:
    """Whether somebody accepts connections on the loopback port."""

    def probe() -> bool:
        try:
            with socket.create_connection((LOOPBACK, port), _TIMEOUT):
                return True
        except OSError:
            return False

    return probe


def http_answers(port: int, path: str, status: HTTPStatus = HTTPStatus.OK) -> Callable[[], bool]:
    """Whether `GET path` on the loopback port answers with that status."""

    def probe() -> bool:
        connection = HTTPConnection(LOOPBACK, port, timeout=_TIMEOUT)
        try:
            connection.request("GET", path)
            with connection.getresponse() as response:
                return response.status == status
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()

    return probe
