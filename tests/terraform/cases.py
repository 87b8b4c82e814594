"""What is planned: the root with every variable given, with two kinds of recognizer, and each example."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.terraform.harness import Module, Terraform

PROJECT = "my-shop-421317"
DIGEST = "0a1b2c3d4e5f"
EVERYTHING = "everything"
OWN_MODELS = "own-models"
FOLDERS = {
    EVERYTHING: ".",
    OWN_MODELS: ".",
    "minimal": "examples/minimal",
    "existing-bucket": "examples/existing-bucket",
    "rekognition": "examples/rekognition",
    "public-storefront": "examples/public-storefront",
    "public-behind-load-balancer": "examples/public-behind-load-balancer",
    "enterprise": "examples/enterprise",
}
_KEYS = {
    f"{account}_key": {"secret": f"algolia-{account}-key", "version": version}
    for account, version in (("enrich", "3"), ("search", "2"), ("backfill", "1"))
}
_IMAGE = f"europe-docker.pkg.dev/{PROJECT}/tools/backfill@sha256:{'0a1b2c3d' * 8}"
_CHANNEL = f"projects/{PROJECT}/notificationChannels/123"
_PLAIN: Mapping[str, Any] = {
    "project_id": PROJECT,
    "region": "europe-west1",
    "pictures": {"bucket": "my-shop-pictures"},
    "backfill_image": _IMAGE,
    "channels": [_CHANNEL],
    "algolia": {"app_id": "APPID", "index": "products", **_KEYS},
}
_FULL: Mapping[str, Any] = {
    **_PLAIN,
    "pictures": {
        "bucket": "my-shop-pictures",
        "versioning": True,
        "prefix": "products/",
        "object_pattern": ["products/<objectID>/<file>"],
        "image_url_template": "https://cdn.shop.example/<name>",
    },
    "record": {
        "attribute_names": {"labels": "imageLabels", "imageURL": ""},
        "colors": True,
        "take_over": True,
        "max_bytes": 100_000,
    },
    "recognizer": {
        "name": "google-vision",
        "min_score": 0.5,
        "max_labels": 10,
        "features": ["boxes", "logos", "text", "colors"],
        "timeout": 8,
        "quota_id": "pictures-a-minute",
        "settings": {"VISION_REGION": "eu", "VISION_SAFE_SEARCH": "likely"},
        "secrets": {"VISION_API_KEY": {"secret": "vision-key", "version": "1"}},
    },
    "encoder": {
        "name": "embedded",
        "projection": "files/projection.json",
        "strategies": ["labels", "words", "code"],
        "settings": {"EMBEDDED_COLOR_WEIGHT": "0.1"},
    },
    "enrich": {
        "memory": "2Gi",
        "cpu": 2,
        "concurrency": 5,
        "max_instances": 4,
        "timeout": 240,
        "attempts": 60,
        "reconcile_schedule": "*/3 * * * *",
        "create_missing_records": True,
    },
    "search": {
        "memory": "4Gi",
        "cpu": 4,
        "concurrency": 10,
        "min_instances": 1,
        "max_instances": 3,
        "client_burst": 5,
        "client_concurrency": 3,
        "client_rate": 20,
        "forwarded_hops": 2,
        "daily_recognizer_budget": 50_000,
        "require_origin": True,
        "always_filters": "visible:true",
        "filterable_attributes": ["brand", "price"],
        "max_concurrent_searches": 3,
        "max_filters": 28,
        "max_picture_bytes": 10_000_000,
        "mode": "strict",
        "similar_closeness": 0.3,
        "similar_share": 0.1,
        "very_similar_closeness": 0.9,
        "very_similar_share": 0.5,
        "total_rate": 600,
        "cors_origins": ["https://shop.example"],
        "picture_url_hosts": ["cdn.shop.example"],
        "invokers": ["serviceAccount:shop@my-shop-421317.iam.gserviceaccount.com"],
    },
    "alerts": {
        "channels": [_CHANNEL],
        "parked_per_hour": 7,
        "enrich_error_ratio": 0.4,
        "search_error_ratio": 0.04,
        "degraded_ratio": 0.3,
        "least_calls": 12,
        "oldest_event": 1800,
        "search_latency": 3,
    },
    "budget": {"billing_account": "012345-6789AB-CDEF01", "amount": 300, "shares": [0.5, 1]},
    "backfill": {
        "image": _IMAGE,
        "schedule": "15 2 * * *",
        "time_zone": "Europe/Paris",
        "rate": 4,
        "timeout": 7200,
        "memory": "2Gi",
    },
}
_OWN: Mapping[str, Any] = {
    **_FULL,
    "recognizer": {
        "name": "embedded",
        "min_score": 0.5,
        "max_labels": 10,
        "timeout": 8,
        "settings": {"EMBEDDED_HEAD": "files/head.json", "EMBEDDED_COLOR_WEIGHT": "0.1"},
    },
    "encoder": {**_FULL["encoder"], "name": "onnx", "settings": {"ONNX_MODEL": "files/own.onnx"}},
}


def write_bundles(folder: Path, digest: str = DIGEST) -> Path:
    """Files named as the functions' zips are; nothing reads them."""
    folder.mkdir(parents=True, exist_ok=True)
    for function in ("enrich", "search"):
        (folder / f"{function}-{digest}.zip").write_bytes(b"not a zip")
    return folder


