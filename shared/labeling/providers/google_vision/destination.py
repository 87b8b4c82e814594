"""Where calls to Vision go, read from the settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Self, cast
from urllib.parse import urlsplit

from shared.errors import Misconfigured

Scheme = Literal["https", "grpc", "http"]

# From the page "Multi-regional support", as is `parent`; neither was tried on the live service.
_HOSTS = {"": "vision.googleapis.com", "eu": "eu-vision.googleapis.com", "us": "us-vision.googleapis.com"}


def parent(project: str, region: str) -> str:
    """Return the `parent` of requests that are to stay in `region`; "" where either is not given."""
    return f"projects/{project}/locations/{region}" if project and region else ""


@dataclass(frozen=True, slots=True)
class Destination:
    """A host, with its port where it has one, and how to speak to it.

    `https` is gRPC over TLS with credentials; `grpc` and `http` are gRPC and REST in plain text with
    none, for stand-ins.
    """

    scheme: Scheme
    host: str

    @classmethod
    def parse(cls, endpoint: str, region: str) -> Self:
        """Read `https://host`, `grpc://host:port`, `http://host:port`, or "" for Google's host of `region`.

        `region` is "eu", "us" or "", which lets Google choose. Raises `Misconfigured`.
        """
        if region not in _HOSTS:
            raise Misconfigured("VISION_REGION", f"write eu or us, or leave it empty, instead of {region!r}")
        if not endpoint:
            return cls("https", _HOSTS[region])
        address = urlsplit(endpoint)
        if address.scheme not in {"https", "grpc", "http"} or endpoint.rstrip("/") != _origin(*address[:2]):
            raise Misconfigured(
                "VISION_ENDPOINT",
                "write https://HOST, for a stand-in grpc://HOST:PORT or http://HOST:PORT, or leave it empty"
                f" for Google's own service, instead of {endpoint!r}",
            )
        return cls(cast(Scheme, address.scheme), address.netloc)


def _origin(scheme: str, host: str) -> str:
    return f"{scheme}://{host}" if host and "@" not in host else ""
