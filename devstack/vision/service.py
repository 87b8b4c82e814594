"""The stand-in behind its doors: misbehaves as ordered, or answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from google.cloud.vision_v1 import (
    AnnotateImageResponse,
    BatchAnnotateImagesRequest,
    BatchAnnotateImagesResponse,
)
from google.rpc.status_pb2 import Status
from grpc import StatusCode

from devstack.desk import Desk, Refused
from devstack.faults import Fault
from devstack.vision.annotator import MAX_BATCH, annotate
from shared.labeling import Labeler

# As google/rpc/code.proto pairs them.
_STATUS: Mapping[int, StatusCode] = {
    400: StatusCode.INVALID_ARGUMENT,
    401: StatusCode.UNAUTHENTICATED,
    403: StatusCode.PERMISSION_DENIED,
    404: StatusCode.NOT_FOUND,
    409: StatusCode.ABORTED,
    429: StatusCode.RESOURCE_EXHAUSTED,
    499: StatusCode.CANCELLED,
    500: StatusCode.INTERNAL,
    501: StatusCode.UNIMPLEMENTED,
    503: StatusCode.UNAVAILABLE,
    504: StatusCode.DEADLINE_EXCEEDED,
}


def status_of(http_status: int) -> StatusCode:
    """Return the gRPC status of an HTTP one; UNKNOWN where there is no pair."""
    return _STATUS.get(http_status, StatusCode.UNKNOWN)


@dataclass(frozen=True, slots=True)
class VisionFault(Fault):
    """A fault that may also answer OK with an error inside.

    `picture_code`, of google.rpc.Code, is the error of the first `pictures` of the call; the others are
    answered.
    """

    picture_code: int = 0
    pictures: int = MAX_BATCH


class Service:
    """One Vision for both doors, whose labels come from `labeler`; see `Desk` for `answer_time`."""

    def __init__(self, labeler: Labeler, answer_time: float = 0.0) -> None:
        self.desk = Desk(labeler, VisionFault, answer_time)

    def answer(self, path: str, request: BatchAnnotateImagesRequest) -> BatchAnnotateImagesResponse:
        """Answer a call that came in on `path`; raises `Refused` or `Dropped`."""
        with self.desk.call(path) as fault:
            if fault and fault.status is not None:
                raise Refused(fault.status, "ordered to fail", fault.retry_after)
            if fault and fault.picture_code:
                return self._partly_failed(request, fault)
            return annotate(request, self.desk.look)

    def _partly_failed(
        self, request: BatchAnnotateImagesRequest, fault: VisionFault
    ) -> BatchAnnotateImagesResponse:
        pictures = list(request.requests)
        error = Status(code=fault.picture_code, message="ordered to fail")
        failed = [AnnotateImageResponse(error=error) for _ in pictures[: fault.pictures]]
        rest = BatchAnnotateImagesRequest(requests=pictures[fault.pictures :])
        spared = annotate(rest, self.desk.look)
        return BatchAnnotateImagesResponse(responses=[*failed, *spared.responses])
