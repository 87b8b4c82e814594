"""What checkov knows of good practice; where we do otherwise is listed with the reason, and nothing else."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.terraform.carelessness import CARELESSNESS
from tests.terraform.harness import MODULE, Terraform, copied
from tests.terraform.mistakes import plant
from tests.terraform.standins import INTERPRETER, needed

OTHERWISE: Mapping[str, tuple[str, frozenset[str]]] = {
    "CKV_GCP_28": (
        "made only where pictures.public says so; test_deployments.py holds that no other case has it",
        frozenset({"google_storage_bucket_iam_member.everybody_reads_pictures"}),
    ),
    "CKV_GCP_62": (
        "a bucket for access logs is the project's affair; Cloud Audit Logs cover it without one",
        frozenset(
            {"google_storage_bucket.labels", "google_storage_bucket.pictures", "google_storage_bucket.source"}
        ),
    ),
    "CKV_GCP_78": (
        "labels can be asked for again, and sources are copies: an old version of either has no use",
        frozenset({"google_storage_bucket.labels", "google_storage_bucket.source"}),
    ),
}


def test_checkov_finds_nothing_but_what_we_do_otherwise(run: Terraform) -> None:
    listed = {(check, resource) for check, (_, resources) in OTHERWISE.items() for resource in resources}
    assert _found(run, MODULE) == listed


def test_checkov_finds_what_is_careless(run: Terraform, tmp_path: Path) -> None:
    tree = copied(MODULE, tmp_path / "terraform")
    plant(tree, CARELESSNESS)
    found = _found(run, tree)
    assert ("CKV_GCP_29", "google_storage_bucket.source") in found
    assert ("CKV_GCP_28", "google_storage_bucket_iam_member.build_reads_source") in found


def _found(run: Terraform, tree: Path) -> set[tuple[str, str]]:
    """Check and resource of everything that checkov finds in the root and the modules it calls."""
    command = [str(needed(INTERPRETER.with_name("checkov"))), "--directory", str(tree)]
    command += ["--framework", "terraform", "--skip-download", "--soft-fail", "--output", "json"]
    command += ["--skip-path", "examples", "--skip-path", "tests"]
    done = subprocess.run(command, env=run.variables, capture_output=True, text=True, timeout=120, check=True)
    failed = json.loads(done.stdout)["results"]["failed_checks"]
    return {(each["check_id"], each["resource"]) for each in failed}
