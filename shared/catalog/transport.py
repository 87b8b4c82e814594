"""The transport of Algolia's client: over several hosts, within a deadline, with our names for errors.

The official transporter moves to the next host after a time-out or a 5xx, but lets a refused connection or a
failed name look-up escape, sleeps on the same host for 429, and shuts a host out for five minutes. Here
every fault of a host leads to the next one at once: a shopper waits, and an event is delivered again anyway.
"""

from __future__ import annotations

import json
import os
import re
import threading
import time
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import requests
from algoliasearch.http.api_response import ApiResponse
from algoliasearch.http.hosts import Host, HostsCollection
from algoliasearch.http.request_options import RequestOptions
from algoliasearch.http.transporter_sync import TransporterSync
from algoliasearch.http.verb import Verb
from algoliasearch.search.config import SearchConfig
from requests.adapters import HTTPAdapter
from requests.models import PreparedRequest
from requests.utils import get_environ_proxies

from shared.catalog.refusals import Refused
from shared.errors import Failure, Misconfigured, Permanent, Reason, Transient, asked_wait

DEFAULT_RETRY_AFTER = 1.0
_CONNECTIONS = 32
_TOO_BIG = re.compile("record.* too big", re.IGNORECASE)
_COMPRESSED = {"Accept-Encoding": "gzip, deflate"}

_PIECE = 1_000_000
"""Bytes of an answer that are read at a time."""

_CERTIFICATES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


class _Url(NamedTuple):
    origin: str
    target: str


class _Answer(NamedTuple):
    status: int
    reason: str
    retry_after: str | None
    body: bytes

    @property
    def is_algolias(self) -> bool:
        """Tell whether it is Algolia's word on the request; a redirection is a proxy's."""
        return self.status in range(200, 300) or self.status in range(400, 500)

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")


class FailoverTransporter(TransporterSync):
    """Tries the hosts in turn, beginning with the one that answered last.

    `deadline` is in seconds for the whole call; one host gets the configuration's connect and read or write
    time-outs (milliseconds), cut to what is left. Raises `Transient`, `Permanent` or `Misconfigured`.
    """

    def __init__(
        self, config: SearchConfig, deadline: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(config)
        self._deadline = deadline
        self._clock = clock
        # What the environment says about proxies is read once for each host: requests would read it, and
        # ~/.netrc, for every call, which costs a millisecond each.
        self._proxies = cache(get_environ_proxies)
        self._certificates = next(filter(None, map(os.environ.get, _CERTIFICATES)), True)
        self._http = HTTPAdapter(pool_maxsize=_CONNECTIONS, max_retries=0)
        self._lock = threading.Lock()
        self._preferred: Host | None = None

    def close(self) -> None:
        """Close the connections that are kept alive."""
        self._http.close()

    def request(
        self,
        verb: Verb,
        path: str,
        request_options: RequestOptions,
        use_read_transporter: bool,  # noqa: FBT001 the client's own signature
    ) -> ApiResponse[str]:
        """Send one request of the client to the first host that answers it."""
        reads = verb == Verb.GET or use_read_transporter
        target: str = self.build_path(path, request_options.query_parameters)  # type: ignore[no-untyped-call]
        until = self._clock() + self._deadline
        problem = "no host is configured"
        for host in self._in_turn(reads=reads):
            left = until - self._clock()
            if left <= 0:
                break
            url = _Url(self.build_url(host, ""), target)  # type: ignore[no-untyped-call]
            try:
                answer = self._send(verb, url, request_options, left, reads=reads)
            except requests.RequestException as error:
                problem = f"{host.url}: {type(error).__name__}"
                continue
            if answer.is_algolias:
                self._remember(host)
                return _accepted(verb, target, answer)
            problem = f"{host.url}: {answer.status}"
        raise Transient(Reason.ALGOLIA_UNREACHABLE, f"no host of Algolia answered in time; last: {problem}")

    def _send(self, verb: Verb, url: _Url, options: RequestOptions, left: float, *, reads: bool) -> _Answer:
        """One attempt at one host, in at most `left` seconds to connect and as many to answer."""
        connect, allowed = (
            options.timeouts[kind] / 1000 for kind in ("connect", "read" if reads else "write")
        )
        answer = self._http.send(
            _request(verb, url, options),
            stream=True,
            timeout=(min(left, connect), min(left, allowed)),
            verify=self._certificates,
            proxies=self._proxies(url.origin),
        )
        # By itself requests reads 10 kB at a time, of an answer that has a hundred.
        body = b"".join(answer.iter_content(_PIECE))
        return _Answer(answer.status_code, answer.reason, answer.headers.get("Retry-After"), body)

    def _in_turn(self, *, reads: bool) -> list[Host]:
        known = self.config.hosts or HostsCollection([])
        hosts = known.read() if reads else known.write()
        with self._lock:
            preferred = self._preferred
        return sorted(hosts, key=lambda host: host is not preferred)

    def _remember(self, host: Host) -> None:
        with self._lock:
            self._preferred = host


def _request(verb: Verb, url: _Url, options: RequestOptions) -> PreparedRequest:
    """The request as the client made it, without what a session of requests adds: a twentieth of a search."""
    request = PreparedRequest()
    request.method, request.url = verb.value, url.origin + url.target
    request.prepare_headers({**_COMPRESSED, **options.headers})
    if isinstance(options.data, str):
        request.body = options.data.encode()
        request.headers["Content-Length"] = str(len(request.body))
    return request


def _accepted(verb: Verb, path: str, answer: _Answer) -> ApiResponse[str]:
    if answer.status >= requests.codes.bad_request:
        raise named_error(answer.status, _message(answer), answer.retry_after)
    return ApiResponse(verb=verb, path=path, status_code=answer.status, raw_data=answer.text)


def _message(answer: _Answer) -> str:
    try:
        return str(json.loads(answer.text)["message"])
    except (ValueError, KeyError, TypeError):
        return answer.text[:200] or answer.reason


def named_error(status: int, message: str, retry_after: str | None) -> Failure | Misconfigured:
    """Give a 4xx of Algolia its name; the statuses are those of Algolia's API reference, "Errors".

    Not found is the index: nothing else is named in the path of a request.
    """
    if status == requests.codes.too_many_requests:
        asked = asked_wait(retry_after)
        wait = DEFAULT_RETRY_AFTER if asked is None else asked
        return Transient(Reason.ALGOLIA_THROTTLED, f"Algolia asks to slow down: {message}", retry_after=wait)
    if status in {requests.codes.unauthorized, requests.codes.forbidden}:
        return _not_allowed(message)
    if status == requests.codes.not_found:
        return Misconfigured("ALGOLIA_INDEX", f"Algolia: {message}; write the name of an existing index")
    if _TOO_BIG.search(message):
        return Permanent(Reason.RECORD_TOO_BIG, f"Algolia: {message}")
    if status == requests.codes.bad_request:
        return Refused(message)
    return Permanent(Reason.ALGOLIA_REFUSED, f"Algolia refuses the request with {status}: {message}")


def _not_allowed(message: str) -> Misconfigured:
    """A quota that is used up is answered as a key is that may not do it."""
    if "quota" in message.lower():
        return Misconfigured("ALGOLIA_APP_ID", f"Algolia: {message}; raise that quota of this application")
    advice = f"Algolia refuses the key ({message}); write a key of this application and index"
    return Misconfigured("ALGOLIA_API_KEY", advice)
