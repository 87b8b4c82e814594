"""docs/recognisers.md: a recogniser of one's own, by touching the five places that it names and no other."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from devstack.environment import REPOSITORY, child_environment

PROVIDER = '''
"""Sees a toy in everything."""

from shared.errors import Failure
from shared.imaging import Picture
from shared.imaging.opening import product_opener
from shared.labeling import Labeler
from shared.model import Label, Labels


def create(*, name: str, min_score: float | None = None, max_labels: int = 10) -> "Toy":
    return Toy(name)


class Toy(Labeler):
    name = "toy"

    def __init__(self, seen: str) -> None:
        self.recogniser_id = f"toy/{seen}"
        self._seen = seen

    def label_many(self, pictures: list[Picture]) -> list[Labels | Failure]:
        return [self._one(picture) for picture in pictures]

    def _one(self, picture: Picture) -> Labels | Failure:
        try:
            raster = product_opener().raster(picture, 16)
        except Failure as failure:
            return failure
        return (Label(self._seen, 1.0), Label(f"Shade {sum(raster.resized(1, 1, 'box').rgb())}", 0.5))
'''
SETTINGS = '''

class ToySettings(Settings):
    """A toy, `LABELER=toy`."""

    model_config = ConfigDict(alias_generator=lambda name: f"TOY_{name.upper()}")

    name: str = Field(description="what it sees in every picture")


'''
SUBJECT = """

@pytest.fixture(scope="session")
def toy() -> Subject:
    from shared.labeling import registry

    return Subject(registry.create("toy", {"name": "Teddy"}))


"""
LABELLING = """
from shared import wiring
from shared.settings import LabelingSettings
from tests.pictures import jpeg
from shared.imaging import Picture

settings = LabelingSettings.from_env({"LABELER": "toy", "TOY_NAME": "Teddy", "ENCODER": "none"})
labels = wiring.labeler(settings).label(Picture(jpeg()))
print(labels[0].name, settings.recogniser_options())
LabelingSettings.from_env({"LABELER": "toy", "ENCODER": "none"})
"""
_LEFT_OUT = shutil.ignore_patterns("node_modules", "__pycache__", "terraform", "storm")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with a toy in the five places."""
    root = tmp_path_factory.mktemp("checkout")
    for folder in ("shared", "devstack", "tools", "tests"):
        shutil.copytree(REPOSITORY / folder, root / folder, ignore=_LEFT_OUT)
    shutil.copy(REPOSITORY / "pyproject.toml", root)
    (root / ".cache").symlink_to(REPOSITORY / ".cache")
    for place, edit in _edits().items():
        _change(root / place, *edit)
    return root


def _edits() -> dict[str, tuple[str, str]]:
    """By file: behind what, and what to write there; places in the order of the documentation."""
    line = '    "toy": Provider("shared.labeling.providers.toy", library="json"),\n'
    contract = "tests/contract/test_labelers.py"
    return {
        "shared/labeling/providers/toy/__init__.py": ("", PROVIDER),
        "shared/labeling/registry.py": ("PROVIDERS: Mapping[str, Provider] = {\n", line),
        "shared/settings/recognisers.py": (
            "RECOGNISERS: Mapping[str, type[Settings]] = {\n",
            '    "toy": ToySettings,\n',
        ),
        "pyproject.toml": ("[dependency-groups]\n", "toy = []\n"),
        contract: ("SUBJECTS = (\n", '    "toy",\n'),
    }


def _change(path: Path, behind: str, more: str) -> None:
    path.parent.mkdir(exist_ok=True)
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    assert behind in text
    at = text.index(behind) + len(behind)
    own = {"recognisers.py": SETTINGS, "test_labelers.py": SUBJECT}.get(path.name, "")
    changed = text[:at] + more + text[at:]
    place = changed.index(behind) if own else 0
    path.write_text(changed[:place] + own.lstrip("\n") + changed[place:], encoding="utf-8")


def run(checkout: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = child_environment({"PYTHONPATH": str(checkout)})
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=checkout,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_documentation_names_these_five_places() -> None:
    page = (REPOSITORY / "docs" / "recognisers.md").read_text(encoding="utf-8")
    text = page.partition("## Add your own in five places")[2]
    named = re.findall(r"^\d\. `([^`]+)`", text, re.MULTILINE)
    wanted = [place.replace("toy/__init__.py", "NAME/") for place in _edits()]
    assert named == wanted


def test_it_labels_by_its_own_settings_and_says_what_is_missing(checkout: Path) -> None:
    done = run(checkout, "-c", LABELLING)
    assert done.stdout.startswith("Teddy {'name': 'Teddy'"), done.stderr
    assert "TOY_NAME: is not set; write what it sees in every picture" in done.stderr


def test_it_is_held_to_the_ports_promises(checkout: Path) -> None:
    done = run(checkout, "-m", "pytest", "tests/contract/test_labelers.py", "-q", "-k", "toy")
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"\b1[0-9] passed", done.stdout), done.stdout


def test_without_its_line_in_the_registry_it_is_not_known(checkout: Path) -> None:
    script = "from shared.labeling import registry\nregistry.create('toy', {}, {})"
    assert "LABELER: there is no 'toy'" in run(checkout, "-c", script).stderr
