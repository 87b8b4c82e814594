"""What each recogniser has to be told, by its name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import ConfigDict, Field, SecretStr

from shared.settings.base import Settings

SECONDS = "seconds one call may take, above 0 and up to 60"

BUNDLED_MODEL = Path(__file__).parents[1] / "labeling" / "providers" / "embedded" / "model.onnx"
"""Where a function's bundle has the embedded model."""


class GoogleVisionSettings(Settings):
    """Google Cloud Vision, `LABELER=google-vision`."""

    model_config = ConfigDict(alias_generator=lambda name: f"VISION_{name.upper()}")

    endpoint: str = Field(
        "",
        description="https://HOST, for a stand-in grpc://HOST:PORT or http://HOST:PORT, empty for Google's",
    )
    region: str = Field("", pattern="^(eu|us)?$", description="eu or us, empty to let Google choose")
    api_key: SecretStr = Field(
        SecretStr(""), description="an API key, empty for the service account's own rights"
    )
    project: str = Field(
        "", alias="GOOGLE_CLOUD_PROJECT", description="the project's id, which a region wants to know"
    )
    timeout: float = Field(10.0, gt=0, le=60, description=SECONDS)
    objects: Literal["", "boxes", "largest"] = Field(
        "",
        description="boxes to name objects and say where they are, largest to label only the largest product"
        " (a second call for each picture), empty for neither",
    )
    logos: bool = Field(default=False, description="true to name brands by their logos")
    text: bool = Field(default=False, description="true to add the words that are written in the picture")
    colours: bool = Field(default=False, description="true to add the names of the dominant colours")
    safe_search: Literal["", "possible", "likely", "very-likely"] = Field(
        "",
        description="from which likelihood on a picture counts as adult, violent or racy and is refused:"
        " possible, likely or very-likely, empty to refuse none",
    )


class EmbeddedEncoderSettings(Settings):
    """The local model, `ENCODER=embedded`."""

    model_config = ConfigDict(alias_generator=lambda name: f"EMBEDDED_{name.upper()}")

    model_path: str = Field(
        str(BUNDLED_MODEL),
        alias="EMBEDDED_MODEL",
        description="the path of the ONNX file that `make setup` builds, empty for the bundle's own",
    )


class EmbeddedSettings(EmbeddedEncoderSettings):
    """The local model, `LABELER=embedded`."""

    head: str = Field("", description="the path of the file that `tools teach` writes, empty for none")


class RekognitionSettings(Settings):
    """Amazon Rekognition, `LABELER=rekognition`."""

    model_config = ConfigDict(alias_generator=lambda name: f"REKOGNITION_{name.upper()}")

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
    image_properties: bool = Field(
        default=False, description="true to add the dominant colours, which costs extra"
    )
    timeout: float = Field(10.0, gt=0, le=60, description=SECONDS)


class VisenzeSettings(Settings):
    """ViSenze's Recognition API, `LABELER=visenze`."""

    model_config = ConfigDict(alias_generator=lambda name: f"VISENZE_{name.upper()}")

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
    path: str = Field("/v1/image/recognize", pattern="^/", description="the path of the service, from / on")
    objects: Literal["merge", "largest"] = Field(
        "merge", description="merge the labels of all objects in a picture, or take the largest object's only"
    )
    timeout: float = Field(10.0, gt=0, le=60, description=SECONDS)


RECOGNISERS: Mapping[str, type[Settings]] = {
    "google-vision": GoogleVisionSettings,
    "rekognition": RekognitionSettings,
    "visenze": VisenzeSettings,
    "embedded": EmbeddedSettings,
}
