"""docs/recognizers.md: its program, and that one's own is a folder and a dependency group."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest

from devstack.environment import REPOSITORY, SAMPLE, child_environment
from tests import pages
from tests.e2e.programs import sampled
from tests.programs import ran
from tools.bundle.requirements import find_uv

FOLDER = "shared/labeling/providers/toy/"
TOUCHED = [FOLDER, "pyproject.toml", "uv.lock"]
MADE = {"docs/cost.md", "docs/recognizers.md", "docs/settings.md", "terraform/prices.json"}
"""What `make docs` writes of it."""

COPIED = ("devstack", "docs", "functions", "shared", "terraform", "tests", "tools", "visual_image_search")
_LEFT_OUT = ("node_modules", ".git", ".terraform*", "*.tfstate")
# What is compiled need not be compiled again, but for what another process is writing.
_NOT_COPIED = shutil.ignore_patterns(*_LEFT_OUT, "*.pyc.*")
_NOT_COMPARED = shutil.ignore_patterns(*_LEFT_OUT, "__pycache__")

UNIT_TESTS = (
    *("test_environment.py", "test_reasons.py", "test_settings.py", "test_wiring.py"),
    *("labeling/test_registry.py", "tools/cli/test_cases.py"),
    *("tools/reference/test_costs.py", "tools/reference/test_pages.py"),
)
"""Those to which another recognizer could matter."""

PAGES = [
    ("settings", "the key of the toy box"),
    ("recognizers", "a toy, and how light the picture is"),
    ("recognizers", "`glow`: a glow (0.25)"),
    ("cost", "Toys, May 2026"),
]
TOLD = """
from shared.errors import Misconfigured
from shared.settings.labeling import LabelingSettings
from tools.parked.cases import advice, happened
print(happened("toy-broken"), advice("toy-broken"))
try:
    LabelingSettings.from_env({"RECOGNIZER": "toy", "ENCODER": "none"})
except Misconfigured as error:
    print(error)
"""


def files(root: Path) -> Iterator[tuple[str, bytes]]:
    for path in (*root.glob("*.*"), *(found for part in COPIED for found in (root / part).rglob("*"))):
        name = path.relative_to(root).as_posix()
        if path.is_file() and not _NOT_COMPARED(str(root), name.split("/")):
            yield name, path.read_bytes()


def run(checkout: Path, *command: str, **env: str) -> str:
    """What it prints; it has to succeed."""
    variables = child_environment({"PYTHONPATH": str(checkout), **env})
    done = ran(*command, cwd=checkout, env=variables)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project, with a toy in it and what the documentation says to run."""
    root = tmp_path_factory.mktemp("checkout")
    for part in COPIED:
        shutil.copytree(REPOSITORY / part, root / part, ignore=_NOT_COPIED)
    for path in REPOSITORY.glob("*.*"):
        if path.is_file() and path.name != ".git":  # a worktree's file, which would name its index
            shutil.copy(path, root)
    (root / ".cache").symlink_to(REPOSITORY / ".cache")
    (root / FOLDER).mkdir()
    shutil.copy(Path(__file__).with_name("toy.py"), root / FOLDER / "__init__.py")
    project = root / "pyproject.toml"
    project.write_text(project.read_text().replace("[dependency-groups]", "[dependency-groups]\ntoy = []"))
    # As `uv lock` writes it; resolving anew would ask the registry.
    lock = root / "uv.lock"
    locked, wanted, groups = lock.read_text().partition("[package.metadata.requires-dev]")
    lock.write_text(locked + wanted + groups.replace("\nvisenze = [", "\ntoy = []\nvisenze = [", 1))
    for command in (("init", "--quiet"), ("add", "--all")):
        subprocess.run(["git", *command], cwd=root, check=True)
    run(root, sys.executable, "-m", "tools.reference")
    return root


def test_the_documentation_names_what_is_touched_and_nothing_else_is(checkout: Path) -> None:
    page = (REPOSITORY / "docs" / "recognizers.md").read_text(encoding="utf-8")
    named = re.findall(r"^\d\. `([^`]+)`", page.partition("## Add your own")[2], re.MULTILINE)
    assert named == [place.replace("toy", "NAME") for place in TOUCHED[:2]]
    before, after = dict(files(REPOSITORY)), dict(files(checkout))
    changed = {name for name in before | after if before.get(name) != after.get(name)}
    assert changed == {f"{FOLDER}__init__.py", *TOUCHED[1:], *MADE}
    for name in TOUCHED[1:]:
        assert set(after[name].splitlines()) - set(before[name].splitlines()) == {b"toy = []"}


def test_the_lock_is_up_to_date_and_the_pages_tell_of_it(checkout: Path) -> None:
    run(checkout, find_uv(REPOSITORY), "lock", "--check", "--offline")
    for page, words in PAGES:
        assert words in (checkout / "docs" / f"{page}.md").read_text(encoding="utf-8")


def test_the_tests_pass_beside_it_and_hold_it_to_the_ports_promises(checkout: Path) -> None:
    tests = ("tests/contract/test_recognizers.py", *(f"tests/unit/{test}" for test in UNIT_TESTS))
    words = ("-m", "pytest", "-v", "-p", "no:cacheprovider", "-k", "toy or not test_recognizers")
    told = run(checkout, sys.executable, *words, *tests)
    assert len(re.findall(r"^tests/contract/.*toy.* PASSED", told, re.MULTILINE)) >= 10, told


def test_its_secret_is_asked_for_and_what_it_parks_explained(checkout: Path) -> None:
    told = run(checkout, sys.executable, "-c", TOLD).splitlines()
    assert told[0] == "The toy is broken. mend the toy, then replay it"
    assert "TOY_KEY: is not set; write the key of the toy box" in told[1:]


def test_both_bundles_hold_it(checkout: Path, tmp_path: Path) -> None:
    words = ("--recognizer", "toy", "--encoder", "none", "--out", str(tmp_path))
    run(checkout, sys.executable, "-m", "tools", "bundle", *words)
    bundles = list(tmp_path.glob("*.zip"))
    assert len(bundles) == 2
    for bundle in bundles:
        with ZipFile(bundle) as packed:
            assert f"{FOLDER}__init__.py" in packed.namelist()


def test_the_demo_finds_products_with_it(checkout: Path, tmp_path: Path) -> None:
    words = ("--once", "--recognizer", "toy", "--catalog", str(sampled(tmp_path, slice(5))))
    assert "5 of 5 products enriched" in run(
        checkout, sys.executable, "-m", "devstack.demo", *words, TOY_KEY="any"
    )


def test_a_program_of_ones_own_labels_a_picture() -> None:
    [program] = pages.code("docs/recognizers.md", "python")
    shoe = SAMPLE / "pictures" / "runx-running-shoe.jpg"
    done = ran(sys.executable, "-c", program.replace("shoe.jpg", str(shoe)))
    assert done.returncode == 0, done.stderr
    assert re.search(r"^Shoe 0\.\d+$", done.stdout, re.MULTILINE)
