"""Amazon Rekognition's DetectLabels."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import ClassVar, Self

from pydantic import ConfigDict, Field, SecretStr

from shared.environment import Settings
from shared.errors import WAIT, FailureReason, Misconfigured
from shared.imaging import FileLimits
from shared.labeling import Recognizer
from shared.labeling.provider import Feature, PriceList, Provider, Tier, Wanted

TAKES = FileLimits(frozenset({"JPEG", "PNG"}), max_bytes=5_242_880, max_side=4_096)
"""Bytes from Amazon's page "Guidelines and quotas". Pixels: it takes 10,000 a side; what a phone takes goes
untouched, and more only costs time."""

MIN_SCORE = 0.55
"""Amazon's own default of MinConfidence, which is 55."""

KEY_ID, SECRET = "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"
ROLE = "REKOGNITION_ROLE_ARN"


class RekognitionSettings(Settings):
    """Amazon Rekognition.

    It asks with an access key, or as a role, which it assumes by the service account's Google identity;
    nothing is read from the variables or files that Amazon's tools share. `endpoint` stands for Amazon as a
    whole, the service that gives out roles included.
    """

    model_config = ConfigDict(alias_generator=lambda name: f"REKOGNITION_{name.upper()}")
    former: ClassVar[Mapping[str, str]] = {
        "REKOGNITION_IMAGE_PROPERTIES": "write RECOGNIZER_FEATURES=colors for true",
        "REKOGNITION_TIMEOUT": "write RECOGNIZER_TIMEOUT",
    }

    region: str = Field(pattern="^[a-z]{2}(-[a-z]+)+-[0-9]+$", description="an AWS region, such as eu-west-1")
    endpoint: str = Field("", description="http://HOST:PORT for a stand-in, empty for Amazon's own")
    access_key_id: SecretStr = Field(
        SecretStr(""),
        alias="AWS_ACCESS_KEY_ID",
        description="an access key's id, empty where a role is assumed",
    )
    secret_access_key: SecretStr = Field(
        SecretStr(""),
        alias="AWS_SECRET_ACCESS_KEY",
        description="that key's secret, empty where a role is assumed",
    )
    role_arn: str = Field(
        "",
        pattern="^(arn:aws[a-z-]*:iam::[0-9]{12}:role/.+)?$",
        description="arn:aws:iam::ACCOUNT:role/NAME to assume by the function's own Google identity,"
        " without any key; empty to use the access key",
    )

    @classmethod
    def read(cls, given: Mapping[str, str]) -> tuple[Self | None, list[Misconfigured]]:
        """See `Settings`: an access key or a role, not neither, both, or half a key."""
        settings, faults = super().read(given)
        key_id, secret, role = (name in given for name in (KEY_ID, SECRET, ROLE))
        if role and (key_id or secret):
            faults.append(Misconfigured(ROLE, f"there is an access key too; leave this or {KEY_ID} empty"))
        if not (key_id or role):
            advice = f"write an access key's id, or instead name a role to assume in {ROLE}"
            faults.append(Misconfigured(KEY_ID, advice))
        if key_id and not secret:
            faults.append(Misconfigured(SECRET, f"write the secret that belongs to {KEY_ID}"))
        return settings, faults

    @property
    def key(self) -> tuple[str, str]:
        """The access key's id and its secret."""
        return self.access_key_id.get_secret_value(), self.secret_access_key.get_secret_value()

    @property
    def blamed(self) -> str:
        """The setting to blame where Amazon lets it do nothing."""
        return ROLE if self.role_arn else KEY_ID


class RekognitionReason(FailureReason):
    """The reasons for which Rekognition gives no labels."""

    TIMEOUT = ("rekognition-timeout", "Amazon Rekognition did not answer in time.", WAIT)
    FAILED = ("rekognition-failed", "Amazon Rekognition failed.", WAIT)
    UNAVAILABLE = ("rekognition-unavailable", "Amazon Rekognition could not be reached.", WAIT)
    REFUSED = (
        "rekognition-refused",
        "Amazon Rekognition refused the picture for a reason that is not known here.",
        "read what Amazon says above; replay it if that has passed, or upload another picture",
    )
    NO_IDENTITY = (
        "google-identity-unavailable",
        "Google did not hand out the identity by which the role at Amazon is assumed.",
        WAIT,
    )


def create(settings: RekognitionSettings, wanted: Wanted) -> Recognizer:
    """Make the recognizer; nothing is imported from Amazon and nothing connected before the first picture."""
    from shared.imaging.opening import product_opener
    from shared.labeling.providers.rekognition.recognizer import Rekognition, connected

    lowest = wanted.least_score(MIN_SCORE)
    connect = partial(connected, settings, wanted.timeout)
    return Rekognition(connect, product_opener(), wanted, lowest)


PROVIDER = Provider(
    name="rekognition",
    title="Amazon Rekognition",
    settings=RekognitionSettings,
    library="boto3",
    recognizer=create,
    calls=1,
    takes=TAKES,
    features={
        "colors": Feature(
            "the dominant colors",
            # Amazon's prices fall with volume, which is left out.
            PriceList("Amazon Rekognition pricing, image properties, November 2026", (Tier(None, 0.75),)),
        )
    },
    prices=PriceList("Amazon Rekognition pricing, labels, November 2026", (Tier(None, 1.00),)),
    reasons=RekognitionReason,
    tells="labels with their parents and boxes; by a feature colors",
    verified="Amazon's client against a server of ours, moto and botocore's stubber; not the live service",
    example={"REKOGNITION_REGION": "eu-west-1", ROLE: "arn:aws:iam::123456789012:role/any"},
)
