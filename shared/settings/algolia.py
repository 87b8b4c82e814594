"""The settings that say where the catalog's index is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Self

from pydantic import Field, SecretStr

from shared.environment import CommaSeparated, Settings, unique
from shared.errors import Misconfigured


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
