"""The environment, read once into frozen values; the only module that looks at it.

Field names in upper case are the variables' names; `description` says what to write and is what an operator
reads when the value is missing or wrong.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    SecretStr,
    ValidationError,
    model_validator,
)

from shared.errors import Misconfigured
from shared.model import Mode


def _split(value: object) -> object:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


CommaSeparated = Annotated[tuple[str, ...], BeforeValidator(_split)]


class Settings(BaseModel):
    """Base of every group of variables; an empty variable counts as unset, unknown ones are not ours."""

    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        alias_generator=str.upper,
        str_strip_whitespace=True,
        hide_input_in_errors=True,
    )

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> Self:
        """Read and validate; raises `Misconfigured` that names the first wrong variable and what to write."""
        try:
            return cls.model_validate({name: value for name, value in env.items() if value.strip()})
        except ValidationError as error:
            raise cls._explained(error) from None

    @classmethod
    def _explained(cls, error: ValidationError) -> Misconfigured:
        fault = error.errors(include_input=False)[0]
        variable = str(fault["loc"][0]) if fault["loc"] else cls.__name__
        wanted = {(field.alias or name): field for name, field in cls.model_fields.items()}.get(variable)
        problem = "is not set" if fault["type"] == "missing" else fault["msg"].removeprefix("Value error, ")
        return Misconfigured(
            variable, f"{problem}; write {wanted.description if wanted else 'a valid value'}"
        )


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
    timeout: float = Field(10.0, gt=0, le=60, description="seconds one call may take, above 0 and up to 60")


class EmbeddedSettings(Settings):
    """The local model, `LABELER=embedded`."""

    model_config = ConfigDict(alias_generator=lambda name: f"EMBEDDED_{name.upper()}")

    model_path: str = Field(
        alias="EMBEDDED_MODEL", description="the path of the ONNX file that `make setup` builds"
    )


RECOGNISERS: Mapping[str, type[Settings]] = {
    "google-vision": GoogleVisionSettings,
    "embedded": EmbeddedSettings,
}


def _revealed(value: object) -> object:
    return value.get_secret_value() if isinstance(value, SecretStr) else value


class LabelingSettings(Settings):
    """Which recogniser, and which of its labels count; both functions must agree on them."""

    labeler: str = Field(
        "google-vision",
        pattern=f"^({'|'.join(RECOGNISERS)})$",
        description=f"one of: {', '.join(RECOGNISERS)}",
    )
    label_min_score: float | None = Field(
        None, ge=0, le=1, description="the lowest confidence kept, 0 to 1, empty for the recogniser's own"
    )
    max_labels: int = Field(10, ge=1, le=50, description="how many labels of a picture to keep, 1 to 50")

    _recogniser: Settings = PrivateAttr()

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> Self:
        """Read these and the chosen recogniser's own variables; raises `Misconfigured`."""
        settings = super().from_env(env)
        settings._recogniser = RECOGNISERS[settings.labeler].from_env(env)  # noqa: SLF001 it is our own class
        return settings

    def recogniser_options(self) -> dict[str, Any]:
        """The chosen recogniser's settings as keyword arguments of its factory."""
        own = {name: _revealed(value) for name, value in self._recogniser}
        return {**own, "min_score": self.label_min_score, "max_labels": self.max_labels}


_APP_ID = "the application's id, from Algolia's dashboard under API keys"
_PROJECT = "the project's id, for the trace in log lines"
_HOSTS = "comma-separated addresses to use instead of Algolia's own, such as http://127.0.0.1:7700"


class AlgoliaSettings(Settings):
    """The catalogue's index."""

    algolia_app_id: str = Field(description=_APP_ID)
    algolia_api_key: SecretStr = Field(
        description="an API key for this index: addObject and search for enrich, only search for search"
    )
    algolia_index: str = Field(description="the name of the index that holds the products")
    algolia_hosts: CommaSeparated = Field((), description=_HOSTS)


