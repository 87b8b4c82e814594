"""The ways Pub/Sub says no; each names the gRPC status it travels as."""

from __future__ import annotations

from typing import ClassVar


class Refused(Exception):
    """A call the service does not carry out; `status` is the name of a gRPC status code."""

    status: ClassVar[str]


class AlreadyExists(Refused):
    """The name is taken."""

    status = "ALREADY_EXISTS"


class InvalidArgument(Refused):
    """The request can never be right."""

    status = "INVALID_ARGUMENT"


class NotFound(Refused):
    """There is nothing of that name."""

    status = "NOT_FOUND"


class OutOfRange(Refused):
    """A number is outside what the service allows."""

    status = "OUT_OF_RANGE"


class ResourceExhausted(Refused):
    """Too much is held already."""

    status = "RESOURCE_EXHAUSTED"


class Unimplemented(Refused):
    """The real service can do it, this one cannot."""

    status = "UNIMPLEMENTED"
