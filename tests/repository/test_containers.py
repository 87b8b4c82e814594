"""Both containers have everything they need."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import requests

from devstack.endpoints import Endpoints
from devstack.environment import MODEL, REPOSITORY, SAMPLE
from tests import own_models
from tests.bundle.conftest import run_bundle
from tests.e2e.programs import sampled
from tests.repository.dockerfile import Image
from tests.terraform.cases import deployed
from tests.terraform.given import write_bundles
from tests.terraform.harness import MODULE, copied, terraform
from tools.exits import Exit

NOWHERE = Endpoints(algolia_url="http://127.0.0.1:1", recognizer_hosts=("127.0.0.1:1",))
PLAIN = {"RECOGNIZER": "google-vision", "ENCODER": "embedded"}


@pytest.fixture(scope="module")
def nightly(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Any]:
    """The container of the nightly job, as the module makes it."""
    home = tmp_path_factory.mktemp("nightly")
    with terraform(home) as run:
        case = deployed(
            "existing-bucket", run, copied(MODULE, home / "terraform"), write_bundles(home / "zips")
        )
    [job] = case.of("cloud_run_v2_job")
    container: Mapping[str, Any] = job.values["template"][0]["template"][0]["containers"][0]
    return container


@pytest.mark.parametrize("own", [False, True], ids=["bundled models", "own models"])
def test_the_nightly_jobs_container_holds_the_models_that_the_functions_have(
    tmp_path: Path, nightly: Mapping[str, Any], *, own: bool
) -> None:
    built = run_bundle(tmp_path / "out", *(own_models.write(tmp_path) if own else ()))
    *_, line = built.stderr.splitlines()
    words = shlex.split(line.partition(": ")[2])
    assert words[:4] == ["docker", "build", "--platform", "linux/amd64"]
    image = Image(tmp_path / "image", Path(words[-1]))
    image.build("Dockerfile")
    given = {each["name"]: each["value"] for each in nightly["env"] if each["value"]}
    given |= NOWHERE.operator_env()
    image.env |= {**given, **(own_models.SETTINGS if own else PLAIN)}
    with image.running(*image.program, *nightly["args"]) as program:
        told, _ = program.communicate(timeout=60)
    # It found every model, or it would not have got as far as Algolia.
    assert (program.returncode, "no host of Algolia answered" in told) == (Exit.TRY_AGAIN, True), told


def test_the_demos_container_serves_its_page(tmp_path: Path) -> None:
    image = Image(tmp_path)
    ready(image, "/app")
    image.build("Dockerfile")
    with image.running(*image.program, f"ARGS=--catalog {sampled(tmp_path, slice(3))}") as program:
        assert program.stdout is not None
        line = next(line for line in program.stdout if "Search with a picture at" in line)
        assert "<title>" in requests.get(line.split()[5], timeout=10).text


def ready(image: Image, folder: str) -> None:
    """Packages, a model, and a catalog that are there already, which saves more than a minute."""
    assert list(REPOSITORY.glob(".venv/all-*")), (
        "make setup first: the container would install into this .venv"
    )
    there = image.place(folder)
    (there / ".cache").mkdir(parents=True)
    for name in (".venv", "node_modules", MODEL.relative_to(REPOSITORY), SAMPLE.relative_to(REPOSITORY)):
        (there / name).symlink_to(REPOSITORY / name)


def test_what_is_in_git_gets_into_a_container() -> None:
    ignored = ["git", "ls-files", "--ignored", "--exclude-from=.dockerignore", "--cached"]
    assert subprocess.check_output(ignored, cwd=REPOSITORY, text=True) == ""


def test_keys_and_states_do_not(tmp_path: Path) -> None:
    names = ["shop.tfvars", "visual-search.toml", "terraform/backend.tf", "terraform/terraform.tfstate"]
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    shutil.copy(REPOSITORY / ".dockerignore", tmp_path / ".git/info/exclude")
    found = subprocess.check_output(["git", "check-ignore", *names], cwd=tmp_path, text=True)
    assert found.splitlines() == names
