"""The stand-in's gRPC door."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import grpc
from google.cloud.vision_v1 import BatchAnnotateImagesRequest, BatchAnnotateImagesResponse

from devstack.vision.annotator import Refused
from devstack.vision.service import Service, status_of

SERVICE = "google.cloud.vision.v1.ImageAnnotator"
METHOD = "BatchAnnotateImages"
MAX_REQUEST_BYTES = 41_943_040
THREADS = 32
GRACE = 0.5


@contextmanager
def serving(service: Service, port: int) -> Iterator[int]:
    """Serve on 127.0.0.1 while the context lasts; yields the port, a free one for 0."""
    with ThreadPoolExecutor(THREADS, thread_name_prefix="grpc") as threads:
        options = [("grpc.max_receive_message_length", MAX_REQUEST_BYTES), ("grpc.so_reuseport", 0)]
        server = grpc.server(threads, handlers=[_handler(service)], options=options)
        bound = server.add_insecure_port(f"127.0.0.1:{port}")
        server.start()
        try:
            yield bound
        finally:
            server.stop(GRACE).wait()


def _handler(service: Service) -> grpc.GenericRpcHandler:
    def annotate(
        request: BatchAnnotateImagesRequest, context: grpc.ServicerContext
    ) -> BatchAnnotateImagesResponse:
        try:
            return service.answer(f"/{SERVICE}/{METHOD}", request)
        except Refused as refused:
            context.set_code(status_of(refused.status))
            context.set_details(refused.message)
            return BatchAnnotateImagesResponse()

    method = grpc.unary_unary_rpc_method_handler(
        annotate,
        request_deserializer=BatchAnnotateImagesRequest.deserialize,
        response_serializer=BatchAnnotateImagesResponse.serialize,
    )
    return grpc.method_handlers_generic_handler(SERVICE, {METHOD: method})
