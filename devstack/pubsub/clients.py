"""Google's own Pub/Sub clients, connected to a server on this machine without touching the environment."""

from __future__ import annotations

import grpc
from google.cloud.pubsub_v1 import PublisherClient, SubscriberClient
from google.cloud.pubsub_v1.types import BatchSettings
from google.pubsub_v1.services.publisher.transports import PublisherGrpcTransport
from google.pubsub_v1.services.subscriber.transports import SubscriberGrpcTransport


def _channel(host: str) -> grpc.Channel:
    return grpc.insecure_channel(
        host, options=[("grpc.max_receive_message_length", -1), ("grpc.enable_http_proxy", 0)]
    )


def publisher(host: str) -> PublisherClient:
    """Return a client of `HOST:PORT` that sends each message at once; end it with `.transport.close()`."""
    return PublisherClient(
        batch_settings=BatchSettings(max_messages=1),
        transport=PublisherGrpcTransport(channel=_channel(host)),
    )


def subscriber(host: str) -> SubscriberClient:
    """Return a client of `HOST:PORT`; a context manager."""
    return SubscriberClient(transport=SubscriberGrpcTransport(channel=_channel(host)))
