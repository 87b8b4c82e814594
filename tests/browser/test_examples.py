"""storefront/examples: each is built as its README says, and searched with the photo of a shoe."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, ConsoleMessage, FilePayload, Locator, Page, expect
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from devstack.environment import REPOSITORY, child_environment
from devstack.processes import LOOPBACK, Command, Processes, http_answers
from devstack.serving import serving
from tests.browser.demo import Demo
from tests.outside import eventually
from tests.programs import ran

EXAMPLES = REPOSITORY / "storefront" / "examples"
PHOTO_OF = "runx-running-shoe"
SAME_PHOTO = 0.95
"""A closeness that only the photo itself has, made small by the browser."""
_CLOSENESS = re.compile(r"\(?(-?\d\.\d\d)\)?$")


@dataclass
class Visit:
    """A page of an example, and the errors that its console told."""

    page: Page
    photo: FilePayload
    hits: str = ".ais-Hits-item"
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _hear(self, told: ConsoleMessage) -> None:
        if told.type == "error" and not told.location["url"].endswith("/favicon.ico"):
            self.complaints.append(f"{told.text} at {told.location}")

    @property
    def shown(self) -> list[tuple[str, float | None]]:
        """Name and closeness of each product."""
        texts = [text.strip() for text in self.page.locator(self.hits).all_inner_texts()]
        told = [(_CLOSENESS.sub("", text).strip(), _CLOSENESS.search(text)) for text in texts]
        return [(name, float(found[1]) if found else None) for name, found in told]

    @property
    def words(self) -> Locator:
        return self.page.locator("input[type=search]")

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def choose(self) -> None:
        """Choose the photo by the button for it."""
        with self.page.expect_file_chooser() as choosing:
            self.button("Search with a photo").click()
        choosing.value.set_files(self.photo)

    def choose_labeled(self) -> None:
        self.page.get_by_label("Photo", exact=True).set_input_files(self.photo)

    def stop(self) -> None:
        self.button("Stop using the photo").click()

    def stop_labeled(self) -> None:
        self.page.get_by_label("Photo", exact=True).set_input_files([])


@pytest.fixture
def visit(browser: Browser, demo: Demo) -> Iterator[Visit]:
    demo.tap.reset()
    photo: FilePayload = {"name": "shoe.jpg", "mimeType": "image/jpeg", "buffer": demo.photo_of(PHOTO_OF)}
    context = browser.new_context()
    context.set_default_timeout(10_000)
    entered = Visit(context.new_page(), photo)
    yield entered
    demo.tap.reset()
    context.close()
    assert not entered.complaints


@pytest.fixture(scope="module")
def settings(demo: Demo) -> dict[str, str]:
    """The variables of `.env`."""
    names = demo.endpoints
    return {
        "SEARCH_URL": names.search_url,
        "ALGOLIA_URL": names.algolia_url,
        "ALGOLIA_APP_ID": names.app_id,
        "ALGOLIA_SEARCH_KEY": names.keys.search,
        "ALGOLIA_INDEX": names.index,
    }


def run(folder: Path, *command: str, **variables: str) -> None:
    """Run a program of the folder's packages."""
    program = folder / "node_modules" / ".bin" / command[0]
    assert program.exists(), "the examples are not installed; `make test` does it"
    done = ran(program, *command[1:], cwd=folder, env=child_environment(variables))
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def pages(settings: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("examples")
    run(EXAMPLES, "vite", "build", "--logLevel", "warn", "--outDir", str(made), "--emptyOutDir", **settings)
    return made


def narrows_by_photo_and_words(
    visit: Visit, demo: Demo, choose: Callable[[], None], stop: Callable[[], None]
) -> None:
    """A photo orders the products, words refine within it, and without the photo they are as ever.

    Words that are typed while a photo is on its way don't stop it.
    """
    eventually(lambda: len(visit.shown), (4).__lt__)
    assert {closeness for _, closeness in visit.shown} == {None}

    choose()
    eventually(lambda: {closeness is None for _, closeness in visit.shown}, {False}.__eq__)
    assert visit.shown[0][0] == demo.name_of(PHOTO_OF)
    closeness = [each for _, each in visit.shown if each is not None]
    assert len(closeness) == len(visit.shown) > 4
    assert closeness == sorted(closeness, reverse=True)
    assert closeness[0] > SAME_PHOTO > closeness[1]

    visit.words.fill("basketball")
    shoe, ball = demo.name_of("hi-top-basketball-shoe"), demo.name_of("basketball")
    eventually(lambda: [name for name, _ in visit.shown], [shoe, ball].__eq__)
    assert None not in [each for _, each in visit.shown]

    stop()
    eventually(lambda: visit.shown, [(ball, None), (shoe, None)].__eq__)

    demo.tap.gate.clear()
    choose()
    visit.words.fill("running")
    eventually(lambda: {ball in name for name, _ in visit.shown}, {False}.__eq__)
    assert {closeness for _, closeness in visit.shown} == {None}
    demo.tap.gate.set()
    eventually(lambda: {closeness is None for _, closeness in visit.shown}, {False}.__eq__)
    assert visit.shown[0][0] == demo.name_of(PHOTO_OF)


def refines_by_category(visit: Visit, demo: Demo) -> None:
    """The photo orders the products of a category, too."""
    visit.words.fill("")
    visit.page.get_by_role("checkbox", name=re.compile("Footwear")).check()
    footwear = {str(each.record["name"]) for each in demo.products if "Footwear" in each.record["categories"]}
    eventually(lambda: {name for name, _ in visit.shown}, footwear.__eq__)
    assert visit.shown[0][0] == demo.name_of(PHOTO_OF)


@contextmanager
def served(folder: Path, demo: Demo) -> Iterator[str]:
    """Files at an origin that the search function lets in."""
    app = Starlette(routes=[Mount("/", StaticFiles(directory=folder, html=True))])
    with serving(app, demo.elsewhere) as port:
        yield f"http://{LOOPBACK}:{port}"


def test_plain_fetch(visit: Visit, demo: Demo, pages: Path) -> None:
    visit.hits = "#hits li"
    with served(pages, demo) as address:
        visit.page.goto(f"{address}/fetch/")
        narrows_by_photo_and_words(visit, demo, visit.choose_labeled, visit.stop_labeled)


def test_autocomplete(visit: Visit, demo: Demo, pages: Path) -> None:
    visit.hits = ".aa-Item"
    with served(pages, demo) as address:
        visit.page.goto(f"{address}/autocomplete/")
        visit.words.focus()
        narrows_by_photo_and_words(visit, demo, visit.choose, visit.stop)


def test_vue_instantsearch(visit: Visit, demo: Demo, pages: Path) -> None:
    with served(pages, demo) as address:
        visit.page.goto(f"{address}/vue/")
        narrows_by_photo_and_words(visit, demo, visit.choose, visit.stop)
        refines_by_category(visit, demo)


@pytest.fixture(scope="module")
def next_page(
    demo: Demo, settings: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    folder, port = EXAMPLES / "next", demo.elsewhere
    variables = {**settings, "NEXT_TELEMETRY_DISABLED": "1"}
    run(folder, "next", "build", **variables)
    program = str(folder / "node_modules" / ".bin" / "next")
    argv = (program, "start", "--hostname", LOOPBACK, "--port", str(port))
    healthy = http_answers(port, "/")
    command = Command("next", argv, healthy, child_environment(variables), (port,), folder)
    processes = Processes(tmp_path_factory.mktemp("next"))
    try:
        processes.start(lambda: command)
        yield f"http://{LOOPBACK}:{port}/"
    finally:
        processes.end()


def test_nextjs(visit: Visit, demo: Demo, next_page: str) -> None:
    html = requests.get(next_page, timeout=10).text
    visit.page.goto(next_page)
    first = visit.page.locator(visit.hits).first
    expect(first).to_be_visible()
    rendered = re.findall(r'<li[^>]*class="ais-Hits-item"[^>]*>(.*?)</li>', html)
    assert [re.sub(r"<!--.*?-->", "", each).strip() for each in rendered] == [name for name, _ in visit.shown]
    narrows_by_photo_and_words(visit, demo, visit.choose_labeled, visit.stop)
    refines_by_category(visit, demo)
