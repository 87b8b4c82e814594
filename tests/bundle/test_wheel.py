"""The wheel: one package of ours, and a program that needs no checkout."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from devstack.environment import REPOSITORY, child_environment
from shared import VERSION
from tests.algolia import ADMIN, APP, INDEX, local_algolia
from tests.bundle.conftest import Venv, clean
from tests.programs import Done, ran
from tools.bundle.requirements import find_uv


@pytest.fixture(scope="module")
def installed(venv: Callable[..., Venv], tmp_path_factory: pytest.TempPathFactory) -> Venv:
    """The wheel, in an environment of its own that holds its dependencies."""
    out, there, uv = tmp_path_factory.mktemp("wheel"), venv("tools"), find_uv(REPOSITORY)
    build = [uv, "build", "--wheel", "--offline", "--quiet", "--out-dir", str(out)]
    subprocess.run(build, cwd=REPOSITORY, env=child_environment(), check=True)
    [wheel] = out.glob("*.whl")
    # With its dependencies, so that one which the wheel forgets or adds would be missed.
    install = [uv, "pip", "install", "--offline", "--quiet", "--python", there.program("python"), str(wheel)]
    subprocess.run(install, cwd=out, env=child_environment(), check=True)
    return there


def call(venv: Venv, cwd: Path, *words: str, **variables: str) -> Done:
    return ran(venv.program("visual-search"), *words, cwd=cwd, env=clean(variables))


def test_nothing_of_ours_lies_beside_the_one_package(installed: Venv, tmp_path: Path) -> None:
    code = (
        "import importlib.metadata as m, json\n"
        "files = m.files('visual-image-search-for-algolia')\n"
        "print(json.dumps(sorted({each.parts[0] for each in files})))"
    )
    tops = json.loads(installed.python(code, tmp_path))
    info = f"visual_image_search_for_algolia-{VERSION}.dist-info"
    assert [each for each in tops if each != ".."] == ["visual_image_search", info]


def test_it_asks_for_all_that_the_lock_installs_for_the_tools(installed: Venv, tmp_path: Path) -> None:
    code = "import importlib.metadata as m; print(*m.requires('visual-image-search-for-algolia'), sep='\\n')"
    asked = {re.split(r"[^\w-]", line)[0] for line in installed.python(code, tmp_path).splitlines()}
    exported = [find_uv(REPOSITORY), "export", "--quiet", "--frozen", "--only-group", "tools", "--no-hashes"]
    lines = subprocess.run(exported, cwd=REPOSITORY, capture_output=True, text=True, check=True).stdout
    # Behind the others uv says which library asks for them.
    wanted = re.findall(r"^([\w-]+)==.*\n(?!    #)", lines, re.MULTILINE)
    assert wanted
    assert set(wanted) <= asked


@pytest.mark.parametrize("words", [("--help",), ("profile", "show"), ("measure", "evaluate", "--help")])
def test_commands_are_there_without_a_checkout(
    words: tuple[str, ...], installed: Venv, tmp_path: Path
) -> None:
    done = call(installed, tmp_path, *words)
    assert (done.returncode, done.stderr) == (0, "")
    assert str(REPOSITORY) not in done.stdout


def test_the_version_is_told(installed: Venv, tmp_path: Path) -> None:
    assert call(installed, tmp_path, "--version").stdout == f"visual-search {VERSION}\n"


def test_an_index_is_prepared_from_another_folder(installed: Venv, tmp_path: Path) -> None:
    with local_algolia() as algolia:
        algolia.seed([{"objectID": "1"}], facets=["brand"])
        variables = {
            "ENCODER": "none",
            "ALGOLIA_APP_ID": APP,
            "ALGOLIA_API_KEY": ADMIN,
            "ALGOLIA_INDEX": INDEX,
            "ALGOLIA_HOSTS": algolia.engine.url,
        }
        done = call(installed, tmp_path, "index", "apply", "--json", **variables)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["applied"] is True


@pytest.mark.parametrize("words", [("bundle",), ("profile", "check-tfvars", "shop.tfvars")])
def test_what_needs_a_checkout_says_so(words: tuple[str, ...], installed: Venv, tmp_path: Path) -> None:
    (tmp_path / "shop.tfvars").touch()
    done = call(installed, tmp_path, *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert "checkout" in done.stderr
    assert done.stderr.count("\n") == 1
