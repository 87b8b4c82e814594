"""Pictures by URL, from allowed hosts at public addresses only.

The URL comes from a stranger, so the function must not become their way into its network. Every host, also
one behind a redirect, has to be on the list and to resolve to public addresses; the connection then goes to
one of the addresses that were checked, while TLS verifies the name, so that no second look-up can move it.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from functools import cached_property
from http import HTTPStatus
from http.client import HTTPException, HTTPResponse, HTTPSConnection, IncompleteRead
from typing import TYPE_CHECKING, NamedTuple, cast
from urllib.parse import quote, urljoin, urlsplit

from shared.errors import Failure, Permanent, Reason, Transient, asked_wait
from shared.pictures.addresses import HTTPS_PORT, INTERNET, AllowedHosts, HostNetwork, host_name
from shared.pictures.looking_up import LookUps

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MAX_URL_LENGTH = 4_096
MAX_REDIRECTS = 3
MAX_ADDRESSES = 4
"""Addresses of one host that are tried."""

_CHUNK = 65_536
_PATH_CHARACTERS = "/%:@!$&'()*+,;=~?[]"
_REDIRECTS = {301, 302, 303, 307, 308}
_BUSY = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS}
_UNKNOWN = {socket.EAI_NONAME, socket.EAI_NODATA}
_HEADERS = {
    "User-Agent": "visual-image-search-for-algolia",
    "Accept": "image/*",
    "Accept-Encoding": "identity",
    "Connection": "close",
}


class PictureUrls:
    """Fetches pictures of at most `max_bytes` from `hosts`, see `AllowedHosts`.

    `deadline` is in seconds for everything together: look-ups, connections, redirects, the last byte.
    """

    def __init__(
        self, hosts: Sequence[str], *, max_bytes: int, deadline: float = 5.0, network: HostNetwork = INTERNET
    ) -> None:
        self._hosts = AllowedHosts(hosts)
        self._max_bytes = max_bytes
        self._seconds = deadline
        self._network = network
        self._lookups = LookUps(network.resolve, self._hosts.names)

    def fetch(self, url: str) -> bytes:
        """The picture's bytes, whatever the host calls them.

        Raises `Permanent` with reason url-refused, picture-unreachable or too-large, and `Transient` with
        picture-slow or picture-unreachable; the messages name hosts, never URLs or addresses.
        """
        deadline = _Deadline(self._seconds)
        target = _Target.parse(url)
        for _ in range(MAX_REDIRECTS + 1):
            with _named_errors(target.host):
                answer = self._get(target, deadline)
            if isinstance(answer, bytes):
                return answer
            target = answer
        raise Permanent(Reason.URL_REFUSED, f"the URL redirects more than {MAX_REDIRECTS} times")

    def _get(self, target: _Target, deadline: _Deadline) -> bytes | _Target:
        addresses = self._checked_addresses(target.host, deadline)
        route = _Route(addresses, self._network.port, self._tls)
        with closing(_Connection(target.host, route, deadline)) as connection:
            connection.request("GET", target.path, headers=_HEADERS)
            with connection.getresponse() as answer:
                if answer.status in _REDIRECTS:
                    return _Target.parse(answer.headers.get("Location", ""), target)
                return self._body(answer, target.host)

    def _checked_addresses(self, host: str, deadline: _Deadline) -> Sequence[str]:
        """Resolve a name that is allowed, once, and judge all of its addresses."""
        if host not in self._hosts:
            raise Permanent(
                Reason.URL_REFUSED, f"pictures are not fetched from {host}; its name is not allowed here"
            )
        addresses = self._lookups.addresses(host, deadline.left())
        if not addresses or not all(map(self._network.is_public, addresses)):
            raise Permanent(Reason.URL_REFUSED, f"{host} does not resolve to public addresses only")
        return addresses[:MAX_ADDRESSES]

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        context = self._network.tls()
        context.sslsocket_class = _Socket
        return context

    def _body(self, answer: HTTPResponse, host: str) -> bytes:
        if problem := _problem(answer, host):
            raise problem
        announced, body = answer.length, bytearray()
        too_large = Permanent(
            Reason.TOO_LARGE, f"the picture at {host} has more than {self._max_bytes} bytes"
        )
        if announced is not None and announced > self._max_bytes:
            raise too_large
        while chunk := answer.read1(_CHUNK):
            body += chunk
            if len(body) > self._max_bytes:
                raise too_large
        if announced is not None and len(body) < announced:
            raise IncompleteRead(bytes(body), announced - len(body))
        return bytes(body)


class NoPicture(Permanent):
    """The answer of a host that is no picture, and its HTTP `status`; 200 for a web page."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(Reason.PICTURE_UNREACHABLE, message)
        self.status = status


def host_of(url: str) -> str:
    """The host that is asked for a picture; raises `Permanent` url-refused for what is never fetched."""
    return _Target.parse(url).host


