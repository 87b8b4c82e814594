"""The commands of the pages, run as they stand there, on the path that their page promises."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from devstack import runs
from devstack.demo.catalog import load
from devstack.demo.trial import altered
from devstack.environment import REPOSITORY
from devstack.processes import free_ports
from tests import onnx_models, pages
from tests.e2e.programs import printing, sampled
from tests.outside import Outside, eventually
from tests.pictures import jpeg
from tests.tools.conftest import Tools
from tests.unit.tools.teach.blobs import fill, striped
from tools.teach.looking import FEWEST_PRODUCTS

ELSEWHERE = {
    'curl -F "image=@$PHOTO"': "tests/e2e/test_demo.py",
    "curl -X POST": "tests/functions/test_search_likeness.py",
    "export APP=": "tests/unit/tools/reference/test_guide.py",
    "gcloud services enable pubsub": "tests/unit/tools/reference/test_guide.py",
    'eval "$(_VISUAL_SEARCH_COMPLETE=': "tests/tools/test_completing.py",
    "visual-search check live": "tests/tools/test_check_live.py",
    "visual-search check recognizer": "tests/tools/test_check_recognizer.py",
    "visual-search check deployment": "tests/tools/test_check_deployment.py",
    "cd storefront/examples": "tests/browser/test_examples.py",
    "npm install ./visual-image-search": "tests/e2e/test_pages.py",
    ".venv/bin/python -m devstack.algolia": "tests/e2e/test_pages.py",
    "curl -H 'x-algolia-application-id: LOCAL'": "tests/e2e/test_pages.py",
}
"""Blocks by how they begin, and the test that runs them."""
NOT_HERE = {
    "gcloud": "needs a project of Google Cloud",
    "terraform": "needs a project of Google Cloud; tests/terraform/test_pages.py runs it with a stand-in",
    "docker": "pulls an image; tests/repository/test_containers.py follows its steps",
    "git": "needs the address of the repository",
    "sudo": "installs programs on the machine",
    "node": "is installed by the line above it",
    "make": "takes minutes; the targets are in MADE_BY",
    "visual-search encoder import my-siglip --out my-encoder.onnx --quantize pictures": "needs torch; "
    "tests/unit/tools/encoder",
    "visual-search pictures import products_export.csv": "fetches from the web; "
    "tests/tools/importing/test_bucket.py",
}
"""Programs and whole commands that only their words are checked of, in tests/repository/test_commands.py."""
MADE_BY = {
    "demo": "tests/e2e/test_demo.py",
    "setup": "tests/repository/test_containers.py",
    "storefront": "tests/browser/test_readme.py",
    "test": ".ci/run",
}
RUN = [block for block in pages.COMMANDS if not block.code.startswith(tuple(ELSEWHERE))]
PRODUCTS = FEWEST_PRODUCTS + 3
"""Of the sample's last ones, which are furniture: a projection tells them apart for certain."""
ANSWERS = {"docs/importing.md": "handle"}
SHOPIFY = "Handle,Title,Image Src,Image Position\n42,Shoe,https://cdn.shop.example/42.jpg,1\n"


