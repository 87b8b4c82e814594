"""A deployment that is there already: nothing changes by itself, and what would change by half is refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.terraform.cases import EVERYTHING, values, write_bundles
from tests.terraform.harness import MODULE, Module, Terraform, cloned, copied
from tests.terraform.mistakes import Mistake, plant

OTHER = "fedcba987654"
LEFT_OUT = (
    Mistake("null", "dashboard.tf", "locals", r"legendTemplate = line\.name", "legendTemplate = null", ""),
    Mistake("empty list", "dashboard.tf", "locals", r"length\(line\.by\) > 0", "true", ""),
    Mistake("zero", "dashboard.tf", "locals", r" if cells > 0", "", ""),
)
"""What a dashboard would differ by from the service's answer."""


@pytest.fixture(scope="module")
def deployment(run: Terraform, tmp_path_factory: pytest.TempPathFactory) -> Module:
    """Everything, applied once, from a folder whose bundles are gone."""
    module = _applied(Module(run, copied(MODULE, tmp_path_factory.mktemp("one") / "terraform")))
    shutil.rmtree(module.folder.parent / "bundles")
    return module


def test_a_plan_in_another_folder_changes_nothing(deployment: Module, tmp_path: Path) -> None:
    moved = Module(deployment.terraform, cloned(deployment.folder, tmp_path / "terraform"))
    answer = moved.plan(_given(moved, tmp_path), "-detailed-exitcode")
    assert answer.code == 0, answer.output


def test_another_bundle_is_uploaded_from_where_it_lies(deployment: Module, tmp_path: Path) -> None:
    moved = Module(deployment.terraform, cloned(deployment.folder, tmp_path / "terraform"))
    answer = moved.plan(_given(moved, tmp_path, OTHER))
    assert answer.code == 0, answer.output
    objects = [
        each for each in moved.planned()["resource_changes"] if each["type"] == "google_storage_bucket_object"
    ]
    assert [each["change"]["actions"] for each in objects] == [["delete", "create"]] * 2
    assert all(each["change"]["after"]["source"].endswith(f"-{OTHER}.zip") for each in objects)


@pytest.mark.parametrize("mistake", LEFT_OUT, ids=lambda each: each.name)
def test_what_the_service_leaves_out_of_a_dashboard_would_change_in_each_plan(
    mistake: Mistake, run: Terraform, tmp_path: Path
) -> None:
    module = Module(run, copied(MODULE, tmp_path / "terraform"))
    plant(module.folder, [mistake])
    answer = _applied(module).plan(_given(module, tmp_path))
    assert "# google_monitoring_dashboard.this[0] will be updated in-place" in answer.output


@pytest.mark.parametrize(
    ("variable", "value"), [("name", "other"), ("region", "europe-west4"), ("project_id", "my-shop-421318")]
)
def test_what_would_be_made_anew_by_half_is_refused_and_changes_nothing(
    variable: str, value: str, deployment: Module, tmp_path: Path
) -> None:
    moved = Module(deployment.terraform, cloned(deployment.folder, tmp_path / "terraform"))
    given = _given(moved, tmp_path)
    answer = moved.plan({**given, variable: value})
    assert answer.code != 0
    assert f"{variable}: this deployment was made with" in answer.text
    assert f"changed to {value}." in answer.text
    assert moved.plan(given, "-detailed-exitcode").code == 0
    moved.terraform.needed(moved.folder, "destroy", "-auto-approve", "-var-file=values.tfvars.json")


KEY = {"OTHER_KEY": {"secret": "other-key", "version": "1"}}
VISION = {"name": "google-vision", "secrets": KEY, "quota_id": "pictures-a-minute"}


@pytest.mark.parametrize(
    ("change", "waits"),
    [
        ({"recognizer": VISION}, {"time_sleep.granted"}),
        ({"recognizer": {"name": "embedded"}}, {"time_sleep.enabled", "time_sleep.granted"}),
        ({"alerts": {"parked_per_hour": 20}}, set()),
    ],
)
def test_a_new_grant_or_other_services_are_waited_for_and_nothing_else(
    change: dict[str, object], waits: set[str], deployment: Module, tmp_path: Path
) -> None:
    moved = Module(deployment.terraform, cloned(deployment.folder, tmp_path / "terraform"))
    answer = moved.plan({**_given(moved, tmp_path), **change})
    assert answer.code == 0, answer.output
    changes = [each for each in moved.planned()["resource_changes"] if each["type"] == "time_sleep"]
    assert {each["address"] for each in changes if each["change"]["actions"] != ["no-op"]} == waits


def _applied(module: Module) -> Module:
    module.init()
    answer = module.plan(_given(module, module.folder.parent))
    assert answer.code == 0, answer.output
    module.applied()
    return module


def _given(module: Module, folder: Path, *digest: str) -> dict[str, object]:
    bundles = write_bundles(folder / "bundles", *digest)
    return values(EVERYTHING, module.folder, bundles, *digest)
