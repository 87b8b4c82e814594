"""Calls to ViSenze over HTTP that end by their deadline, in a bounded answer or in a failure with a name."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import partial
from http import HTTPStatus
from typing import NamedTuple

import requests
from requests.adapters import HTTPAdapter
from requests.auth import HTTPBasicAuth

from shared.errors import Misconfigured, Transient
from shared.labeling.one_by_one import ending_by
from shared.labeling.providers.visenze.answers import Answer, read
from shared.labeling.providers.visenze.errors import MALFORMED, TIMEOUT, UNAVAILABLE, failure_of
from shared.labeling.providers.visenze.keys import Keys

MAX_ANSWER_BYTES = 1_000_000
"""A tag takes about 60 bytes."""

_CONNECTIONS = 32
_CHUNK = 65_536
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 2.0
_LEAST_TIMEOUT = 0.001
_MESSAGE_LENGTH = 300
_HEADERS = {"Accept": "application/json", "User-Agent": "visual-image-search-for-algolia"}


class Reply(NamedTuple):
    """What came back over HTTP; `retry_after` is the header of that name."""

    status: int
    body: bytes
    retry_after: str | None = None


Send = Callable[[bytes, float], Reply]
"""Sends a JPEG file once, with so many seconds for each operation on the socket.

Raises `requests.RequestException`, or `Transient` for an answer that is too long.
"""


class Door:
    """Posts a picture with `fields` to `url`.

    It goes through requests' adapter, not a session: without proxies and ~/.netrc, which the environment
    might name, without cookies, redirections or anything else that threads would share but connections.
    """

    def __init__(self, url: str, keys: Keys, fields: Mapping[str, str]) -> None:
        self._url = url
        self._auth = HTTPBasicAuth(keys.access.encode(), keys.secret.encode())
        self._fields = fields
        self._adapter = HTTPAdapter(pool_maxsize=_CONNECTIONS, max_retries=0)

    def __call__(self, content: bytes, seconds: float) -> Reply:
        """See `Send`."""
        file = ("picture.jpg", content, "image/jpeg")
        request = requests.Request(
            "POST", self._url, _HEADERS, {"file": file}, dict(self._fields), auth=self._auth
        )
        with self._adapter.send(request.prepare(), stream=True, timeout=seconds) as answer:
            return Reply(answer.status_code, _bounded(answer), answer.headers.get("Retry-After"))


def _bounded(answer: requests.Response) -> bytes:
    body = bytearray()
    for piece in answer.iter_content(_CHUNK):
        body += piece
        if len(body) > MAX_ANSWER_BYTES:
            raise Transient(MALFORMED, f"ViSenze's answer has more than {MAX_ANSWER_BYTES} bytes")
    return bytes(body)


class BoundedCalls:
    """Asks under a deadline, again while nobody answers, and never repeats what is one of the `keys`."""

    def __init__(self, send: Send, keys: Keys) -> None:
        self._send = send
        self._keys = keys

    def __call__(self, content: bytes, deadline: float) -> Answer:
        """Return the answer about a JPEG file before `deadline` on `time.monotonic`.

        Raises `Transient`, `Permanent` or `Misconfigured`.
        """
        pause = _FIRST_PAUSE
        while True:
            try:
                return self._judged(self._attempt(content, deadline))
            except Transient as failure:
                asked_to_wait = failure.retry_after is not None
                late = time.monotonic() + pause >= deadline
                if failure.reason != UNAVAILABLE or asked_to_wait or late:
                    raise
            time.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    def _attempt(self, content: bytes, deadline: float) -> Reply:
        left = max(deadline - time.monotonic(), _LEAST_TIMEOUT)
        try:
            return ending_by(deadline, partial(self._send, content, left))
        except (TimeoutError, requests.Timeout) as error:
            raise Transient(TIMEOUT, "ViSenze did not answer in time") from error
        except (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema) as error:
            raise Misconfigured("VISENZE_HOST", "write https://HOST, without a path") from error
        except requests.RequestException as error:
            problem = f"ViSenze cannot be reached or broke off: {type(error).__name__}"
            raise Transient(UNAVAILABLE, problem) from error

    def _judged(self, reply: Reply) -> Answer:
        answer = read(reply.body)
        fine = reply.status == HTTPStatus.OK
        if fine and answer and answer.ok:
            return answer
        said = self._keys.hidden_in(answer.said if answer else reply.body.decode(errors="replace"))
        said = " ".join(said.split())[:_MESSAGE_LENGTH]
        if fine and not answer:
            raise Transient(MALFORMED, f"ViSenze's answer is not of the known form: {said}")
        raise failure_of(reply.status, said, _seconds(reply.retry_after))


def _seconds(retry_after: str | None) -> float | None:
    """Read the header's number of seconds; its other form, a date, is left to the caller's own patience."""
    return float(retry_after) if retry_after and retry_after.isdecimal() else None
