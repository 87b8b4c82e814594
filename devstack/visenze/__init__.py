"""A stand-in for ViSenze's Recognition API, for loopback only.

It has the shapes of answers that public callers of the service show. Its error messages are its own, since
ViSenze publishes none; its tags come from another recognizer.
"""

from __future__ import annotations

from devstack.standins import KEY, SECRET, StandIn

STAND_IN = StandIn(
    package=__name__,
    recognizer="visenze",
    env={
        "VISENZE_ACCESS_KEY": KEY,
        "VISENZE_HOST": "http://{0}",
        "VISENZE_SECRET_KEY": SECRET,
        "VISENZE_TAG_GROUP": "local",
    },
)
