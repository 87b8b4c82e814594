"""`python -m devstack.pubsub --port N`: the stand-in for Pub/Sub, a gRPC server on loopback."""

from __future__ import annotations

import argparse
import asyncio
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

import grpc
from google.protobuf.empty_pb2 import Empty
from google.pubsub_v1 import types
from grpc import aio

from devstack.processes import LOOPBACK
from devstack.pubsub import model
from devstack.pubsub.broker import Broker
from devstack.pubsub.model import PubsubError
from devstack.pubsub.service import Service

_OPTIONS = [
    ("grpc.max_receive_message_length", 2 * model.MAX_REQUEST_BYTES),
    ("grpc.max_send_message_length", -1),
    # Without it two servers could share a port and each see half of the calls.
    ("grpc.so_reuseport", 0),
]
_GRACE = 0.5

_Answer = Callable[[Any], Awaitable[Any]]


def _unary(answer: _Answer, request: Any, response: Any) -> grpc.RpcMethodHandler:  # noqa: ANN401 - untyped library
    async def handle(message: Any, context: Any) -> Any:  # noqa: ANN401 - untyped library
        try:
            return await answer(message)
        except PubsubError as error:
            await context.abort(grpc.StatusCode[error.status], str(error))

    return grpc.unary_unary_rpc_method_handler(
        handle,
        request_deserializer=request.deserialize,
        response_serializer=Empty.SerializeToString if response is Empty else response.serialize,
    )


def _streaming_pull(service: Service) -> grpc.RpcMethodHandler:
    async def handle(requests: AsyncIterator[Any], context: Any) -> AsyncIterator[Any]:  # noqa: ANN401 - the same
        try:
            async for response in service.streaming_pull(requests):
                yield response
        except PubsubError as error:
            await context.abort(grpc.StatusCode[error.status], str(error))

    return grpc.stream_stream_rpc_method_handler(
        handle,
        request_deserializer=types.StreamingPullRequest.deserialize,
        response_serializer=types.StreamingPullResponse.serialize,
    )


def _publisher(service: Service) -> Mapping[str, grpc.RpcMethodHandler]:
    return {
        "CreateTopic": _unary(service.create_topic, types.Topic, types.Topic),
        "GetTopic": _unary(service.get_topic, types.GetTopicRequest, types.Topic),
        "ListTopics": _unary(service.list_topics, types.ListTopicsRequest, types.ListTopicsResponse),
        "DeleteTopic": _unary(service.delete_topic, types.DeleteTopicRequest, Empty),
        "Publish": _unary(service.publish, types.PublishRequest, types.PublishResponse),
    }


def _subscriber(service: Service) -> Mapping[str, grpc.RpcMethodHandler]:
    return {
        "CreateSubscription": _unary(service.create_subscription, types.Subscription, types.Subscription),
        "GetSubscription": _unary(service.get_subscription, types.GetSubscriptionRequest, types.Subscription),
        "ListSubscriptions": _unary(
            service.list_subscriptions, types.ListSubscriptionsRequest, types.ListSubscriptionsResponse
        ),
        "DeleteSubscription": _unary(service.delete_subscription, types.DeleteSubscriptionRequest, Empty),
        "Pull": _unary(service.pull, types.PullRequest, types.PullResponse),
        "Acknowledge": _unary(service.acknowledge, types.AcknowledgeRequest, Empty),
        "ModifyAckDeadline": _unary(service.modify_ack_deadline, types.ModifyAckDeadlineRequest, Empty),
        "StreamingPull": _streaming_pull(service),
    }


async def serve(port: int) -> None:
    """Answer calls on the loopback port until SIGINT or SIGTERM; raises RuntimeError when it is taken."""
    service = Service(Broker(time.time), time.time)
    server = aio.server(options=_OPTIONS)
    server.add_generic_rpc_handlers(
        (
            grpc.method_handlers_generic_handler("google.pubsub.v1.Publisher", _publisher(service)),
            grpc.method_handlers_generic_handler("google.pubsub.v1.Subscriber", _subscriber(service)),
        )
    )
    server.add_insecure_port(f"{LOOPBACK}:{port}")
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    await server.start()
    await stopped.wait()
    await server.stop(_GRACE)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m devstack.pubsub", description=__doc__)
    parser.add_argument("--port", type=int, required=True, help="loopback port to listen on")
    asyncio.run(serve(parser.parse_args().port))
