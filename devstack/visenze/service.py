"""The stand-in behind its door: checks keys and fields, then misbehaves as ordered or answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from devstack.desk import Desk
from devstack.faults import Fault
from devstack.visenze.objects import objects
from shared.errors import Failure, Permanent

DEFAULT_LIMIT = 10


@dataclass(frozen=True, slots=True)
class VisenzeFault(Fault):
    """A fault that may also answer with `error` as the message of a failure, or with the text `body`.

    Both come with HTTP 200, unless there is a `status`.
    """

    error: str = ""
    body: str = ""


class Refused(Exception):
    """A call without labels; `status` is HTTP's, 200 where only the answer says so, `body` instead of one."""

    def __init__(self, status: int, message: str, retry_after: int | None = None, body: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.retry_after = retry_after
        self.body = body


@dataclass(frozen=True, slots=True)
class Recognition:
    """What a caller sent: keys of HTTP Basic authentication, and the form; `limit` as it was written."""

    keys: tuple[str, str] | None
    tag_group: str
    limit: str
    file: bytes


class Service:
    """Knows one pair of keys, every tag group by its name only, and no more of a picture than `desk` does."""

    def __init__(self, desk: Desk[VisenzeFault], keys: tuple[str, str]) -> None:
        self.desk = desk
        self._keys = keys

    def recognise(self, path: str, sent: Recognition) -> Mapping[str, object]:
        """Answer a call that came in on `path`; raises `Refused` or `Dropped`."""
        with self.desk.call(path) as fault:
            if fault and (fault.status or fault.error or fault.body):
                status = fault.status or HTTPStatus.OK
                raise Refused(status, fault.error or "ordered to fail", fault.retry_after, fault.body)
            return self._answer(sent)

    def _answer(self, sent: Recognition) -> Mapping[str, object]:
        if sent.keys != self._keys:
            raise Refused(HTTPStatus.UNAUTHORIZED, "Invalid access key or secret key")
        if not sent.tag_group:
            raise Refused(HTTPStatus.OK, "The parameter tag_group is missing")
        outcome = self.desk.look(sent.file)
        if isinstance(outcome, Permanent):
            raise Refused(HTTPStatus.OK, "Invalid image file")
        if isinstance(outcome, Failure):
            raise Refused(HTTPStatus.OK, f"Internal error: {outcome}")
        limit = int(sent.limit) if sent.limit.isdecimal() else DEFAULT_LIMIT
        found = {"tag_group": sent.tag_group, "objects": objects(sent.file, outcome, limit)}
        return {"status": "OK", "error": [], "result": [found]}
