"""The settings of the functions: the environment, read once into frozen values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import ClassVar, Self

from pydantic import Field, SecretStr

from shared.attribute_names import AttributeNames
from shared.catalog.filters import FilterRules, parsed
from shared.environment import CommaSeparated, Settings, separated, unique
from shared.errors import Misconfigured
from shared.model import Mode
from shared.pictures import Naming
from shared.settings.labeling import LabelingSettings
from shared.verdict import Steps, VerdictStep


class AlgoliaSettings(Settings):
    """The catalog's index."""

    algolia_app_id: str = Field(
        "", description="the application's id, from Algolia's dashboard under API keys"
    )
    algolia_api_key: SecretStr = Field(
        SecretStr(""),
        description="an API key for this index: addObject and search for enrich, only search for search,"
        " empty there where the storefront searches itself",
    )
    algolia_index: str = Field("", description="the name of the index that holds the products")
    algolia_hosts: CommaSeparated = Field(
        (),
        description="comma-separated addresses to use instead of Algolia's own, such as http://127.0.0.1:7700",
    )

    needs_index: ClassVar[bool] = True
    """True if nothing can be done without an index."""

    @property
    def searches_itself(self) -> bool:
        """True if there is an index to search."""
        return bool(self.algolia_index)

    @classmethod
    def read(cls, given: Mapping[str, str]) -> tuple[Self | None, list[Misconfigured]]:
        """See `Settings`: all that says where the index is, or nothing of it."""
        settings, faults = super().read(given)
        wanted = ("ALGOLIA_APP_ID", "ALGOLIA_API_KEY", "ALGOLIA_INDEX")
        if cls.needs_index or any(name in given for name in wanted):
            missing = [cls._explained(name, "is not set") for name in wanted if name not in given]
            faults = unique([*missing, *faults])
        return settings, faults


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


class SearchSettings(LabelingSettings, AlgoliaSettings):
    """The search function's settings; without an Algolia key it only says what to search for."""

    needs_index = False
    former: ClassVar[Mapping[str, str]] = {
        "LABEL_COUNTS_MAX_AGE": "remove it",
        "MATCH_MIN_CLOSENESS": "write SIMILAR_CLOSENESS",
        "MATCH_MIN_SHARE": "write SIMILAR_SHARE",
        "RECENT_MAX_AGE": "remove it",
        "RECENT_PHOTOS": "remove it",
        "SEARCH_TIMEOUT": "it follows from RECOGNIZER_TIMEOUT; remove it",
        "TOTAL_BURST": "it follows from TOTAL_RATE; remove it",
    }

    search_mode: Mode = Field(
        "boost", description="boost to prefer products that share labels, strict to leave out the others"
    )
    similar_closeness: float = Field(
        0.2,
        ge=-1,
        le=1,
        description="the closeness from which a product with a code is called similar, -1 to 1; see `tools"
        " calibrate`",
    )
    similar_share: float = Field(
        0.0,
        ge=0,
        le=1,
        description="the share of a picture's points from which a product without a code is called similar,"
        " 0 to 1",
    )
    very_similar_closeness: float = Field(
        0.85,
        ge=-1,
        le=1,
        description="the closeness from which it is called very similar, not less than SIMILAR_CLOSENESS",
    )
    very_similar_share: float = Field(
        1.0,
        ge=0,
        le=1,
        description="the share from which it is called very similar, not less than SIMILAR_SHARE",
    )
    max_filters: int = Field(
        128, ge=10, le=128, description="filters of a query, 28 where Algolia takes no more, 10 to 128"
    )
    cors_origins: CommaSeparated = Field(
        (),
        description="comma-separated origins of the pages that may call, such as https://shop.example; other"
        " pages are refused",
    )
    require_origin: bool = Field(
        default=False,
        description="true to refuse requests without the header Origin, which apps and servers don't send",
    )
    max_picture_bytes: int = Field(
        15_000_000,
        ge=1_000,
        le=20_000_000,
        description="the largest photo accepted, in bytes, up to 20000000",
    )
    picture_url_hosts: CommaSeparated = Field(
        (),
        description="comma-separated hosts that pictures may be fetched from, such as cdn.shop.example or"
        " *.shop.example, empty to fetch none",
    )
    always_filters: str = Field(
        "",
        description="filters of Algolia that apply to every search, such as visible:true, empty for none",
    )
    filterable_attributes: CommaSeparated = Field(
        (),
        description="comma-separated attributes that shoppers may filter on, prefer and count, empty for all"
        " that the index has for faceting",
    )
    client_rate: float = Field(
        30.0, ge=0, le=60_000, description="searches a client may make a minute, 0 for no limit"
    )
    client_burst: int = Field(10, ge=1, le=10_000, description="searches a client may make at once")
    total_rate: float = Field(
        1_200.0, ge=0, le=600_000, description="searches an instance takes a minute, 0 for no limit"
    )
    max_concurrent_searches: int = Field(
        8,
        ge=1,
        le=250,
        description="searches at work in an instance, which needs three to four threads for each",
    )
    client_concurrency: int = Field(
        4, ge=0, le=1_000, description="requests of a client at a time in an instance, 0 for no limit"
    )
    daily_recognizer_budget: int = Field(
        10_000,
        ge=0,
        le=100_000_000,
        description="photos that the recognizer is asked about in a day (UTC), 0 for no limit; beyond that,"
        " searches go without labels",
    )
    label_bucket: str = Field(
        "",
        description="the name of the bucket of labels, where all instances count these photos, empty for"
        " each its own",
    )
    forwarded_hops: int = Field(
        1,
        ge=0,
        le=5,
        description="which entry of X-Forwarded-For, from the right, the platform writes: 1 on Cloud Run, 2"
        " behind a load balancer, 0 to ignore the header",
    )

    def steps(self, points: int) -> Steps:
        """The steps of a picture that asks for so many points."""
        return Steps(
            VerdictStep.of(self.similar_share, self.similar_closeness, points),
            VerdictStep.of(self.very_similar_share, self.very_similar_closeness, points),
        )

    @classmethod
    def read(cls, given: Mapping[str, str]) -> tuple[Self | None, list[Misconfigured]]:
        """See `Settings`: hosts are judged whatever else is wrong."""
        settings, faults = super().read(given)
        if hosts := separated(given.get("PICTURE_URL_HOSTS", "")):
            # What reads them is in the bundle of search alone.
            from shared.pictures.addresses import AllowedHosts  # noqa: PLC0415

            faults += Misconfigured.found_by(lambda: AllowedHosts(hosts))
        return settings, faults

    def contradictions(self) -> Iterator[Misconfigured]:
        """See `Settings`."""
        yield from super().contradictions()
        for measure in ("closeness", "share"):
            lower, upper = getattr(self, f"similar_{measure}"), getattr(self, f"very_similar_{measure}")
            if upper < lower:
                advice = f"is less than SIMILAR_{measure.upper()}; write at least {lower:g}"
                yield Misconfigured(f"VERY_SIMILAR_{measure.upper()}", advice)
        try:
            parsed(self.always_filters)
        except ValueError as error:
            yield Misconfigured("ALWAYS_FILTERS", str(error))

    @property
    def filter_rules(self) -> FilterRules:
        """The rules for the filters of shoppers."""
        return FilterRules(self.always_filters, self.filterable_attributes)

    @property
    def total_burst(self) -> int:
        """Searches an instance takes at once: those of five seconds."""
        return max(1, round(self.total_rate / 12))
