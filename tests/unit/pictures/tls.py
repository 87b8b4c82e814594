"""A certificate authority and a TLS server on this machine that answers with whatever bytes a test wants."""

from __future__ import annotations

import datetime as dt
import socketserver
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import takewhile
from pathlib import Path
from threading import Thread

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

LOOPBACK = "127.0.0.1"
PATIENCE = 10.0
"""Seconds after which the server gives up on a client."""

Answer = bytes | Callable[[ssl.SSLSocket], None]


def answer(body: bytes = b"", status: str = "200 OK", length: int | None = -1, **headers: str) -> bytes:
    """An HTTP answer; `length` is the one announced, -1 for the body's own, None for none."""
    announced = {} if length is None else {"Content-Length": str(len(body) if length < 0 else length)}
    named = {name.replace("_", "-"): value for name, value in headers.items()} | announced
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in named.items())]
    return "\r\n".join([*lines, "", ""]).encode() + body


def redirect(location: str, status: str = "302 Found") -> bytes:
    return answer(status=status, Location=location)


class Authority:
    """Vouches for a server, to the contexts from `trusting` alone."""

    def trusting(self) -> ssl.SSLContext:
        return ssl.create_default_context(cadata=self._certificate.decode())

    def serving(self, names: Sequence[str], folder: Path) -> ssl.SSLContext:
        """The context of a server that may prove to be any of `names`; `folder` takes its key file."""
        key = ec.generate_private_key(ec.SECP256R1())
        now, day = dt.datetime.now(dt.UTC), dt.timedelta(days=1)
        builder = x509.CertificateBuilder(
            x509.Name.from_rfc4514_string("CN=Authority of the tests"),
            x509.Name.from_rfc4514_string("CN=Authority of the tests"),
            key.public_key(),
            x509.random_serial_number(),
            now - day,
            now + day,
        )
        alternatives = x509.SubjectAlternativeName([x509.DNSName(name) for name in names])
        certificate = builder.add_extension(alternatives, critical=False).sign(key, hashes.SHA256())
        self._certificate = certificate.public_bytes(Encoding.PEM)
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        path = folder / "server.pem"
        path.write_bytes(private + self._certificate)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context


@dataclass
class TlsServer:
    """Answers by request target; keeps the heads of all requests and the names that clients asked for."""

    port: int = 0
    answers: dict[str, Answer] = field(default_factory=dict)
    heads: list[str] = field(default_factory=list)
    names: list[str | None] = field(default_factory=list)

    def serve(self, client: ssl.SSLSocket) -> None:
        with client.makefile("rb") as stream:
            lines = list(takewhile(bytes.strip, stream))
        if not lines:
            return
        self.heads.append(b"".join(lines).decode())
        wanted = self.answers[lines[0].split()[1].decode()]
        if isinstance(wanted, bytes):
            client.sendall(wanted)
        else:
            wanted(client)

    def heard_name(self, _socket: ssl.SSLObject, name: str | None, _context: ssl.SSLContext) -> None:
        self.names.append(name)


class _Handler(socketserver.BaseRequestHandler):
    def __init__(self, *connection: object, known: TlsServer, context: ssl.SSLContext) -> None:
        self._known, self._context = known, context
        super().__init__(*connection)  # type: ignore[arg-type]

    def handle(self) -> None:
        self.request.settimeout(PATIENCE)
        with suppress(OSError), self._context.wrap_socket(self.request, server_side=True) as client:
            self._known.serve(client)


@contextmanager
def tls_server(context: ssl.SSLContext) -> Iterator[TlsServer]:
    """Serve on a free port; ends only after all its connections have ended."""
    known = TlsServer()
    context.sni_callback = known.heard_name
    handler = partial(_Handler, known=known, context=context)
    with socketserver.ThreadingTCPServer((LOOPBACK, 0), handler) as server:
        known.port = server.server_address[1]
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield known
        finally:
            server.shutdown()
            thread.join()
