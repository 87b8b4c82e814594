"""Write `google.json`, the schema that the stand-in provider serves, from a wheel of `cdktn-provider-google`.

    python -m tests.terraform.regenerate [WHEEL]

Without a wheel the pinned one is downloaded by pip. A new version of Google's provider means: raise `PINNED`,
run, read the difference.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from tests.terraform.google_schema import Source

PINNED = "cdktn-provider-google==21.1.0"
OUT = Path(__file__).with_name("google.json")

RESOURCES = (
    "artifact_registry_repository",
    "artifact_registry_repository_iam_member",
    "cloud_run_service_iam_member",
    "cloud_run_v2_job",
    "cloud_run_v2_job_iam_member",
    "cloud_run_v2_service",
    "cloud_run_v2_service_iam_member",
    "cloud_scheduler_job",
    "cloudfunctions2_function",
    "cloudfunctions2_function_iam_member",
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


def main() -> None:
    """Read the wheel, write the schema."""
    with tempfile.TemporaryDirectory() as folder:
        wheel = Path(sys.argv[1]) if len(sys.argv) > 1 else _downloaded(Path(folder))
        OUT.write_text(_dumped(extracted(wheel)) + "\n", encoding="utf-8")


def extracted(wheel: Path) -> dict[str, Any]:
    """The schema of everything listed above."""
    with zipfile.ZipFile(wheel) as outer:
        inner = next(name for name in outer.namelist() if name.endswith(".jsii.tgz"))
        packed = io.BytesIO(outer.read(inner))
    wanted = {
        "provider",
        *(_folder(name) for name in RESOURCES),
        *(f"data-google-{_folder(name)}" for name in DATA_SOURCES),
    }
    sources = _sources(packed, wanted)
    return {
        "version": sources[_folder(RESOURCES[0])].version,
        "provider": sources["provider"].provider(),
        "resources": {f"google_{name}": sources[_folder(name)].block() for name in RESOURCES},
        "data_sources": {
            f"google_{name}": sources[f"data-google-{_folder(name)}"].block() for name in DATA_SOURCES
        },
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


def _downloaded(folder: Path) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder), PINNED]
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