def here(block: pages.Block) -> list[str]:
    """The statements that are run in this file."""
    return [
        line
        for line in block.statements
        if not {line.strip(), *(name for name, _ in pages.calls(line))} & NOT_HERE.keys()
    ]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory, outside: Outside) -> Path:
    """A checkout after set-up, with a shop's files, a profile, and what the pages suppose of the shop."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in (".venv", ".cache", "terraform", "devstack", "shared"):
        (folder / name).symlink_to(REPOSITORY / name)
    (folder / "shop.tfvars").write_text(pages.code("docs/operations.md", "hcl")[0], encoding="utf-8")
    (folder / "products_export.csv").write_text(SHOPIFY, encoding="utf-8")
    onnx_models.declare(onnx_models.averaging_model(folder / "my-encoder.onnx"))
    runs.write_profile(folder, outside.stack.operator_env())
    (folder / "build").mkdir()
    (folder / "build/bundles-0a1b2c3d4e5f.tfvars.json").touch()
    _fill_catalog(folder)
    _fill_stack(outside)
    return folder


def _fill_catalog(folder: Path) -> None:
    """Classes of pictures; products, photos of them, and photos of other things."""
    fill(folder / "pictures/Pinstripe", 20, lambda number: striped(number, upright=True))
    fill(folder / "pictures/Breton", 20, lambda number: striped(number, upright=False))
    fill(folder / "not-sold", 130, lambda number: striped(number, upright=number % 2 == 0))
    (folder / "shop").mkdir()
    for product in load(sampled(folder / "shop", slice(-PRODUCTS, None))):
        photos = folder / "photos" / product.id
        photos.mkdir(parents=True)
        copies = altered(product.pictures[0].read_bytes())
        for name in ("small", "on another background"):
            (photos / f"{name}.jpg").write_bytes(copies[name])


def _fill_stack(outside: Outside) -> None:
    former = {"visualWords_66c162": ["a00"], "visualCode_66c162": "AA=="}
    outside.seed([{"objectID": "42", **former}, {"objectID": "43"}], searchableAttributes=["name"])
    outside.upload("products/42/front.jpg", jpeg(seed=42))
    outside.upload("products/43/front.jpg", b"BM no picture")
    eventually(lambda: outside.labels("42"), bool)
    eventually(lambda: parked(outside), bool)


def parked(outside: Outside) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = Tools(outside.stack.operator_env()).json("parked", "list")
    return found


@pytest.fixture(scope="module")
def bundled() -> set[str]:
    """The calls that have bundled, which makes the same each time."""
    return set()


@pytest.mark.parametrize("block", [block for block in RUN if here(block)], ids=str)
def test_the_commands_of_a_page_work_as_they_stand_there(
    block: pages.Block, checkout: Path, outside: Outside, bundled: set[str]
) -> None:
    script = "\n".join([*pages.promised(block.page), *(line for line in here(block) if line not in bundled)])
    bundled.update(line for line in here(block) if "visual-search bundle " in line)
    if re.search(r"\bID\b", script):
        script = re.sub(r"\bID\b", parked(outside)[0]["id"], script)
    done = pages.run(script, checkout, answer=ANSWERS.get(block.page, "y"))
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_is_run_elsewhere_is_on_a_page_and_its_test_is_there() -> None:
    for begin, test in ELSEWHERE.items():
        assert [block for block in pages.COMMANDS if block.code.startswith(begin)], begin
        assert (REPOSITORY / test).is_file()
    left = {name for block in RUN for line in block.statements for name, _ in pages.calls(line)}
    assert NOT_HERE.keys() <= left | {line.strip() for block in RUN for line in block.statements}


def test_each_target_to_make_is_made_somewhere() -> None:
    calls = [call for block in pages.COMMANDS for line in block.statements for call in pages.calls(line)]
    assert {words.split()[0] for name, words in calls if name == "make"} == MADE_BY.keys()
    assert all((REPOSITORY / place).is_file() for place in MADE_BY.values())


def test_the_local_algolia_answers_as_its_page_says(checkout: Path) -> None:
    start, ask = pages.blocks("devstack/algolia/README.md", "console")
    port = str(free_ports(1)[0])
    script = f"exec {start.code.replace('7700', port)}"
    with printing(["bash", "-c", script], checkout, {"PATH": pages.SYSTEM}) as server:
        assert server.stdout is not None
        assert port in server.stdout.readline()
        done = pages.run(ask.code.replace("7700", port), checkout)
    assert re.search(r'"hits":\s*\[\{.*"Red hat"', done.stdout), done.stderr


def test_the_widget_is_installed_as_its_page_says(tmp_path: Path) -> None:
    [install] = pages.code("storefront/README.md", "console")
    [package] = (REPOSITORY / "storefront").glob("*.tgz")
    shutil.copy(package, tmp_path)
    (tmp_path / "package.json").write_text("{}", encoding="utf-8")
    node = str(Path(shutil.which("npm") or "npm").parent)
    quiet = {"npm_config_offline": "true", "npm_config_legacy_peer_deps": "true"}
    done = pages.run(install, tmp_path, f"{node}:{pages.SYSTEM}", **quiet)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "node_modules/visual-image-search/dist").is_dir()
