"""The settings of the functions: the environment, read once into frozen values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import ClassVar, Self

from pydantic import Field

from shared.attribute_names import AttributeNames
from shared.environment import CommaSeparated, separated
from shared.errors import Misconfigured
from shared.pictures import Naming
from shared.settings.algolia import AlgoliaSettings
from shared.settings.labeling import LabelingSettings
from shared.settings.search import SearchSettings

__all__ = ["AlgoliaSettings", "EnrichSettings", "IndexSettings", "RecordSettings", "SearchSettings"]


class IndexSettings(LabelingSettings, AlgoliaSettings):
    """An index, and what is put into its records."""

    colors: bool = Field(
        default=False,
        description="true to name each product's main colors in its record, for a facet; nothing is ranked by"
        " them",
    )


class RecordSettings(IndexSettings):
    """The settings that decide about the records of an index."""

    image_url_template: str = Field(
        "",
        pattern="^$|<name>",
        description="the address at which everybody can see a picture, such as https://cdn.example/<name>,"
        " empty to write no imageURL",
    )
    take_over_attributes: bool = Field(
        default=False,
        description="true to write over labels and imageURL that have the shape of Algolia's guide, though"
        " somebody else wrote them, false to park the event",
    )
    max_record_bytes: int = Field(
        10_000,
        ge=1_000,
        le=1_000_000,
        description="the largest record that the Algolia plan allows, in bytes, 1000 to 1000000",
    )

    @property
    def names(self) -> AttributeNames:
        """The names of our attributes of a record; without a template, imageURL is left alone."""
        return super().names if self.image_url_template else replace(super().names, image_url="")

    @property
    def why_no_address(self) -> str:
        """The reason for which records get no address of a picture; empty where they do."""
        if self.names.image_url:
            return ""
        if not super().names.image_url:
            return "ATTRIBUTE_NAMES leaves imageURL to the shop"
        return (
            "IMAGE_URL_TEMPLATE is not set: a private bucket's own addresses answer 403 to browsers; write"
            " the address at which everybody can see a picture, such as https://cdn.example/<name>"
        )


class EnrichSettings(RecordSettings):
    """The enrich function's settings."""

    former: ClassVar[Mapping[str, str]] = {"LABEL_LEASE": "it follows from RECOGNIZER_TIMEOUT; remove it"}

    picture_bucket: str = Field(description="the name of the bucket that holds the product pictures")
    object_pattern: CommaSeparated = Field(
        ("products/<objectID>/<file>", "products/<objectID>.<ext>"),
        description="comma-separated patterns of object names, such as products/<objectID>/<file>",
    )
    label_bucket: str = Field(
        description="the name of the bucket that remembers labels, not the pictures' own"
    )
    create_missing_records: bool = Field(
        default=False, description="true to create records the index lacks, false to wait for them"
    )
    parked_topic: str = Field(
        pattern="^projects/[^/]+/topics/[^/]+$",
        description="the Pub/Sub topic for events that cannot succeed, as projects/PROJECT/topics/TOPIC",
    )
    picture_topic: str = Field(
        "",
        pattern="^(projects/[^/]+/topics/[^/]+)?$",
        description="the Pub/Sub topic that Cloud Storage notifies, as projects/PROJECT/topics/TOPIC, where"
        " products that waited for their records are asked for; empty to deliver their events again instead",
    )
    max_event_age: float = Field(
        43_200.0,
        gt=0,
        le=604_800,
        description="seconds after which an event is parked instead of tried again, counted from its first"
        " attempt in an instance; below the time that the deliveries of an event take",
    )

    @classmethod
    def read(cls, given: Mapping[str, str]) -> tuple[Self | None, list[Misconfigured]]:
        """See `Settings`: patterns are judged whatever else is wrong."""
        settings, faults = super().read(given)
        patterns = separated(given.get("OBJECT_PATTERN", ""))
        return settings, faults + Misconfigured.found_by(lambda: Naming(patterns))

    @property
    def label_lease(self) -> float:
        """Seconds after which a picture is asked about again if nobody answered.

        Pictures are read for a third of it; what was begun then, two calls at most, ends within the second.
        """
        return 6 * self.recognizer_timeout

    def contradictions(self) -> Iterator[Misconfigured]:
        """See `Settings`."""
        yield from super().contradictions()
        if self.label_bucket == self.picture_bucket:
            advice = "is the bucket of the pictures; write the name of one of its own for the labels"
            yield Misconfigured("LABEL_BUCKET", advice)