class EnrichSettings(LabelingSettings, AlgoliaSettings):
    """What the enrich function needs."""

    picture_bucket: str = Field(description="the name of the bucket that holds the product pictures")
    object_pattern: CommaSeparated = Field(
        ("products/<objectID>/<file>", "products/<objectID>.<ext>"),
        description="comma-separated patterns of object names, such as products/<objectID>/<file>",
    )
    image_url_template: str = Field(
        "https://storage.googleapis.com/<bucket>/<name>",
        pattern="<name>",
        description="the address of a picture, such as https://cdn.example/<name>",
    )
    label_bucket: str = Field(
        description="the name of the bucket that remembers labels, not the pictures' own"
    )
    label_lease: float = Field(
        60.0,
        gt=0,
        le=600,
        description="seconds after which a picture is asked about again if nobody answered",
    )
    create_missing_records: bool = Field(
        default=False, description="true to create records the index lacks, false to wait for them"
    )
    google_cloud_project: str = Field("", description=_PROJECT)
    parked_topic: str = Field(
        pattern="^projects/[^/]+/topics/[^/]+$",
        description="the Pub/Sub topic for events that cannot succeed, as projects/PROJECT/topics/TOPIC",
    )
    max_event_age: float = Field(
        86_400.0, gt=0, le=604_800, description="seconds after which an event is parked instead of retried"
    )


class SearchSettings(LabelingSettings):
    """What the search function needs; without an Algolia key it only says what to search for."""

    algolia_app_id: str = Field(
        "", description="the application's id, from Algolia's dashboard under API keys"
    )
    algolia_api_key: SecretStr = Field(
        SecretStr(""),
        description="an API key that may search this index, empty where the storefront searches itself",
    )
    algolia_index: str = Field("", description="the name of the index that holds the products")
    algolia_hosts: CommaSeparated = Field((), description=_HOSTS)
    search_mode: Mode = Field(
        "boost", description="boost to prefer products that share labels, strict to leave out the others"
    )
    match_min_share: float = Field(
        0.0, ge=0, le=1, description="the share of a picture's points that makes a visual match, 0 to 1"
    )
    label_counts_max_age: float = Field(
        900.0, ge=1, le=86_400, description="seconds for which the counts of labels in the index are kept"
    )
    recent_photos: int = Field(
        1_000, ge=1, le=100_000, description="how many photos' labels an instance remembers"
    )
    recent_max_age: float = Field(
        600.0, gt=0, le=86_400, description="seconds for which the labels of a photo are remembered"
    )
    cors_origins: CommaSeparated = Field(
        (), description="comma-separated origins allowed to call, such as https://shop.example"
    )
    max_picture_bytes: int = Field(
        15_000_000,
        ge=1_000,
        le=20_000_000,
        description="the largest photo accepted, in bytes, up to 20000000",
    )
    max_picture_pixels: int = Field(
        50_000_000, ge=1_000, le=75_000_000, description="the most pixels accepted, up to 75000000"
    )
    picture_url_hosts: CommaSeparated = Field(
        (),
        description="comma-separated hosts that pictures may be fetched from, such as cdn.shop.example or"
        " *.shop.example, empty to fetch none",
    )
    client_rate: float = Field(
        30.0, ge=0, le=60_000, description="searches a client may make a minute, 0 for no limit"
    )
    client_burst: int = Field(10, ge=1, le=10_000, description="searches a client may make at once")
    total_rate: float = Field(
        1_200.0, ge=0, le=600_000, description="searches an instance takes a minute, 0 for no limit"
    )
    total_burst: int = Field(100, ge=1, le=100_000, description="searches an instance takes at once")
    max_concurrent_searches: int = Field(
        64, ge=1, le=1_000, description="searches at work in an instance, the others are asked to come again"
    )
    forwarded_hops: int = Field(
        1,
        ge=0,
        le=5,
        description="which entry of X-Forwarded-For, from the right, the platform writes: 1 on Cloud Run, 2"
        " behind a load balancer, 0 to ignore the header",
    )
    google_cloud_project: str = Field("", description=_PROJECT)
    search_timeout: float = Field(
        30.0, gt=0, le=3_600, description="seconds after which the platform ends a request of the function"
    )

    @model_validator(mode="after")
    def _whole(self) -> Self:
        given = {
            "ALGOLIA_APP_ID": bool(self.algolia_app_id),
            "ALGOLIA_API_KEY": bool(self.algolia_api_key.get_secret_value()),
            "ALGOLIA_INDEX": bool(self.algolia_index),
        }
        missing = [name for name, there in given.items() if not there]
        if missing and len(missing) < len(given):
            raise Misconfigured(
                missing[0], "is not set, but other Algolia settings are; write all three, or none of them"
            )
        return self

    @property
    def searches_itself(self) -> bool:
        """Whether there is an index to search."""
        return bool(self.algolia_index)
