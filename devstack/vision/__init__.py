"""A stand-in for Google Cloud Vision, over gRPC and REST, for loopback only.

It speaks the service's own messages and keeps its limits and error codes; its labels come from the embedded
recognizer. Objects, logos, words, colors and safe search it answers as `findings` says.
"""

from __future__ import annotations

from devstack.standins import StandIn

STAND_IN = StandIn(
    package=__name__,
    recognizer="google-vision",
    env={"VISION_ENDPOINT": "grpc://{0}"},
    port_options=("grpc-port", "rest-port"),
)
