"""What checkov knows of good practice; where we do otherwise is listed with the reason, and nothing else."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.terraform.harness import MODULE, Terraform, copied
from tests.terraform.mistakes import Mistake, plant
from tests.terraform.standins import INTERPRETER, needed

BUCKETS = ("labels", "pictures", "source")
OTHERWISE: Mapping[str, tuple[str, set[str]]] = {
    "CKV_GCP_28": (
        "made only where pictures.public says so; test_deployments.py holds that no other case has it",
        {"google_storage_bucket_iam_member.everybody_reads_pictures"},
    ),
    "CKV_GCP_62": (
        "a bucket for access logs is the project's affair; Cloud Audit Logs cover it without one",
        {f"google_storage_bucket.{bucket}" for bucket in BUCKETS},
    ),
    "CKV_GCP_78": (
        "labels can be asked for again, and sources are copies: an old version of either has no use",
        {"google_storage_bucket.labels", "google_storage_bucket.source"},
    ),
}
SOURCE, LABELS = "google_storage_bucket.source", "google_storage_bucket.labels"
READER = "google_storage_bucket_iam_member.build_reads_source"
CARELESS = (
    Mistake(
        "CKV_GCP_29", SOURCE, "storage.tf", SOURCE, "(uniform_bucket_level_access +=).*", r"\1 false", ""
    ),
    Mistake("CKV_GCP_114", LABELS, "storage.tf", LABELS, r"public_access_prevention +=.*\n", "", ""),
    Mistake("CKV_GCP_28", READER, "identities.tf", READER, "(member +=).*", r'\1 "allUsers"', ""),
)


def test_checkov_finds_what_is_careless_and_nothing_but_what_we_do_otherwise(
    run: Terraform, tmp_path: Path
) -> None:
    copied(MODULE, tmp_path / "ours")
    (careless := tmp_path / "careless").mkdir()
    for file in {each.file for each in CARELESS}:
        shutil.copy(MODULE / file, careless)
    plant(careless, CARELESS)
    found = _found(run, tmp_path)
    ours = {(check, resource) for check, (_, resources) in OTHERWISE.items() for resource in resources}
    assert found["ours"] == ours
    assert found["careless"] - ours == {(each.caught_by, each.name) for each in CARELESS}


def _found(run: Terraform, trees: Path) -> dict[str, set[tuple[str, str]]]:
    """By tree: check and resource of everything that checkov finds in the root and the modules it calls."""
    command = [str(needed(INTERPRETER.with_name("checkov"))), "--directory", str(trees)]
    command += ["--framework", "terraform", "--skip-download", "--soft-fail", "--output", "json", "--quiet"]
    command += ["--skip-path", "examples"]
    done = subprocess.run(command, env=run.variables, capture_output=True, text=True, timeout=120, check=True)
    found: dict[str, set[tuple[str, str]]] = {"ours": set(), "careless": set()}
    for each in json.loads(done.stdout)["results"]["failed_checks"]:
        found[each["file_path"].split("/")[1]].add((each["check_id"], each["resource"]))
    return found
