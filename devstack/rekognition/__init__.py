"""A stand-in for Amazon Rekognition's DetectLabels, for loopback only.

It speaks the service's own JSON and keeps its limits and error codes; its labels come from another
recognizer. It sees that a request is signed, and by whom, but does not check the signature.
"""

from __future__ import annotations

from devstack.standins import KEY, SECRET, StandIn

STAND_IN = StandIn(
    package=__name__,
    recognizer="rekognition",
    env={
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "REKOGNITION_ENDPOINT": "http://{0}",
        "REKOGNITION_REGION": "eu-west-1",
    },
)
