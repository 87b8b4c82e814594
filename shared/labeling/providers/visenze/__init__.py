"""ViSenze's Recognition API: tags of fashion and furniture, one group of them at a time."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import ClassVar

from pydantic import ConfigDict, Field, SecretStr

from shared.environment import Settings
from shared.errors import WAIT, FailureReason
from shared.imaging import FileLimits
from shared.labeling import Recognizer
from shared.labeling.provider import Feature, Provider, Wanted

TAKES = FileLimits(frozenset({"JPEG"}), max_bytes=5_000_000, max_side=2_048)
"""The files sent; ViSenze publishes no limit for this API, and for others advises 1024 x 1024 pixels."""

MIN_SCORE = 0.5
"""Algolia's guide to image search keeps what is above; what ViSenze's scores mean is not published."""


class VisenzeSettings(Settings):
    """ViSenze's Recognition API."""

    model_config = ConfigDict(alias_generator=lambda name: f"VISENZE_{name.upper()}")
    former: ClassVar[Mapping[str, str]] = {
        "VISENZE_OBJECTS": "write RECOGNIZER_FEATURES=largest for largest",
        "VISENZE_PATH": "remove it",
        "VISENZE_TIMEOUT": "write RECOGNIZER_TIMEOUT",
    }

    access_key: SecretStr = Field(description="the access key of an app, from ViSenze's dashboard")
    secret_key: SecretStr = Field(description="that key's secret")
    tag_group: str = Field(
        description="the tag group to ask for, such as fashion_attributes, from the dashboard"
    )
    host: str = Field(
        "https://virecognition.visenze.com",
        pattern="^https?://[^/]+$",
        description="https://HOST of the service, without a path",
    )


class VisenzeReason(FailureReason):
    """The reasons for which ViSenze gives no labels."""

    TIMEOUT = ("visenze-timeout", "ViSenze did not answer in time.", WAIT)
    FAILED = ("visenze-failed", "ViSenze failed.", WAIT)
    UNAVAILABLE = ("visenze-unavailable", "ViSenze could not be reached.", WAIT)
    MALFORMED = ("visenze-malformed", "ViSenze's answer was not in the form that was expected.", WAIT)


def create(settings: VisenzeSettings, wanted: Wanted) -> Recognizer:
    """Make the recognizer; nothing is connected before the first picture."""
    from shared.imaging.opening import product_opener
    from shared.labeling.providers.visenze.recognizer import Visenze, connected

    lowest = wanted.least_score(MIN_SCORE)
    connect = partial(connected, settings, wanted.max_labels)
    return Visenze(connect, product_opener(), wanted, lowest, settings.tag_group)


PROVIDER = Provider(
    name="visenze",
    title="ViSenze Recognition API",
    settings=VisenzeSettings,
    library="requests",
    recognizer=create,
    calls=1,
    takes=TAKES,
    features={"largest": Feature("the labels of the largest object only, instead of all objects")},
    reasons=VisenzeReason,
    tells="values of attributes, the attribute as their kind, with boxes",
    verified="a server of ours, after five public callers; whether the host still answers could not be tried",
    example={"VISENZE_ACCESS_KEY": "any", "VISENZE_SECRET_KEY": "any", "VISENZE_TAG_GROUP": "any"},
)
