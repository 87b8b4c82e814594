from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from PIL import Image

from shared.catalog.labels import GuideLabels
from shared.catalog.likeness import Likeness
from shared.model import Appearance
from tests.unit.tools.evaluate.studio import Studio, contender, labels, silent, write_catalog
from tools.evaluate.advice import advice, summary
from tools.evaluate.contenders import Contender
from tools.evaluate.datasets import class_folders, shop
from tools.evaluate.evaluation import evaluate
from tools.evaluate.page import page, thumbnail
from tools.evaluate.report import EvaluationReport

NASTY = '<script>alert("1")</script> & co'


class Reader(HTMLParser):
    """Collects tags, attributes and text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.values: list[tuple[str, str]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.values += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text += f" {data.strip()}"


@pytest.fixture
def report(tmp_path: Path) -> Callable[..., EvaluationReport]:
    def make(kind: str = "hat", label: str = "felt") -> EvaluationReport:
        studio = Studio()
        studio.shoot(tmp_path / f"gallery/{kind}/1.png", Appearance(labels(label), vector=(1.0, 0.0)))
        studio.shoot(tmp_path / "gallery/mug/2.png", Appearance(labels("cup"), vector=(0.0, 1.0)))
        studio.shoot(tmp_path / "gallery/mug/3.png", Appearance(labels("cup"), vector=(0.0, 1.0)))
        studio.shoot(tmp_path / f"queries/{kind}/4.png", Appearance(labels(label), vector=(1.0, 0.0)))
        studio.shoot(tmp_path / "queries/mug/5.png", Appearance(labels("tea"), vector=(0.0, 1.0)))
        blind = Contender("blind", Likeness([GuideLabels(minimum=1.0)]), "Sees nothing.")
        dataset = class_folders(tmp_path / "gallery", tmp_path / "queries")
        return evaluate(dataset, [contender(), blind, contender("coded", code=True)], studio.see, silent)

    return make


def test_the_page_refers_to_nothing_outside(report: Callable[..., EvaluationReport]) -> None:
    html = page(report())
    reader = Reader(html)
    addresses = [
        value for name, value in reader.values if name in {"src", "href", "srcset", "data", "action"}
    ]
    assert addresses
    assert all(address.startswith("data:image/jpeg;base64,") for address in addresses)
    assert not {"script", "link", "iframe", "object", "base"} & {*reader.tags}
    assert not re.search(r"url\(|@import|https?://", html)


def test_names_are_shown_as_they_are_and_never_become_markup(
    report: Callable[..., EvaluationReport],
) -> None:
    nasty = NASTY.replace("/", "|")
    reader = Reader(page(report(nasty, NASTY)))
    assert "script" not in reader.tags
    assert nasty in reader.text


def test_the_page_tells_rows_numbers_and_hits(report: Callable[..., EvaluationReport]) -> None:
    shown = report()
    reader = Reader(page(shown))
    for row in shown.rows:
        assert f" {row.name} " in reader.text
        assert f"{100 * row.metrics['precision_at_10'].value:.1f}" in reader.text
    assert "About tags." in reader.text
    assert " nan" not in reader.text
    assert "as deployed" not in reader.text
    assert reader.tags.count("article") == len(shown.examples) == shown.facts.queries
    assert {("class", "right"), ("class", "wrong")} <= {*reader.values}


def test_the_verdict_comes_first_then_what_to_do_then_searches_and_numbers_are_folded(
    report: Callable[..., EvaluationReport],
) -> None:
    shown = report()
    html = page(shown)
    told = [summary(shown).claim, advice(shown)[0].title, "<article>", "<details>", "<table>"]
    places = [unescape(html).index(each) for each in told]
    assert places == sorted(places)
    assert html.count("<details>") == html.count("</details>") == 3
    assert "<details open" not in html
    assert html.rindex("<table>") < html.index("</table>") < html.rindex("</details>")


def test_a_right_product_that_is_not_shown_is_shown_last(tmp_path: Path) -> None:
    studio = Studio()
    names = [f"p{number}" for number in range(7)]
    write_catalog(tmp_path, [{"objectID": name} for name in names])
    for name in names:
        look = Appearance(labels("odd" if name == "p6" else "same"))
        studio.shoot(tmp_path / f"pictures/{name}.png", look)
    studio.shoot(tmp_path / "photos/p6/1.png", Appearance(labels("same")))
    html = page(evaluate(shop(tmp_path, tmp_path / "photos"), [contender()], studio.see, silent))
    reader = Reader(html)
    assert "the right one in place 7" in reader.text
    assert [value for name, value in reader.values if name == "class"].count("sought") == 1
    assert [value for name, value in reader.values if name == "alt"][-1] == "p6, which is sought"


def test_what_is_deployed_is_marked(tmp_path: Path) -> None:
    studio = Studio()
    for name in ("gallery/mug/1.png", "queries/mug/2.png"):
        studio.shoot(tmp_path / name, Appearance(labels("cup")))
    dataset = class_folders(tmp_path / "gallery", tmp_path / "queries")
    shown = evaluate(dataset, [contender("guide"), contender("default")], studio.see, silent)
    assert " default  as deployed About default." in Reader(page(shown)).text


def test_a_thumbnail_is_small_upright_and_on_white(tmp_path: Path) -> None:
    picture = Image.new("RGBA", (2_000, 1_000), (255, 0, 0, 0))
    exif = picture.getexif()
    exif[0x0112] = 6
    path = tmp_path / "wide.png"
    picture.save(path, exif=exif)
    small = _decoded(thumbnail(path))
    assert small.size == (72, 144)
    assert small.getpixel((36, 72)) == (255, 255, 255)


def _decoded(address: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(address.partition(",")[2])))
