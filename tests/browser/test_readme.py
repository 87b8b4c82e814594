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
from playwright.sync_api import Browser, FilePayload, Page, expect
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
_REACT_SHOP = """
import { createRoot } from 'react-dom/client';
import { InstantSearch, useHits } from 'react-instantsearch-core';
const Hits = () => useHits().items.map(({ objectID, name }) => <h2 key={objectID}>{name}</h2>);
createRoot(document.querySelector('#hits')).render(
  <InstantSearch indexName={indexName} searchClient={searchClient}><PhotoSearch /><Hits /></InstantSearch>,
);
"""
_BUILD = """
import { build } from 'vite';
const [entry, outDir] = process.argv.slice(2);
const lib = { entry, formats: ['iife'], name: 'page', fileName: () => 'page.js', cssFileName: 'page' };
const define = { 'process.env.NODE_ENV': '"production"' };
const esbuild = { jsx: 'automatic' };
await build({ configFile: false, logLevel: 'error', define, esbuild, build: { lib, outDir } });
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
    entry, script, made = folder / "entry.jsx", folder / "build.mjs", folder / "made"
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


def test_a_page_gets_picture_search_in_under_ten_lines(shopper: Shopper, demo: Demo, folder: Path) -> None:
    added, element = blocks("js")[0], blocks("html")[0]
    assert len([line for line in (added + element).splitlines() if line.strip()]) < 10
    made = bundled(folder, filled(f"{_CLIENT}{_SHOP}{added}{_HITS}search.start();", demo))
    with opened(shopper.page, demo, made, f'<link rel="stylesheet" href="page.css">{SCRIPT}', element):
        finds(shopper, demo, "tent")
        assert shopper.opener.evaluate("element => getComputedStyle(element).cursor") == "pointer"


def test_a_page_without_a_bundler_gets_it_by_two_tags(shopper: Shopper, demo: Demo, folder: Path) -> None:
    element, head, added = blocks("html")[0], blocks("html")[1], blocks("js")[1]
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
        assert (folder / "node_modules" / "visual-image-search").is_dir()


def test_hits_tell_why_they_are_there(shopper: Shopper, demo: Demo, folder: Path) -> None:
    added, why, asked = blocks("js")[0], blocks("js")[2], blocks("js")[4]
    imported, similar = asked.replace("(hit)", "({objectID: 'tent'})").split("\n\n")
    source = f"{_CLIENT}{_SHOP}{added}{why}{imported}search.start();"
    source += "Object.assign(window, { search, imageSearchOf });"
    with opened(shopper.page, demo, bundled(folder, filled(source, demo)), SCRIPT, blocks("html")[0]):
        expect(shopper.page.locator("#hits li").first).to_be_visible()
        assert "imilar" not in shopper.page.locator("#hits").inner_text()
        shopper.page.evaluate(f"() => {{ {similar} }}")
        expect(shopper.page.locator("#hits li").first).to_contain_text("imilar")


def test_react_gets_an_interface_of_its_own(shopper: Shopper, demo: Demo, folder: Path) -> None:
    photo: FilePayload = {"name": "t.jpg", "mimeType": "image/jpeg", "buffer": demo.photo_of("tent")}
    made = bundled(folder, filled(f"{_CLIENT}{blocks('jsx')[0]}{_REACT_SHOP}", demo))
    with opened(shopper.page, demo, made, SCRIPT):
        shopper.page.get_by_label("Photo", exact=True).set_input_files(photo)
        expect(shopper.button("Remove photo")).to_be_visible()
        first = shopper.page.get_by_role("heading").first
        eventually(first.inner_text, demo.name_of("tent").__eq__)
