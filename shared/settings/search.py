"""The settings of search: the environment, read once into frozen values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar, Self

from pydantic import Field

from shared.catalog.filters import FilterRules, parsed
from shared.environment import CommaSeparated, separated
from shared.errors import Misconfigured
from shared.model import Mode
from shared.settings.algolia import AlgoliaSettings
from shared.settings.labeling import LabelingSettings
from shared.verdict import Steps, VerdictStep


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
        """See `Settings`: filters and hosts are judged whatever else is wrong."""
        settings, faults = super().read(given)
        try:
            parsed(given.get("ALWAYS_FILTERS", ""))
        except ValueError as error:
            faults.append(Misconfigured("ALWAYS_FILTERS", str(error)))
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

    @property
    def filter_rules(self) -> FilterRules:
        """The rules for the filters of shoppers."""
        return FilterRules(self.always_filters, self.filterable_attributes)

    @property
    def total_burst(self) -> int:
        """Searches an instance takes at once: those of five seconds."""
        return max(1, round(self.total_rate / 12))
