"""The stand-in of Vision over gRPC and REST, both opened and closed together, and its faults."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus

import grpc
from google.cloud import vision_v1 as vision
from google.protobuf.json_format import ParseError
from google.rpc.status_pb2 import Status
from grpc import StatusCode
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from devstack.processes import LOOPBACK
from devstack.serving import Fault, bounded_body
from devstack.standins import Dropped, Refused, StandInServer
from devstack.vision.annotator import MAX_BATCH, annotate
from shared.labeling import Recognizer

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
    """One Vision for both protocols, with labels from `recognizer`; see `StandInServer` for `answer_time`."""

    def __init__(self, recognizer: Recognizer, answer_time: float = 0.0) -> None:
        self.server = StandInServer(recognizer, VisionFault, answer_time)

    def answer(
        self, path: str, request: vision.BatchAnnotateImagesRequest
    ) -> vision.BatchAnnotateImagesResponse:
        """Answer a call that came in on `path`; raises `Refused` or `Dropped`."""
        with self.server.call(path) as fault:
            if fault and fault.status is not None:
                raise Refused(fault.status, "ordered to fail", fault.retry_after)
            if fault and fault.picture_code:
                return self._partly_failed(request, fault)
            return annotate(request, self.server.label)

    def _partly_failed(
        self, request: vision.BatchAnnotateImagesRequest, fault: VisionFault
    ) -> vision.BatchAnnotateImagesResponse:
        pictures = list(request.requests)
        error = Status(code=fault.picture_code, message="ordered to fail")
        failed = [vision.AnnotateImageResponse(error=error) for _ in pictures[: fault.pictures]]
        rest = vision.BatchAnnotateImagesRequest(requests=pictures[fault.pictures :])
        spared = annotate(rest, self.server.label)
        return vision.BatchAnnotateImagesResponse(responses=[*failed, *spared.responses])


MAX_BODY_BYTES = 10_485_760
"""The page "Quotas and limits" gives a JSON request 10 MB."""

SERVICE = "google.cloud.vision.v1.ImageAnnotator"
METHOD = "BatchAnnotateImages"
MAX_REQUEST_BYTES = 41_943_040
THREADS = 32
GRACE = 0.5


@dataclass(frozen=True, slots=True)
class Addresses:
    """The stand-in's addresses, in the form `VISION_ENDPOINT` takes: grpc://HOST:PORT and http://HOST:PORT."""

    grpc: str
    rest: str

    def __str__(self) -> str:
        return f"{self.grpc} {self.rest}"


@contextmanager
def serving(service: Service, grpc_port: int = 0, rest_port: int = 0) -> Iterator[Addresses]:
    """Serve `service` while the context lasts; 0 picks a free port. gRPC serves before REST opens.

    Raises `OSError` or `RuntimeError` for a port that is taken.
    """
    with (
        _grpc_server(service, grpc_port) as grpc_bound,
        service.server.serving(_rest_application(service), rest_port) as rest,
    ):
        yield Addresses(f"grpc://{LOOPBACK}:{grpc_bound}", rest)


@contextmanager
def _grpc_server(service: Service, port: int) -> Iterator[int]:
    with ThreadPoolExecutor(THREADS, thread_name_prefix="grpc") as threads:
        options = [("grpc.max_receive_message_length", MAX_REQUEST_BYTES), ("grpc.so_reuseport", 0)]
        server = grpc.server(threads, handlers=[_handler(service)], options=options)
        bound = server.add_insecure_port(f"{LOOPBACK}:{port}")
        server.start()
        try:
            yield bound
        finally:
            server.stop(GRACE).wait()


def _handler(service: Service) -> grpc.GenericRpcHandler:
    def annotate(
        request: vision.BatchAnnotateImagesRequest, context: grpc.ServicerContext
    ) -> vision.BatchAnnotateImagesResponse:
        try:
            return service.answer(f"/{SERVICE}/{METHOD}", request)
        except Refused as refused:
            context.set_code(status_of(refused.status))
            context.set_details(refused.message)
        except Dropped:
            # As a client sees a connection that ended.
            context.set_code(grpc.StatusCode.UNAVAILABLE)
            context.set_details("Socket closed")
        return vision.BatchAnnotateImagesResponse()

    method = grpc.unary_unary_rpc_method_handler(
        annotate,
        request_deserializer=vision.BatchAnnotateImagesRequest.deserialize,
        response_serializer=vision.BatchAnnotateImagesResponse.serialize,
    )
    return grpc.method_handlers_generic_handler(SERVICE, {METHOD: method})


def _rest_application(service: Service) -> Starlette:
    async def annotate(request: Request) -> Response:
        message = _parsed(await bounded_body(request, MAX_BODY_BYTES, _too_large()))
        answer = await run_in_threadpool(service.answer, request.url.path, message)
        body = vision.BatchAnnotateImagesResponse.to_json(
            answer, indent=None, always_print_fields_with_no_presence=False
        )
        return Response(body, media_type="application/json")

    places = ("", "/projects/{project}", "/projects/{project}/locations/{location}")
    routes = [Route(f"/v1{place}/images:annotate", annotate, methods=["POST"]) for place in places]
    return service.server.application(routes, _refused)


def _too_large() -> Refused:
    return Refused(HTTPStatus.BAD_REQUEST, f"Request payload size exceeds the limit: {MAX_BODY_BYTES} bytes.")


def _parsed(body: bytes) -> vision.BatchAnnotateImagesRequest:
    try:
        message: vision.BatchAnnotateImagesRequest = vision.BatchAnnotateImagesRequest.from_json(body)
    except (ParseError, UnicodeDecodeError) as error:
        raise Refused(HTTPStatus.BAD_REQUEST, f"Invalid JSON payload received. {error}") from error
    return message


def _refused(_: Request, error: Refused) -> Response:
    status = status_of(error.status).name
    body = {"error": {"code": error.status, "message": error.message, "status": status}}
    return JSONResponse(body, error.status, error.headers)
