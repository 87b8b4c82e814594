"""Shoppers on loopback: keep-alive connections that send one request after the other, and what came back."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException

from devstack.processes import LOOPBACK

_TIMEOUT = 30.0


@dataclass(frozen=True, slots=True)
class Post:
    """A request to send, and the status it should be answered with; `forwarded` is the client's address."""

    body: bytes
    content_type: str = "image/jpeg"
    target: str = "/"
    expected: int = HTTPStatus.OK
    forwarded: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """The seconds that the whole answer took, its end on `time.perf_counter`, and its status.

    The status is 0 where the connection broke.
    """

    seconds: float
    finished: float
    status: int
    expected: int

    @property
    def wrong(self) -> bool:
        """True where another answer was due."""
        return self.status != self.expected


class Shopper:
    """One keep-alive connection, opened at the first request and again after it broke."""

    def __init__(self, port: int) -> None:
        self._connection = HTTPConnection(LOOPBACK, port, timeout=_TIMEOUT)

    def send(self, post: Post) -> Reply:
        """Send and read the answer to its end."""
        started = time.perf_counter()
        status = self._status(post)
        finished = time.perf_counter()
        return Reply(finished - started, finished, status, post.expected)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _status(self, post: Post) -> int:
        try:
            fields = {"Content-Type": post.content_type, "X-Forwarded-For": post.forwarded}
            self._connection.request("POST", post.target, post.body, fields)
            with self._connection.getresponse() as response:
                response.read()
                return response.status
        except (OSError, HTTPException):
            self.close()
            return 0


def crowd(port: int, posts: Iterable[Post], shoppers: int) -> list[Reply]:
    """Send all, so many at a time; the replies come in the order in which they were there."""
    waiting, lock = iter(posts), threading.Lock()
    replies: list[Reply] = []

    def take() -> Post | None:
        with lock:
            return next(waiting, None)

    def shop(_: int) -> None:
        with closing(Shopper(port)) as shopper:
            while (post := take()) is not None:
                replies.append(shopper.send(post))

    with ThreadPoolExecutor(shoppers) as pool:
        for _ in pool.map(shop, range(shoppers)):
            pass
    return sorted(replies, key=lambda reply: reply.finished)


def alone(port: int, posts: Iterable[Post]) -> list[Reply]:
    """Send one after the other."""
    return crowd(port, posts, shoppers=1)


def steady_rate(replies: Sequence[Reply], before: int, counted: int) -> float:
    """Return the answers per second of `counted` ones after the first `before`, at least one.

    What comes later is left out too: toward the end ever fewer shoppers are waiting.
    """
    ends = [reply.finished for reply in replies]
    return counted / (ends[before + counted - 1] - ends[before - 1])
