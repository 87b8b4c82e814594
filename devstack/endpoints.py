"""Where everything of a running stack is, and what the functions are told about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from devstack.topology import PARKED, PICTURES, subscription_path, topic_path


@dataclass(frozen=True, slots=True)
class AlgoliaKeys:
    """API keys of the local Algolia; `enrich` may add objects and search, in one index only.

    `search` sees that index and its replicas.
    """

    admin: str = "local-admin-key"
    enrich: str = "local-enrich-key"
    search: str = "local-search-key"


Recogniser = Literal["google-vision", "rekognition", "visenze"]
"""Whose stand-in runs as the part `vision`, by its `LABELER`."""

RECOGNISER_KEYS = ("local-recogniser-id", "local-recogniser-secret")
"""What the stand-ins of Amazon and ViSenze want to be shown."""


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Addresses and names; an address is empty while its part does not run.

    `*_url` and `vision_rest` start with http://, `pubsub_host` and `vision_grpc` are HOST:PORT. Of other
    recognisers than Google's there is only `vision_rest`.
    """

    project: str = "local-project"
    bucket: str = "product-pictures"
    label_bucket: str = "labels"
    app_id: str = "LOCALAPP"
    index: str = "products"
    recogniser: Recogniser = "google-vision"
    keys: AlgoliaKeys = AlgoliaKeys()
    pubsub_host: str = ""
    storage_url: str = ""
    vision_grpc: str = ""
    vision_rest: str = ""
    algolia_url: str = ""
    enrich_url: str = ""
    search_url: str = ""

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

        Everybody comes from one address here and no platform stands in front, so clients are not limited.
        """
        unlimited = {"CLIENT_RATE": "0", "TOTAL_RATE": "0", "FORWARDED_HOPS": "0"}
        return {**self._shared_env(self.keys.search), **unlimited, "CORS_ORIGINS": cors_origins}

    def _shared_env(self, key: str) -> dict[str, str]:
        return {
            "ALGOLIA_API_KEY": key,
            "ALGOLIA_APP_ID": self.app_id,
            "ALGOLIA_HOSTS": self.algolia_url,
            "ALGOLIA_INDEX": self.index,
            "LABELER": self.recogniser,
            "ENCODER": "none",
            **self._recogniser_env(),
        }

    def _recogniser_env(self) -> dict[str, str]:
        key, secret = RECOGNISER_KEYS
        if self.recogniser == "rekognition":
            return {
                "AWS_ACCESS_KEY_ID": key,
                "AWS_SECRET_ACCESS_KEY": secret,
                "REKOGNITION_ENDPOINT": self.vision_rest,
                "REKOGNITION_REGION": "eu-west-1",
            }
        if self.recogniser == "visenze":
            return {
                "VISENZE_ACCESS_KEY": key,
                "VISENZE_HOST": self.vision_rest,
                "VISENZE_SECRET_KEY": secret,
                "VISENZE_TAG_GROUP": "local",
            }
        return {"VISION_ENDPOINT": f"grpc://{self.vision_grpc}"}
