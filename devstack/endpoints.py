"""The addresses of a running stack, and the variables that the functions get."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from devstack.environment import MODEL
from devstack.standins import stand_ins
from devstack.topology import PARKED, PICTURES, subscription_path, topic_path
from shared import wiring
from shared.catalog.likeness import Likeness
from shared.labeling.registry import DEFAULT_RECOGNIZER, RECOGNIZERS
from shared.settings.labeling import LabelingSettings


def recognizer_variables(recognizer: str, env: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The variables that are set for a recognizer; none where a stand-in answers, which knows its own."""
    if recognizer in stand_ins():
        return {}
    names = RECOGNIZERS[recognizer].settings.variables()
    return {name: env[name] for name in names if env.get(name, "").strip()}


def encoder_variables() -> dict[str, str]:
    """The variables that give both functions their default encoder."""
    return {"ENCODER": "embedded", "EMBEDDED_MODEL": str(MODEL)}


def likeness(env: Mapping[str, str]) -> Likeness:
    """The search for what looks alike in functions with these variables; raises `Misconfigured`."""
    settings = LabelingSettings.from_env(env)
    return wiring.likeness(settings, wiring.chosen_encoder(settings))


@dataclass(frozen=True, slots=True)
class AlgoliaKeys:
    """API keys of the local Algolia; `enrich` may add objects and search, in one index only.

    `search` sees that index and its replicas.
    """

    admin: str = "local-admin-key"
    enrich: str = "local-enrich-key"
    search: str = "local-search-key"


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Addresses and names; an address is empty while its part does not run.

    `*_url` start with http://, `pubsub_host` is HOST:PORT, as are the ports of the `recognizer`'s stand-in in
    `recognizer_hosts`, of which there are none where the functions need none.
    """

    project: str = "local-project"
    bucket: str = "product-pictures"
    label_bucket: str = "labels"
    app_id: str = "LOCALAPP"
    index: str = "products"
    recognizer: str = DEFAULT_RECOGNIZER
    keys: AlgoliaKeys = AlgoliaKeys()
    pubsub_host: str = ""
    storage_url: str = ""
    recognizer_hosts: tuple[str, ...] = ()
    algolia_url: str = ""
    enrich_url: str = ""
    search_url: str = ""

    @property
    def recognizer_url(self) -> str:
        """The address of the switches of the recognizer's stand-in."""
        return f"http://{self.recognizer_hosts[-1]}" if self.recognizer_hosts else ""

    def enrich_env(self) -> dict[str, str]:
        """Return the variables of the enrich function."""
        return {
            **self._shared_env(self.keys.enrich),
            "GOOGLE_CLOUD_PROJECT": self.project,
            "LABEL_BUCKET": self.label_bucket,
            "IMAGE_URL_TEMPLATE": f"{self.storage_url}/<bucket>/<name>",
            "PARKED_TOPIC": topic_path(self.project, PARKED),
            "PICTURE_BUCKET": self.bucket,
            "PICTURE_TOPIC": topic_path(self.project, PICTURES),
            # Google's clients read these two themselves.
            "PUBSUB_EMULATOR_HOST": self.pubsub_host,
            "STORAGE_EMULATOR_HOST": self.storage_url,
        }

    def operator_env(self) -> dict[str, str]:
        """Return the variables of the operator's command line."""
        return {
            **self.enrich_env(),
            "ALGOLIA_API_KEY": self.keys.admin,
            "PARKED_SUBSCRIPTION": subscription_path(self.project, PARKED),
        }

    def search_env(self, cors_origins: str = "") -> dict[str, str]:
        """Return the variables of the search function; `cors_origins` is comma-separated.

        Everybody comes from one address here and no platform stands in front, so clients are not limited; nor
        is the recognizer, which costs nothing.
        """
        unlimited = {"CLIENT_CONCURRENCY": "0", "CLIENT_RATE": "0", "TOTAL_RATE": "0", "FORWARDED_HOPS": "0"}
        free = {"DAILY_RECOGNIZER_BUDGET": "0"}
        return {**self._shared_env(self.keys.search), **unlimited, **free, "CORS_ORIGINS": cors_origins}

    def _shared_env(self, key: str) -> dict[str, str]:
        return {
            "ALGOLIA_API_KEY": key,
            "ALGOLIA_APP_ID": self.app_id,
            "ALGOLIA_HOSTS": self.algolia_url,
            "ALGOLIA_INDEX": self.index,
            "RECOGNIZER": self.recognizer,
            "ENCODER": "none",
            **(
                stand_in.variables(self.recognizer_hosts)
                if (stand_in := stand_ins().get(self.recognizer))
                else {}
            ),
        }
