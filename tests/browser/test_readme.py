"""The examples of storefront/README.md, put into pages that have InstantSearch and nothing else of ours."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from devstack import own_page
from devstack.environment import REPOSITORY
from devstack.processes import LOOPBACK
from devstack.serving import serving
from tests import pages
from tests.browser.demo import Demo
from tests.browser.shopper import Shopper
from tests.outside import eventually

PACKAGE = REPOSITORY / "storefront"
PLACEHOLDER = "https://YOUR-SEARCH-FUNCTION"
_CLIENT = """
import { liteClient } from 'algoliasearch/lite';
const hosts = [{ url: 'ALGOLIA', accept: 'readWrite', protocol: 'http' }];
const searchClient = liteClient('APP', 'KEY', { hosts });
const indexName = 'INDEX';
"""
_WIDGETS = """
import { configure } from 'instantsearch.js/es/widgets';
search.addWidgets([configure({ hitsPerPage: 10 })]);
"""
_SHOP = f"""
import instantsearch from 'instantsearch.js';
const search = instantsearch({{ indexName, searchClient }});
{_WIDGETS}"""
_HITS = """
import { hits } from 'instantsearch.js/es/widgets';
search.addWidgets([hits({ container: '#hits', templates: { item: (hit) => hit.name } })]);
"""
_BUILD = """
import { build } from 'vite';
const [entry, outDir] = process.argv.slice(2);
const lib = { entry, formats: ['iife'], name: 'page', fileName: () => 'page.js', cssFileName: 'page' };
const define = { 'process.env.NODE_ENV': '"production"' };
await build({ configFile: false, logLevel: 'error', define, build: { lib, outDir } });
"""


def blocks(language: str) -> list[str]:
    """The README's code of a language, in order."""
    return pages.code("storefront/README.md", language)


@pytest.fixture
def folder() -> Iterator[Path]:
    """Inside the checkout, where a bundler finds the packages as it does in a shop's own."""
    with tempfile.TemporaryDirectory(dir=REPOSITORY / ".cache", prefix="readme-") as name:
        yield Path(name)


@pytest.fixture
def shopper(browser: Browser) -> Iterator[Shopper]:
    context = browser.new_context()
    yield Shopper(context.new_page())
    context.close()


def filled(source: str, demo: Demo) -> str:
    """Code with the names and addresses of this machine."""
    names = demo.endpoints
    told = {
        "'ALGOLIA'": f"'{names.algolia_url.removeprefix('http://')}'",
        "'APP'": f"'{names.app_id}'",
        "'KEY'": f"'{names.keys.search}'",
        "'INDEX'": f"'{names.index}'",
        PLACEHOLDER: names.search_url,
    }
    for name, value in told.items():
        source = source.replace(name, value)
    return source


def bundled(folder: Path, source: str) -> Path:
    """The folder of what a shop's bundler makes of a script: page.js and page.css."""
    entry, script, made = folder / "entry.js", folder / "build.mjs", folder / "made"
    entry.write_text(source, encoding="utf-8")
    script.write_text(_BUILD, encoding="utf-8")
    subprocess.run(["node", script, entry, made], cwd=folder, check=True, capture_output=True, timeout=60)
    return made


@contextmanager
def opened(page: Page, demo: Demo, folder: Path, head: str, body: str = "") -> Iterator[None]:
    """Show a page of a folder's files from an origin that the search function lets in."""
    html = f'<!doctype html><html lang="en">{head}<body>{body}<div id="hits"></div></body></html>'
    (folder / "index.html").write_text(html, encoding="utf-8")
    app = Starlette(routes=[Mount("/", StaticFiles(directory=folder, html=True))])
    with serving(app, demo.elsewhere) as port:
        page.goto(f"http://{LOOPBACK}:{port}/")
        yield


def finds(shopper: Shopper, demo: Demo, product: str) -> None:
    shopper.drop(demo.photo_of(product))
    expect(shopper.button("Remove photo")).to_be_visible()
    eventually(shopper.page.locator("#hits li").first.inner_text, demo.name_of(product).__eq__)


SCRIPT = '<script defer src="page.js"></script>'


def test_a_page_gets_it_in_under_ten_lines_and_without_a_bundler_by_two_tags(
    shopper: Shopper, demo: Demo, folder: Path
) -> None:
    element, head, added = blocks("html")[0], blocks("html")[1], blocks("js")[1]
    with_a_bundler = f"{blocks('js')[0]}\n{element}"
    assert len([line for line in with_a_bundler.splitlines() if line.strip()]) < 10
    assert "import" not in added
    made = bundled(folder, filled(f"{_CLIENT}{_SHOP}{_HITS}window.search = search;", demo))
    shutil.copytree(PACKAGE / "dist", made / "image-search")
    (made / "example.js").write_text(filled(f"{added}search.start();", demo), encoding="utf-8")
    later = SCRIPT + SCRIPT.replace("page", "example")
    with opened(shopper.page, demo, made, head.replace("<script ", "<script defer ") + later, element):
        finds(shopper, demo, "tent")


def test_a_page_of_somebodys_own_needs_what_the_demo_prints_and_its_hits(
    shopper: Shopper, demo: Demo, folder: Path
) -> None:
    printed = own_page.lines(demo.endpoints, own_page.package())
    [install] = re.findall(r"^npm install .+$", printed, re.MULTILINE)
    pasted = "\n".join(re.findall(r"^(?:import|const|search).+$", printed, re.MULTILINE))
    [element] = re.findall(r"^<.+>$", printed, re.MULTILINE)
    # Here InstantSearch comes from the checkout around the folder; a project has its own.
    (folder / "package.json").write_text("{}", encoding="utf-8")
    command = [*shlex.split(install), "--legacy-peer-deps", "--offline", "--no-audit", "--ignore-scripts"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=60)
    source = f"{pasted}{_WIDGETS}{_HITS}search.start();"
    made = bundled(folder, source)
    with opened(shopper.page, demo, made, f'<link rel="stylesheet" href="page.css">{SCRIPT}', element):
        finds(shopper, demo, "tent")
        assert shopper.opener.evaluate("element => getComputedStyle(element).cursor") == "pointer"
        assert (folder / "node_modules" / "visual-image-search").is_dir()
