"""The stand-in behind its door: misbehaves as ordered, or answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from devstack.desk import Desk
from devstack.faults import Fault
from devstack.rekognition.answering import Refused, answer, content_of
from shared.labeling import Labeler


@dataclass(frozen=True, slots=True)
class RekognitionFault(Fault):
    """A fault with Amazon's error `code`; its status is 400 unless another is ordered.

    Without a code, `status` alone is answered as by somebody between, without Amazon's JSON.
    """

    code: str = ""


class Service:
    """One Rekognition, whose labels come from `labeler`; see `Desk` for `answer_time`."""

    def __init__(self, labeler: Labeler, answer_time: float = 0.0) -> None:
        self.desk = Desk(labeler, RekognitionFault, answer_time)

    def answer(self, operation: str, request: Mapping[str, Any]) -> dict[str, Any]:
        """Answer a call of `operation`; raises `Refused` or `Dropped`."""
        with self.desk.call(operation) as fault:
            if fault and (fault.code or fault.status):
                raise Refused(fault.code, "ordered to fail", fault.status or HTTPStatus.BAD_REQUEST)
            content = content_of(request)
            return answer(self.desk.look(content), request, content)