def has_odd_characters(url: str) -> bool:
    """True where it holds what no URL does: spaces, backslashes, or characters that nobody sees."""
    return "\\" in url or " " in url or not url.isprintable()


class _Target(NamedTuple):
    """A URL, taken apart once: what is checked is what is requested."""

    host: str
    path: str

    @classmethod
    def parse(cls, url: str, origin: _Target | None = None) -> _Target:
        """Read a URL, relative to `origin` in a redirect; raises `Permanent` url-refused."""
        if len(url) > MAX_URL_LENGTH or has_odd_characters(url):
            raise _refused(
                f"is longer than {MAX_URL_LENGTH} characters or holds spaces, backslashes or the like"
            )
        try:
            parts = urlsplit(urljoin(f"https://{origin.host}{origin.path}" if origin else "", url))
            port, name = parts.port, host_name(parts.hostname or "")
        except ValueError:
            raise _refused("names no valid host or port") from None
        if parts.scheme != "https" or port not in {None, HTTPS_PORT}:
            raise _refused(f"is not https, or names a port other than {HTTPS_PORT}")
        if "@" in parts.netloc:
            raise _refused("holds a user name or password")
        query = f"?{parts.query}" if parts.query else ""
        return cls(name, quote((parts.path or "/") + query, safe=_PATH_CHARACTERS))


def _refused(problem: str) -> Permanent:
    return Permanent(Reason.URL_REFUSED, f"the URL {problem}; send an https URL of an allowed host")


def _problem(answer: HTTPResponse, host: str) -> Failure | None:
    """The reason why an answer is no picture, as far as its head tells."""
    status = answer.status
    if status in _BUSY or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        problem, wait = f"{host} answers with {status}", asked_wait(answer.headers.get("Retry-After"))
        return Transient(Reason.PICTURE_UNREACHABLE, problem, retry_after=wait)
    if status != HTTPStatus.OK:
        return NoPicture(f"{host} answers with {status} instead of a picture", status)
    if answer.headers.get("Content-Encoding", "identity").lower() != "identity":
        return Permanent(Reason.PICTURE_UNREACHABLE, f"{host} sends the picture in a content encoding")
    if answer.headers.get_content_type() == "text/html":
        return NoPicture(f"{host} answers with a web page; send the picture's own URL", status)
    return None


@contextmanager
def _named_errors(host: str) -> Iterator[None]:
    try:
        yield
    except TimeoutError as error:
        raise Transient(Reason.PICTURE_SLOW, f"{host} did not deliver the picture in time") from error
    except ssl.SSLCertVerificationError as error:
        raise Permanent(
            Reason.PICTURE_UNREACHABLE, f"{host} has no valid certificate for its name"
        ) from error
    except (OSError, HTTPException) as error:
        if isinstance(error, socket.gaierror) and error.errno in _UNKNOWN:
            raise Permanent(Reason.PICTURE_UNREACHABLE, f"there is no host {host}") from error
        problem = f"{host} cannot be reached or broke off: {type(error).__name__}"
        raise Transient(Reason.PICTURE_UNREACHABLE, problem) from error


class _Deadline:
    """A point in time, `seconds` from now."""

    def __init__(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds left, above 0; raises `TimeoutError` when there are none."""
        seconds = self._until - time.monotonic()
        if seconds <= 0:
            raise TimeoutError
        return seconds


class _Route(NamedTuple):
    addresses: Sequence[str]
    port: int
    tls: ssl.SSLContext


class _Connection(HTTPSConnection):
    """A connection to one of a route's addresses, where the peer proves to be `host`."""

    def __init__(self, host: str, route: _Route, deadline: _Deadline) -> None:
        super().__init__(host, context=route.tls)
        self._route = route
        self._deadline = deadline

    def connect(self) -> None:
        """Called by the first request."""
        with self._to_first_that_answers() as plain:
            plain.settimeout(self._deadline.left())
            secured = self._route.tls.wrap_socket(plain, server_hostname=self.host)
        self.sock = cast(_Socket, secured)
        self.sock.deadline = self._deadline
        self.sock.settimeout(self._deadline.left())

    def _to_first_that_answers(self) -> socket.socket:
        failure = OSError()
        for tried, address in enumerate(self._route.addresses):
            share = self._deadline.left() / (len(self._route.addresses) - tried)
            try:
                return socket.create_connection((address, self._route.port), share)
            except OSError as error:
                failure = error
        raise failure


class _Socket(ssl.SSLSocket):
    """Ends every read by the deadline: a time-out alone starts anew with each byte that drips in."""

    deadline: _Deadline

    def recv_into(self, buffer: WriteableBuffer, nbytes: int | None = None, flags: int = 0) -> int:
        """See `socket.recv_into`."""
        self.settimeout(self.deadline.left())
        return super().recv_into(buffer, nbytes, flags)
