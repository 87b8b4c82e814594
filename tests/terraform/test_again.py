"""A deployment that is there already: nothing changes by itself, and what would change by half is refused."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.terraform.given import EVERYTHING, values, write_bundles
from tests.terraform.harness import MODULE, Module, Terraform, cloned, copied
from tests.terraform.provider import likeness

OTHER = "fedcba987654"
FIXED = {
    "name": "other",
    "region": "europe-west4",
    "project_id": "my-shop-421318",
    "label_bucket": "my-shop-answers",
    "pictures.bucket": "my-shop-media",
    "pictures.location": "EU",
    "pictures.create": False,
}
"""Each variable that names or places what holds data, with another value."""
DATA = ("google_pubsub_topic", "google_pubsub_subscription", "google_storage_bucket")
PLACING = ("name", "project", "location")
KEY = {"OTHER_KEY": {"secret": "other-key", "version": "1"}}
VISION = {
    "name": "google-vision",
    "secrets": KEY,
    "quota_id": "pictures-each-minute",
    "quota_per_minute": 2400,
}


@pytest.fixture(scope="module")
def deployment(run: Terraform, tmp_path_factory: pytest.TempPathFactory) -> Module:
    """Everything, applied once, in a folder whose bundles are gone."""
    module = Module(run, copied(MODULE, tmp_path_factory.mktemp("one") / "terraform"))
    module.init()
    module.apply(given(module, module.folder.parent))
    shutil.rmtree(module.folder.parent / "bundles")
    return module


@pytest.fixture
def moved(deployment: Module, tmp_path: Path) -> Module:
    return Module(deployment.terraform, cloned(deployment.folder, tmp_path / "terraform"))


def given(module: Module, folder: Path, *digest: str) -> dict[str, Any]:
    return values(EVERYTHING, module.folder, write_bundles(folder / "bundles", *digest), *digest)


def otherwise(right: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """The variables that have other values; nothing is kept of a bucket that is not made here."""
    pictures = {name.partition(".")[2]: FIXED[name] for name in names if "." in name}
    plain = {name: FIXED[name] for name in names if "." not in name}
    kept = {"bucket": right["pictures"]["bucket"]} if pictures.get("create") is False else right["pictures"]
    return {**plain, "pictures": {**kept, **pictures}}


def changed(module: Module, variables: Mapping[str, Any]) -> set[str]:
    """What another plan would change."""
    answer = module.plan(variables)
    assert answer.code == 0, answer.output
    return named(answer.output)


def named(plan: str) -> set[str]:
    return set(re.findall(r"^  # (\S+) (?:will|must) be", plan, re.MULTILINE))


def test_what_would_be_made_anew_by_half_is_refused_and_nothing_changes_in_another_folder(
    moved: Module, tmp_path: Path
) -> None:
    right = given(moved, tmp_path)
    for together in ([name for name in FIXED if name != "pictures.create"], ["pictures.create"]):
        answer = moved.plan(right | otherwise(right, together))
        assert answer.code != 0
        for name in together:
            told = rf"{name}: this deployment was made with [\w-]+, which can't be changed to {FIXED[name]}\."
            assert re.search(told, answer.text, re.IGNORECASE), name
    assert moved.plan(right, "-detailed-exitcode").code == 0


def test_whatever_names_or_places_data_is_fixed(moved: Module, tmp_path: Path) -> None:
    assert moved.plan(given(moved, tmp_path)).code == 0
    locals_ = "\n".join(file.read_text("utf-8") for file in MODULE.glob("*.tf"))
    found = set()
    for each in moved.shown("plan")["configuration"]["root_module"]["resources"]:
        if each["type"] in DATA:
            told = [each["expressions"].get(name, {}) for name in PLACING]
            told += [each.get(name, {}) for name in ("count_expression", "for_each_expression")]
            references = " ".join(name for part in told for name in part.get("references", ()))
            for name in re.findall(r"local\.(\w+)", references):
                references += " ".join(["", *re.findall(rf"^  {name} += (.*)", locals_, re.MULTILINE)])
            found |= set(re.findall(r"var\.([\w.]+)", references))
    assert found - {"pictures"} == FIXED.keys()


def test_another_bundle_is_uploaded_from_where_it_lies_into_enrich_alone_and_search_after_it(
    moved: Module, tmp_path: Path
) -> None:
    release = given(moved, tmp_path, OTHER)
    bundle, function = "google_storage_bucket_object.bundle", "google_cloudfunctions2_function.this"
    enrich, search = (
        {f"module.{name}.{what}" for what in (bundle, function)} for name in ("enrich", "search")
    )
    assert changed(moved, release) == enrich | search
    changes = {each["address"]: each["change"] for each in moved.shown("plan")["resource_changes"]}
    objects = [change for address, change in changes.items() if address.endswith(bundle)]
    assert [each["actions"] for each in objects] == [["delete", "create"]] * 2
    assert all(each["after"]["source"].endswith(f"-{OTHER}.zip") for each in objects)
    assert named(moved.apply(release, "-target=module.enrich")) == enrich
    assert changed(moved, release) == search


@pytest.mark.parametrize(
    ("change", "waits"),
    [
        ({"recognizer": VISION}, {"time_sleep.granted"}),
        ({"recognizer": {"name": "embedded"}}, {"time_sleep.enabled", "time_sleep.granted"}),
        ({"alerts": {"parked_per_hour": 20}}, set()),
    ],
)
def test_a_new_grant_or_other_services_are_waited_for_and_nothing_else(
    change: dict[str, object], waits: set[str], moved: Module, tmp_path: Path
) -> None:
    found = changed(moved, {**given(moved, tmp_path), **change})
    assert {each for each in found if each.startswith("time_sleep.")} == waits != found


def test_what_the_service_leaves_out_of_a_dashboard_would_change_in_each_plan() -> None:
    """The stand-in is like the service and the provider in this, so that a second plan shows it."""
    left_out: tuple[object, ...] = (None, [], {}, "", 0, False)
    for cell, changes in (({}, False), *(({"by": value}, True) for value in left_out)):
        written = {"dashboard_json": json.dumps({"displayName": "shop", "tiles": [{"width": 24, **cell}]})}
        assert (likeness.planned(likeness.answered(written), written) == written) is changes
