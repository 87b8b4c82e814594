"""The stand-in behind its transports: counts calls, then misbehaves as ordered or answers."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from google.cloud.vision_v1 import (
    AnnotateImageResponse,
    BatchAnnotateImagesRequest,
    BatchAnnotateImagesResponse,
)
from google.rpc.status_pb2 import Status
from grpc import StatusCode

from devstack.faults import Fault, Faults
from devstack.vision.annotator import MAX_BATCH, Annotator, Refused

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


class Dropped(Refused):
    """The connection is to end without an answer; over gRPC the call ends as if it had."""

    def __init__(self) -> None:
        super().__init__(HTTPStatus.SERVICE_UNAVAILABLE, "Socket closed")


class Service:
    """One Vision for all transports; thread-safe. Nothing is answered before `answer_time` seconds."""

    def __init__(self, annotator: Annotator, answer_time: float = 0.0) -> None:
        self._annotator = annotator
        self._answer_time = answer_time
        self._faults = Faults()
        self._lock = threading.Lock()
        self._calls = 0
        self._pictures = 0
        self._stopping = threading.Event()

    def set_faults(self, faults: Iterable[VisionFault]) -> int:
        """Misbehave so in the next calls; return how many calls what was ordered before had yet to meet."""
        return self._faults.set(faults)

    def counts(self) -> Mapping[str, int]:
        """`calls` received so far, and `pictures` answered, those with an error of their own included."""
        with self._lock:
            return {"calls": self._calls, "pictures": self._pictures}

    def answered(self) -> Mapping[str, int]:
        """How often each content was answered, labels or refusal, by its MD5 in base64 as Storage has it."""
        return self._annotator.answered()

    def stop(self) -> None:
        """Let calls that wait for an ordered delay go on at once."""
        self._stopping.set()

    def answer(self, path: str, request: BatchAnnotateImagesRequest) -> BatchAnnotateImagesResponse:
        """Answer a call that came in on `path`; raises `Refused` or `Dropped`."""
        earliest = time.monotonic() + self._answer_time
        self._count(calls=1)
        fault = self._faults.take(path)
        if fault:
            self._misbehave(fault)
        if isinstance(fault, VisionFault) and fault.picture_code:
            response = self._partly_failed(request, fault)
        else:
            response = self._annotator.annotate(request)
        self._count(pictures=len(response.responses))
        self._stopping.wait(max(0.0, earliest - time.monotonic()))
        return response

    def _partly_failed(
        self, request: BatchAnnotateImagesRequest, fault: VisionFault
    ) -> BatchAnnotateImagesResponse:
        pictures = list(request.requests)
        error = Status(code=fault.picture_code, message="ordered to fail")
        failed = [AnnotateImageResponse(error=error) for _ in pictures[: fault.pictures]]
        spared = self._annotator.annotate(BatchAnnotateImagesRequest(requests=pictures[fault.pictures :]))
        return BatchAnnotateImagesResponse(responses=[*failed, *spared.responses])

    def _misbehave(self, fault: Fault) -> None:
        self._stopping.wait(fault.latency_ms / 1000)
        if fault.refuse:
            raise Dropped
        if fault.status is not None:
            raise Refused(fault.status, "ordered to fail", fault.retry_after)

    def _count(self, *, calls: int = 0, pictures: int = 0) -> None:
        with self._lock:
            self._calls += calls
            self._pictures += pictures
