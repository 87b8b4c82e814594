"""The files of a release, as `make release` makes them."""

from __future__ import annotations

import json
import os
import re
from hashlib import sha256
from pathlib import Path

from devstack.environment import REPOSITORY, child_environment
from shared import VERSION
from tests.programs import Done, ran

FILES = {
    r"enrich-[0-9a-f]{12}\.zip",
    r"search-[0-9a-f]{12}\.zip",
    rf"visual-image-search-{VERSION}\.tgz",
    rf"visual_image_search_for_algolia-{VERSION}-py3-none-any\.whl",
}


def release(out: Path, *words: str, **variables: str) -> Done:
    command = ["make", "--old-file", "setup", "release", f"RELEASE={out}", *words]
    return ran(*command, env=child_environment({"UV_OFFLINE": "1", **variables}))


def test_a_release_has_every_file_and_their_checksums(tmp_path: Path) -> None:
    done = release(tmp_path / "out", f"TAG=v{VERSION}")
    assert done.returncode == 0, done.stderr
    made = {path.name: sha256(path.read_bytes()).hexdigest() for path in (tmp_path / "out").iterdir()}
    told = (tmp_path / "out" / "SHA256SUMS").read_text().splitlines()
    del made["SHA256SUMS"]
    assert {tuple(line.split()[::-1]) for line in told} == set(made.items())
    assert all(any(re.fullmatch(kind, name) for name in made) for kind in FILES)
    assert len(made) == len(FILES)


def test_a_tag_that_is_not_the_version_makes_nothing(tmp_path: Path) -> None:
    done = release(tmp_path / "out", "TAG=v99.0.0")
    assert done.returncode != 0
    assert f"v{VERSION}" in done.stderr
    assert not (tmp_path / "out").exists()


def test_checksums_that_cannot_be_reckoned_are_no_release(tmp_path: Path) -> None:
    program = tmp_path / "sha256sum"
    program.write_text("#!/bin/sh\nexit 3\n")
    program.chmod(0o755)
    quick = (
        f"CACHE={tmp_path}",
        "PACKAGE=README.md",
        "UV=true",
        "RUN=f() { mkdir $$4; touch $$4/a.zip; }; f",
    )
    done = release(tmp_path / "out", *quick, PATH=f"{tmp_path}:{os.environ['PATH']}")
    assert "Error 3" in done.stderr
    assert not (tmp_path / "out/SHA256SUMS").exists()


def test_the_widget_has_the_version_of_the_functions_and_the_changelog_tells_of_it() -> None:
    packages = json.loads((REPOSITORY / "package-lock.json").read_text())["packages"]
    manifest = json.loads((REPOSITORY / "storefront/package.json").read_text())
    assert manifest["version"] == packages["storefront"]["version"] == VERSION
    changelog = (REPOSITORY / "CHANGELOG.md").read_text()
    newest = re.findall(r"^## (\d\S*) - \d{4}-\d{2}-\d{2}$", changelog, re.MULTILINE)[0]
    assert newest == VERSION
