"""docs/recognizers.md: a recognizer of one's own is a folder and a dependency group; the rest follows."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest

from devstack.environment import REPOSITORY, child_environment
from tools.bundle.requirements import find_uv

FOLDER = "shared/labeling/providers/toy/"
TOUCHED = [FOLDER, "pyproject.toml", "uv.lock"]
MADE = {"docs/cost.md", "docs/recognizers.md", "docs/settings.md", "terraform/prices.json"}
"""What `make docs` writes of it."""

COPIED = ("devstack", "docs", "functions", "shared", "terraform", "tests", "tools", "visual_image_search")
_LEFT_OUT = shutil.ignore_patterns("node_modules", ".terraform*", "*.tfstate")
_COMPILED = "__pycache__"

TESTS = (
    *("test_environment.py", "test_reasons.py", "test_settings.py", "test_wiring.py"),
    *("labeling/test_registry.py", "labeling/test_vendors_names.py", "labeling/test_remote.py"),
    *("tools/reference", "tools/cli"),
)
"""The unit tests to which another recognizer could matter."""

UNSET = """
from shared.settings.labeling import LabelingSettings
LabelingSettings.from_env({"RECOGNIZER": "toy", "ENCODER": "none"})
"""
PARKED = """
from tools.parked.cases import advice, happened
print(happened("toy-broken"), advice("toy-broken"))
"""


def files(root: Path) -> Iterator[tuple[str, bytes]]:
    for path in (*root.glob("*.*"), *(found for part in COPIED for found in (root / part).rglob("*"))):
        name = path.relative_to(root).as_posix()
        if path.is_file() and _COMPILED not in path.parts and not _LEFT_OUT(str(root), name.split("/")):
            yield name, path.read_bytes()


def run(checkout: Path, *command: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=checkout,
        env=child_environment({"PYTHONPATH": str(checkout), **env}),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def python(checkout: Path, *arguments: str, **env: str) -> str:
    """What it prints; it has to succeed."""
    done = run(checkout, sys.executable, *arguments, **env)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project, with a toy in it and what the documentation says to run."""
    root = tmp_path_factory.mktemp("checkout")
    for part in COPIED:
        shutil.copytree(REPOSITORY / part, root / part, ignore=_LEFT_OUT)
    for path in REPOSITORY.glob("*.*"):
        if path.is_file():
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
    python(root, "-m", "tools.reference")
    return root


def test_the_documentation_names_what_is_touched() -> None:
    page = (REPOSITORY / "docs" / "recognizers.md").read_text(encoding="utf-8")
    named = re.findall(r"^\d\. `([^`]+)`", page.partition("## Add your own")[2], re.MULTILINE)
    assert named == [place.replace("toy", "NAME") for place in TOUCHED[:2]]


def test_nothing_else_is_touched(checkout: Path) -> None:
    before, after = dict(files(REPOSITORY)), dict(files(checkout))
    changed = {name for name in before | after if before.get(name) != after.get(name)}
    assert changed == {f"{FOLDER}__init__.py", *TOUCHED[1:], *MADE}
    for name in TOUCHED[1:]:
        assert set(after[name].splitlines()) - set(before[name].splitlines()) == {b"toy = []"}


def test_the_lock_and_the_pages_are_up_to_date(checkout: Path) -> None:
    assert run(checkout, find_uv(REPOSITORY), "lock", "--check", "--offline").returncode == 0
    assert python(checkout, "-m", "tools.reference", "--check") == ""


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("settings", "the key of the toy box"),
        ("recognizers", "a toy, and how light the picture is"),
        ("recognizers", "`glow`: a glow (0.25)"),
        ("cost", "Toys, May 2026"),
    ],
)
def test_the_pages_tell_of_it(checkout: Path, page: str, words: str) -> None:
    assert words in (checkout / "docs" / f"{page}.md").read_text(encoding="utf-8")


def passing(checkout: Path, *words: str) -> str:
    return python(checkout, "-m", "pytest", "-q", "-p", "no:cacheprovider", *words)


def test_the_tests_pass_beside_it(checkout: Path) -> None:
    passing(checkout, *(f"tests/unit/{test}" for test in TESTS))


def test_it_is_held_to_the_ports_promises(checkout: Path) -> None:
    told = passing(checkout, "tests/contract/test_recognizers.py", "-k", "toy")
    assert re.search(r"\b1[0-9] passed", told), told


def test_its_secret_is_asked_for(checkout: Path) -> None:
    done = run(checkout, sys.executable, "-c", UNSET)
    assert "TOY_KEY: is not set; write the key of the toy box" in done.stderr


def test_what_it_parks_is_explained(checkout: Path) -> None:
    assert python(checkout, "-c", PARKED) == "The toy is broken. mend the toy, then replay it\n"


def test_both_bundles_hold_it(checkout: Path, tmp_path: Path) -> None:
    words = ("--recognizer", "toy", "--encoder", "none", "--out", str(tmp_path))
    python(checkout, "-m", "tools", "bundle", *words)
    bundles = list(tmp_path.glob("*.zip"))
    assert len(bundles) == 2
    for bundle in bundles:
        with ZipFile(bundle) as packed:
            assert f"{FOLDER}__init__.py" in packed.namelist()


def test_the_demo_finds_products_with_it(checkout: Path, few_products: Path) -> None:
    words = ("--once", "--recognizer", "toy", "--catalog", str(few_products))
    assert "5 of 5 products enriched" in python(checkout, "-m", "devstack.demo", *words, TOY_KEY="any")
