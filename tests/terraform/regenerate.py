"""Write the schemas that the stand-in providers serve, such as `google.json`, from `cdktn-provider-...`.

    uv run --no-sync --with pip python -m tests.terraform.regenerate

pip downloads the pinned wheels. A new version of a provider means: raise what `PROVIDERS` pins, run, and
read the difference.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.terraform.google_schema import Source
from tests.terraform.harness import MODULE

RESOURCES = (
    "artifact_registry_repository",
    "artifact_registry_repository_iam_member",
    "billing_budget",
    "cloud_quotas_quota_preference",
    "cloud_run_service_iam_member",
    "cloud_run_v2_job",
    "cloud_run_v2_job_iam_member",
    "cloud_run_v2_service",
    "cloud_run_v2_service_iam_member",
    "cloud_scheduler_job",
    "cloudfunctions2_function",
    "cloudfunctions2_function_iam_member",
    "compute_backend_service",
    "compute_global_address",
    "compute_global_forwarding_rule",
    "compute_managed_ssl_certificate",
    "compute_region_network_endpoint_group",
    "compute_security_policy",
    "compute_target_https_proxy",
    "compute_url_map",
    "kms_crypto_key_iam_member",
    "logging_metric",
    "monitoring_alert_policy",
    "monitoring_dashboard",
    "monitoring_notification_channel",
    "project_iam_audit_config",
    "project_iam_binding",
    "project_iam_member",
    "project_iam_policy",
    "project_service",
    "pubsub_subscription",
    "pubsub_subscription_iam_member",
    "pubsub_topic",
    "pubsub_topic_iam_member",
    "secret_manager_secret",
    "secret_manager_secret_iam_member",
    "secret_manager_secret_version",
    "service_account",
    "service_account_iam_member",
    "storage_bucket",
    "storage_bucket_iam_binding",
    "storage_bucket_iam_member",
    "storage_bucket_object",
    "storage_notification",
)
DATA_SOURCES = (
    "client_config",
    "project",
    "pubsub_topic",
    "secret_manager_secret",
    "service_account",
    "storage_bucket",
    "storage_project_service_account",
)
_LINE = 116


@dataclass(frozen=True)
class Wanted:
    """The wheel that a provider's schema is read from, and what of it the module or a mistake in it uses."""

    pinned: str
    resources: tuple[str, ...]
    data_sources: tuple[str, ...] = ()
    beside: str = ""
    """The file of another version: only what differs from it is kept."""


PROVIDERS: Mapping[str, Wanted] = {
    "google": Wanted("cdktn-provider-google==21.1.0", RESOURCES, DATA_SOURCES),
    "google-oldest": Wanted("cdktn-provider-google==20.0.0", RESOURCES, DATA_SOURCES, beside="google"),
    "time": Wanted("cdktn-provider-time==14.0.2", ("sleep",)),
}
"""By file: the newest of each, and the oldest of Google's that the module allows."""


def main() -> None:
    """Read the wheels, write the schemas."""
    for name, wanted in PROVIDERS.items():
        with tempfile.TemporaryDirectory() as folder:
            schema = extracted(_downloaded(wanted.pinned, Path(folder)), wanted.beside or name, wanted)
        if wanted.beside:
            schema = _differing(schema, json.loads(_file(wanted.beside).read_text("utf-8")))
        _file(name).write_text(_dumped(schema) + "\n", encoding="utf-8")


def _file(name: str) -> Path:
    return Path(__file__).with_name(f"{name}.json")


def _differing(schema: dict[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """The version, and whatever of the module the other schema has otherwise or not at all."""
    module = "".join(file.read_text("utf-8") for file in MODULE.rglob("*.tf"))
    kept = {
        part: {
            name: block
            for name, block in schema[part].items()
            if f'"{name}"' in module and block != other[part].get(name)
        }
        for part in ("resources", "data_sources")
    }
    return {**schema, **kept}


def extracted(wheel: Path, name: str, wanted: Wanted) -> dict[str, Any]:
    """The schema of what is wanted of a provider."""
    with zipfile.ZipFile(wheel) as outer:
        inner = next(entry for entry in outer.namelist() if entry.endswith(".jsii.tgz"))
        packed = io.BytesIO(outer.read(inner))
    made = {f"{name}_{each}": _folder(each) for each in wanted.resources}
    read = {f"{name}_{each}": f"data-{name}-{_folder(each)}" for each in wanted.data_sources}
    sources = _sources(packed, {"provider", *made.values(), *read.values()})
    return {
        "version": sources["provider"].version,
        "provider": sources["provider"].provider(),
        "resources": {each: sources[folder].block() for each, folder in made.items()},
        "data_sources": {each: sources[folder].block() for each, folder in read.items()},
    }


def _folder(name: str) -> str:
    return name.replace("_", "-")


def _sources(packed: io.BytesIO, wanted: set[str]) -> dict[str, Source]:
    texts: dict[tuple[str, str], str] = {}
    with tarfile.open(fileobj=packed, mode="r:gz") as archive:
        for member in archive:
            folder, _, name = member.name.removeprefix("package/lib/").partition("/")
            content = archive.extractfile(member) if folder in wanted and name.startswith("index.") else None
            if content:
                texts[folder, name] = content.read().decode()
    return {folder: Source(texts[folder, "index.js"], texts[folder, "index.d.ts"]) for folder in wanted}


def _downloaded(pinned: str, folder: Path) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder), pinned]
    subprocess.run(command, check=True)
    return next(folder.glob("*.whl"))


def _dumped(value: Any, indent: int = 0) -> str:  # noqa: ANN401 any JSON
    """Sorted JSON in which what fits on a line stays on it, so that a difference reads well."""
    flat = json.dumps(value, sort_keys=True)
    if not isinstance(value, dict) or (len(flat) + indent < _LINE and "attributes" not in value):
        return flat
    pad = " " * (indent + 1)
    lines = (f"{pad}{json.dumps(key)}: {_dumped(value[key], indent + 1)}" for key in sorted(value))
    return "{\n" + ",\n".join(lines) + "\n" + " " * indent + "}"


if __name__ == "__main__":
    main()