def values(name: str, folder: Path, bundles: Path, digest: str = DIGEST) -> dict[str, Any]:
    """What the variables of a case are; an example declares some of the root's."""
    zips = {function: str(bundles / f"{function}-{digest}.zip") for function in ("enrich", "search")}
    given = {**{EVERYTHING: _FULL, OWN_MODELS: _OWN}.get(name, _PLAIN), "bundles": zips}
    declared = {
        variable
        for file in folder.glob("*.tf")
        for variable in re.findall(r'^variable "(\w+)"', file.read_text("utf-8"), re.MULTILINE)
    }
    return {variable: value for variable, value in given.items() if variable in declared}


@dataclass(frozen=True)
class Resource:
    """A resource as it is after the plan was applied, with made-up answers of the cloud."""

    address: str
    type: str
    values: Mapping[str, Any]
    after: frozenset[str]
    """The places of all that is made before it."""

    @property
    def place(self) -> str:
        """The address without keys."""
        return re.sub(r"\[(\d+|\"[^\"]*\")\]", "", self.address)

    def comes_after(self, place: str) -> bool:
        """Whether it is made after what has this place, in whichever module."""
        return any(each.endswith(place) for each in self.after)


@dataclass(frozen=True)
class Case:
    """One deployment: what its variables are, and what is there after an apply."""

    name: str
    module: Module
    given: Mapping[str, Any]
    state: Mapping[str, Any]

    @cached_property
    def resources(self) -> tuple[Resource, ...]:
        """Everything that is made."""
        return tuple(_resources(self.state["values"]["root_module"]))

    def of(self, *types: str) -> tuple[Resource, ...]:
        """Those of some types, named without `google_`."""
        wanted = {f"google_{name}" for name in types}
        return tuple(each for each in self.resources if each.type in wanted)

    def read(self, kind: str) -> tuple[Resource, ...]:
        """What is only looked up of a type, named without `google_`."""
        return tuple(_resources(self.state["values"]["root_module"], "data", f"google_{kind}"))

    def function(self, name: str) -> Mapping[str, Any]:
        """What runs of a function: the only block of its service configuration."""
        (found,) = (each for each in self.of("cloudfunctions2_function") if _entry(each) == name)
        service: Mapping[str, Any] = found.values["service_config"][0]
        return service

    def environment(self, name: str) -> dict[str, str]:
        """A function's plain variables."""
        return dict(self.function(name)["environment_variables"])

    def secrets(self, name: str) -> set[str]:
        """The names of a function's variables that are secrets."""
        return {each["key"] for each in self.function(name)["secret_environment_variables"]}


def deployed(name: str, run: Terraform, tree: Path, bundles: Path) -> Case:
    """A deployment by its name, applied in a copy of the module's tree."""
    module = Module(run, tree / FOLDERS[name])
    module.forget()
    module.init()
    given = values(name, module.folder, bundles)
    module.apply(given)
    return Case(name, module, given, module.shown())


def _entry(function: Resource) -> str:
    entry: str = function.values["build_config"][0]["entry_point"]
    return entry


def _resources(module: Mapping[str, Any], mode: str = "managed", kind: str = "") -> Iterator[Resource]:
    for each in module.get("resources", ()):
        if each["mode"] == mode and kind in ("", each["type"]):
            after = frozenset(each.get("depends_on", ()))
            yield Resource(each["address"], each["type"], each["values"], after)
    for child in module.get("child_modules", ()):
        yield from _resources(child, mode, kind)
