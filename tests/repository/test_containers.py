"""Both containers have everything they need."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import requests

from devstack.environment import MODEL, REPOSITORY, SAMPLE
from tests.repository.dockerfile import Image


def test_the_nightly_jobs_container_runs_the_command_line(tmp_path: Path) -> None:
    image = Image(tmp_path)
    image.build("terraform/backfill/Dockerfile")
    with image.running(*image.program, "pictures", "backfill", "--help") as program:
        told, _ = program.communicate(timeout=60)
    assert program.returncode == 0, told
    assert "Label the pictures that are in the bucket already." in told
    model = image.place("shared/labeling/providers/embedded/model.onnx")
    assert model.read_bytes() == MODEL.read_bytes()


def test_the_demos_container_serves_its_page(tmp_path: Path) -> None:
    image = Image(tmp_path)
    ready(image, "/app")
    image.build("Dockerfile")
    few = json.loads((SAMPLE / "products.json").read_text())[:3]
    (tmp_path / "products.json").write_text(json.dumps(few))
    (tmp_path / "pictures").symlink_to(SAMPLE / "pictures")
    with image.running(*image.program, f"ARGS=--catalog {tmp_path}") as program:
        assert program.stdout is not None
        line = next(line for line in program.stdout if "Search with a picture at" in line)
        assert "<title>" in requests.get(line.split()[5], timeout=10).text


def ready(image: Image, folder: str) -> None:
    """Packages and a model that are there already, which saves more than a minute."""
    there = image.place(folder)
    (there / ".cache").mkdir(parents=True)
    for name in (".venv", "node_modules", MODEL.relative_to(REPOSITORY)):
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
