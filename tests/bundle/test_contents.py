"""What lies in a bundle, to the file, and that nothing else changes a byte of it."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devstack.environment import MODEL, REPOSITORY
from tests.bundle.conftest import Built, build
from tools.bundle.contents import BundleSource, Choice, named, zipped

Bundles = Callable[..., Built]
FUNCTIONS = ("enrich", "search")
SIBLINGS = {
    "enrich": {"main.py", "policy.py"},
    "search": {
        *(
            "answers.py",
            "app.py",
            "clients.py",
            "connections.py",
            "contract.py",
            "endpoints.py",
            "examples.py",
        ),
        *("guard.py", "main.py", "openapi.py", "origins.py", "problems.py", "reading.py"),
        *("sentences.py", "strangers.py", "wrapping.py"),
    },
}
PROVIDERS = "shared/labeling/providers"
BUNDLED = f"{PROVIDERS}/embedded/model.onnx"
CHOICES = {
    ("google-vision", "embedded"): ({"google_vision", "embedded"}, {BUNDLED}),
    ("google-vision", "none"): ({"google_vision"}, set[str]()),
    ("rekognition", "none"): ({"rekognition"}, set[str]()),
    ("visenze", "none"): ({"visenze"}, set[str]()),
    ("embedded", "none"): ({"embedded"}, {BUNDLED}),
    ("embedded", "embedded"): ({"embedded"}, {BUNDLED}),
}
LIBRARIES = {
    ("google-vision", "embedded"): {"google-cloud-vision", "numpy", "onnxruntime"},
    ("google-vision", "none"): {"google-cloud-vision"},
    ("rekognition", "none"): {"boto3"},
    ("visenze", "none"): set[str](),
    ("embedded", "none"): {"numpy", "onnxruntime"},
    ("embedded", "embedded"): {"numpy", "onnxruntime"},
}
COMMON = {"algoliasearch", "cachetools", "google-cloud-storage", "pi-heif", "pillow"}
OWN_LIBRARIES = {"enrich": {*COMMON, "google-cloud-pubsub"}, "search": COMMON}
OF_INTEREST = set().union(*LIBRARIES.values(), *OWN_LIBRARIES.values())

contents = st.dictionaries(st.text(st.characters(categories=["L", "N"]), min_size=1), st.binary(), max_size=5)


def shared_without_providers() -> set[str]:
    files = {path for path in (REPOSITORY / "shared").rglob("*") if path.is_file()}
    names = {path.relative_to(REPOSITORY).as_posix() for path in files if path.suffix != ".pyc"}
    return {name for name in names if not name.startswith(f"{PROVIDERS}/")}


def of_provider(folder: str) -> set[str]:
    found = (REPOSITORY / PROVIDERS / folder).glob("*.*")
    return {path.relative_to(REPOSITORY).as_posix() for path in found}


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("choice", CHOICES)
def test_a_bundle_holds_its_function_the_shared_code_and_the_chosen_providers(
    bundles: Bundles, choice: tuple[str, str], function: str
) -> None:
    folders, models = CHOICES[choice]
    expected = SIBLINGS[function] | shared_without_providers() | models | {"requirements.txt"}
    expected |= {f"{PROVIDERS}/__init__.py"}.union(*map(of_provider, folders))
    found = bundles(*choice).contents(function)
    assert set(found) == expected
    assert found["main.py"] == (REPOSITORY / f"functions/{function}/main.py").read_bytes()
    assert all(found[name] == MODEL.read_bytes() for name in models)


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("choice", CHOICES)
def test_only_what_was_chosen_is_installed(bundles: Bundles, choice: tuple[str, str], function: str) -> None:
    lines = bundles(*choice).contents(function)["requirements.txt"].decode().splitlines()
    assert all("==" in line for line in lines)
    names = {line.partition("==")[0] for line in lines}
    wanted = OWN_LIBRARIES[function] | LIBRARIES[choice]
    assert names & OF_INTEREST == wanted
    assert {"functions-framework", "pydantic"} <= names


def test_building_again_gives_the_same_bytes(bundles: Bundles, tmp_path: Path) -> None:
    first, second = bundles(), build(tmp_path)
    for function in FUNCTIONS:
        assert first.archive(function).name == second.archive(function).name
        assert first.archive(function).read_bytes() == second.archive(function).read_bytes()


def test_another_checkout_gives_the_same_bytes(bundles: Bundles, tmp_path: Path) -> None:
    """Other times, other rights, and what lies about on somebody's machine."""
    for part in ("shared", "functions"):
        shutil.copytree(REPOSITORY / part, tmp_path / part, copy_function=shutil.copyfile)
    (tmp_path / "shared/errors.py").chmod(0o600)
    for litter in (".env", "key.pem", "__pycache__/a.json", ".idea/b.json", "main.py~", "own.onnx"):
        for folder in ("shared", "functions/search", f"{PROVIDERS}/embedded"):
            path = tmp_path / folder / litter
            path.parent.mkdir(exist_ok=True)
            path.write_text("secret")
    built = bundles()
    requirements = built.contents("search")["requirements.txt"]
    again = BundleSource(tmp_path, MODEL).contents(
        "search", Choice("google-vision", "embedded"), requirements
    )
    assert zipped(again) == built.archive("search").read_bytes()


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_entry_is_plain_sorted_and_of_no_time(bundles: Bundles, function: str) -> None:
    with ZipFile(bundles().archive(function)) as packed:
        entries = packed.infolist()
    names = [entry.filename for entry in entries]
    assert names == sorted(set(names))
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {entry.external_attr >> 16 for entry in entries} == {0o100644}
    assert {entry.compress_type for entry in entries} == {ZIP_STORED}


def test_terraform_is_told_the_files_and_the_choice(bundles: Bundles) -> None:
    built = bundles("google-vision", "none")
    assert built.variables.keys() == {"enrich", "search", "recognizer", "encoder"}
    assert (built.variables["recognizer"], built.variables["encoder"]) == ("google-vision", "none")
    for function in FUNCTIONS:
        archive = built.archive(function)
        assert archive.is_absolute()
        digest = hashlib.sha256(archive.read_bytes()).hexdigest()
        assert archive.name == f"{function}-{digest[:12]}.zip"


@given(files=contents, order=st.randoms(use_true_random=False))
def test_the_order_of_files_changes_nothing(files: dict[str, bytes], order: object) -> None:
    names = list(files)
    order.shuffle(names)  # type: ignore[attr-defined] # Hypothesis hides the class of its generators
    assert zipped({name: files[name] for name in names}) == zipped(files)


@given(one=contents, other=contents)
def test_names_tell_contents_apart(one: dict[str, bytes], other: dict[str, bytes]) -> None:
    assert (named("search", zipped(one)) == named("search", zipped(other))) == (one == other)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_module_compiles_as_the_platforms_build_compiles_it(
    bundles: Bundles, function: str, tmp_path: Path
) -> None:
    with ZipFile(bundles().archive(function)) as packed:
        packed.extractall(tmp_path)
    done = subprocess.run([sys.executable, "-m", "compileall", "-q", str(tmp_path)], check=False)
    assert done.returncode == 0
