"""What each deployment is given: two have every variable between them, with values of their own for each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

NAME, REGION, PROJECT = "visual-search", "europe-west1", "my-shop-421317"
"""The module's default of a name, that of the examples of a region, and the project of every example."""
DIGEST = "0a1b2c3d4e5f"
EVERYTHING = "everything"
OWN_MODELS = "own-models"
_OTHER = {"name": "shop-lens", "region": "us-central1", "project_id": "lens-428816"}
_SHA = f"sha256:{'0a1b2c3d' * 8}"
_KEYS = {
    f"{account}_key": {"secret": f"algolia-{account}-key", "version": version}
    for account, version in (("enrich", "3"), ("search", "2"), ("backfill", "1"))
}
_OF_EXAMPLES: Mapping[str, Any] = {
    "project_id": PROJECT,
    "region": REGION,
    "backfill_image": f"europe-docker.pkg.dev/{PROJECT}/tools/backfill@{_SHA}",
    "channels": [f"projects/{PROJECT}/notificationChannels/123"],
}
_EVERYTHING: Mapping[str, Any] = {
    **_OTHER,
    "labels": {"team": "lens", "cost-center": "c17"},
    "label_bucket": "lens-answers",
    "pictures": {
        "bucket": "lens-photos",
        "location": "ASIA",
        "versioning": True,
        "public": True,
        "prefix": "products/",
        "object_pattern": ["products/<objectID>/<file>"],
        "image_url_template": "https://cdn.shop.example/<name>",
    },
    "algolia": {"app_id": "APPID", "index": "products", **_KEYS},
    "record": {
        "attribute_names": {"labels": "imageLabels", "imageURL": ""},
        "colors": True,
        "take_over": False,
        "max_bytes": 100_000,
    },
    "recognizer": {
        "name": "google-vision",
        "min_score": 0.55,
        "max_labels": 11,
        "features": ["boxes", "logos", "text", "colors"],
        "timeout": 13,
        "quota_per_minute": 2400,
        "quota_id": "pictures-each-minute",
        "settings": {"VISION_REGION": "eu", "VISION_SAFE_SEARCH": "likely"},
        "secrets": {"VISION_API_KEY": {"secret": "vision-key", "version": "4"}},
    },
    "encoder": {
        "name": "embedded",
        "projection": "files/projection.json",
        "strategies": ["labels", "words", "code"],
        "settings": {"EMBEDDED_COLOR_WEIGHT": "0.15"},
    },
    "enrich": {
        "memory": "2Gi",
        "cpu": 2,
        "concurrency": 5,
        "max_instances": 7,
        "timeout": 240,
        "attempts": 60,
        "reconcile_schedule": "*/3 * * * *",
        "create_missing_records": True,
    },
    "search": {
        "memory": "8Gi",
        "cpu": 8,
        "concurrency": 14,
        "min_instances": 1,
        "max_instances": 6,
        "client_burst": 19,
        "client_concurrency": 21,
        "client_rate": 20,
        "forwarded_hops": 3,
        "daily_recognizer_budget": 50_000,
        "require_origin": True,
        "always_filters": "visible:true",
        "filterable_attributes": ["brand", "price"],
        "max_concurrent_searches": 4,
        "max_filters": 28,
        "max_picture_bytes": 10_000_000,
        "mode": "strict",
        "similar_closeness": 0.31,
        "similar_share": 0.12,
        "very_similar_closeness": 0.91,
        "very_similar_share": 0.52,
        "total_rate": 23,
        "cors_origins": ["https://shop.example"],
        "picture_url_hosts": ["cdn.lens.example"],
        "ingress": "ALLOW_INTERNAL_ONLY",
        "invokers": ["serviceAccount:shop@storefront-10.iam.gserviceaccount.com"],
    },
    "network": {"connector": "projects/lens-net-3/connectors/out", "egress": "ALL_TRAFFIC"},
    "build_pool": "projects/lens-ci-5/locations/us-east1/workerPools/builds",
    "event_regions": ["us-east4", "us-east5"],
    "keep_images": 17,
    "alerts": {
        "channels": ["projects/lens-watch-8/notificationChannels/456"],
        "parked_per_hour": 9,
        "enrich_error_ratio": 0.41,
        "search_error_ratio": 0.04,
        "degraded_ratio": 0.32,
        "least_calls": 12,
        "oldest_event": 1860,
        "search_latency": 2.5,
    },
    "budget": {
        "billing_account": "012345-6789AB-CDEF01",
        "amount": 300,
        "currency": "CHF",
        "shares": [0.45, 1.5],
    },
    "backfill": {
        "image": f"us-docker.pkg.dev/lens-tools-6/tools/job@{_SHA}",
        "schedule": "15 2 * * *",
        "time_zone": "Europe/Paris",
        "rate": 16,
        "timeout": 7200,
        "memory": "3Gi",
    },
}
_OWN_MODELS: Mapping[str, Any] = {
    **{name: value for name, value in _EVERYTHING.items() if name != "recognizer"},
    "bundles": {"recognizer": "embedded", "encoder": "onnx"},
    "pictures": {
        "bucket": "shop-media",
        "create": False,
        "project": "shop-media-317004",
        "object_pattern": ["<objectID>.jpg"],
        "image_url_template": "https://media.shop.example/<name>",
    },
    "record": {**_EVERYTHING["record"], "colors": False, "take_over": True},
    "recognizer": {
        "min_score": 0.55,
        "max_labels": 11,
        "timeout": 13,
        "settings": {"EMBEDDED_HEAD": "files/head.json", "EMBEDDED_COLOR_WEIGHT": "0.1"},
    },
    "encoder": {**_EVERYTHING["encoder"], "name": None, "settings": {"ONNX_MODEL": "files/own.onnx"}},
    "search": {**_EVERYTHING["search"], "public": True, "ingress": "ALLOW_INTERNAL_AND_GCLB"},
    "service_accounts": {
        task: f"lens-{task}@lens-accounts-7.iam.gserviceaccount.com"
        for task in ("enrich", "search", "delivery", "build", "backfill")
    },
    "alerts": {**_EVERYTHING["alerts"], "search_latency": 0},
    "network": {"network": "lens-net", "subnetwork": "lens-functions", "tags": ["lens-way-out"]},
    "encryption": {
        "key": "projects/lens-keys-2/locations/us-central1/keyRings/lens/cryptoKeys/own",
        "grant": False,
    },
    "dashboard": False,
}
_OF_INDEX: Mapping[str, Any] = {
    "name": "products",
    "searchable_attributes": ["title", "brand"],
    "facets": ["color"],
    "attributes_to_retrieve": ["title"],
    "backfill": True,
}
GIVEN: Mapping[str, Mapping[str, Any]] = {
    EVERYTHING: _EVERYTHING,
    OWN_MODELS: _OWN_MODELS,
    "algolia-index": _OF_INDEX,
}
"""By name; an example is given what its variables are."""


def write_bundles(folder: Path, digest: str = DIGEST) -> Path:
    """Files named as the functions' zips are; nothing reads them."""
    folder.mkdir(parents=True, exist_ok=True)
    for function in ("enrich", "search"):
        (folder / f"{function}-{digest}.zip").write_bytes(b"not a zip")
    return folder


def values(name: str, folder: Path, bundles: Path, digest: str = DIGEST) -> dict[str, Any]:
    """What the variables of a case are; an example declares some of the root's."""
    zips = {function: str(bundles / f"{function}-{digest}.zip") for function in ("enrich", "search")}
    given = GIVEN.get(name, _OF_EXAMPLES)
    declared = {
        variable
        for file in folder.glob("*.tf")
        for variable in re.findall(r'^variable "(\w+)"', file.read_text("utf-8"), re.MULTILINE)
    }
    told = {**given, "bundles": {**given.get("bundles", {}), **zips}}
    return {variable: value for variable, value in told.items() if variable in declared}
