"""The Makefile works in any folder."""

from __future__ import annotations

import shutil
from pathlib import Path
from subprocess import run

from devstack.environment import REPOSITORY, child_environment

PROOF = Path("tests/terraform/environment")


def test_a_checkout_may_lie_in_a_folder_with_spaces_in_its_name(tmp_path: Path) -> None:
    folder = tmp_path / "my shop"
    shutil.copytree(REPOSITORY / PROOF, folder / PROOF)
    shutil.copy(REPOSITORY / "Makefile", folder)
    done = run(
        ["make", "--dry-run", ".cache/terraform/installed"],
        cwd=folder,
        env=child_environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert f'UV_PROJECT_ENVIRONMENT="{folder}/.cache/terraform" "' in done.stdout
