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
from tests.pictures import encoded, scene
from tests.unit.tools.evaluate.studio import Studio, classes, contender, labels, write_catalog
from tools.evaluate.advice import advice, summary
from tools.evaluate.contenders import Contender
from tools.evaluate.datasets import shop
from tools.evaluate.page import page, thumbnail
from tools.evaluate.report import EvaluationReport

HAT = labels("hat")
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


Report = Callable[..., EvaluationReport]


@pytest.fixture
def report(tmp_path: Path) -> Report:
    def make(kind: str = "hat", label: str = "felt") -> EvaluationReport:
        studio, blind = Studio(), Contender("blind", Likeness([GuideLabels(minimum=1.0)]), "Sees nothing.")
        hat = Appearance(labels(label), vector=(1.0, 0.0))
        cup, tea = (Appearance(labels(name), vector=(0.0, 1.0)) for name in ("cup", "tea"))
        studio.shoot_all(tmp_path / "gallery", {f"{kind}/1.png": hat, "mug/2.png": cup, "mug/3.png": cup})
        studio.shoot_all(tmp_path / "queries", {f"{kind}/4.png": hat, "mug/5.png": tea})
        return studio.measure(classes(tmp_path), contender("default"), blind, contender("coded", code=True))

    return make


def test_the_page_refers_to_nothing_outside(report: Report) -> None:
    html = page(report())
    reader = Reader(html)
    outside = {"src", "href", "srcset", "data", "action"}
    addresses = [value for name, value in reader.values if name in outside]
    assert addresses
    assert all(address.startswith("data:image/jpeg;base64,") for address in addresses)
    assert not {"script", "link", "iframe", "object", "base"} & {*reader.tags}
    assert not re.search(r"url\(|@import|https?://", html)


def test_names_are_shown_as_they_are_and_never_become_markup(report: Report) -> None:
    nasty = NASTY.replace("/", "|")
    reader = Reader(page(report(nasty, NASTY)))
    assert "script" not in reader.tags
    assert nasty in reader.text


def test_the_page_tells_rows_numbers_and_hits(report: Report) -> None:
    shown = report()
    reader = Reader(page(shown))
    for row in shown.rows:
        assert f" {row.name} " in reader.text
        assert f"{100 * row.metrics['precision_at_10'].value:.1f}" in reader.text
    assert " default  as deployed About default." in reader.text
    assert reader.text.count("as deployed") == 1
    assert " nan" not in reader.text
    assert reader.tags.count("article") == len(shown.examples) == shown.facts.queries
    assert {("class", "right"), ("class", "wrong")} <= {*reader.values}


def test_the_verdict_comes_first_then_what_to_do_then_searches_and_numbers_are_folded(report: Report) -> None:
    shown = report()
    html = page(shown)
    told = [summary(shown).claim, advice(shown)[0].title, "<article>", "<details>", "<table>"]
    places = [unescape(html).index(each) for each in told]
    assert places == sorted(places)
    assert html.count("<details>") == html.count("</details>") == 3
    assert "<details open" not in html
    assert html.rindex("<table>") < html.index("</table>") < html.rindex("</details>")


def test_one_of_a_thing_is_told_as_one_and_few_searches_are_all_of_them(tmp_path: Path) -> None:
    studio = Studio()
    write_catalog(tmp_path, [{"objectID": "hat"}])
    studio.shoot_all(
        tmp_path, dict.fromkeys(("pictures/hat.png", "photos/hat/1.png", "photos/hat/2.png"), Appearance(HAT))
    )
    report = studio.measure(shop(tmp_path, tmp_path / "photos").limited(1))
    text = Reader(page(report)).text
    assert "1 photo searched with, 1 product to find" in text
    assert "Every search, from the best answer to the worst" in text
    assert "the 1 product asked for" in studio.measure(shop(tmp_path, tmp_path / "photos")).facts.over


@pytest.mark.parametrize(("photos", "title"), [(12, "Every search"), (13, "Twelve searches, as good")])
def test_twelve_stand_for_more_than_twelve(photos: int, title: str, tmp_path: Path) -> None:
    studio, names = Studio(), [f"photos/hat/{number}.png" for number in range(photos)]
    write_catalog(tmp_path, [{"objectID": "hat"}])
    studio.shoot_all(tmp_path, dict.fromkeys(["pictures/hat.png", *names], Appearance(HAT)))
    assert f" {title}" in Reader(page(studio.measure(shop(tmp_path, tmp_path / "photos")))).text


def test_a_right_product_that_is_not_shown_is_shown_last(tmp_path: Path) -> None:
    studio, names = Studio(), [f"p{number}" for number in range(7)]
    write_catalog(tmp_path, [{"objectID": name} for name in names])
    same, odd = Appearance(labels("same")), Appearance(labels("odd"))
    looks = {f"pictures/{name}.png": odd if name == "p6" else same for name in names}
    studio.shoot_all(tmp_path, {**looks, "photos/p6/1.png": same})
    reader = Reader(page(studio.measure(shop(tmp_path, tmp_path / "photos"))))
    assert "the right one in place 7" in reader.text
    assert [value for name, value in reader.values if name == "class"].count("sought") == 1
    assert [value for name, value in reader.values if name == "alt"][-1] == "p6, which is sought"


def test_a_thumbnail_is_small_upright_and_on_white(tmp_path: Path) -> None:
    picture = Image.new("RGBA", (2_000, 1_000), (255, 0, 0, 0))
    exif = picture.getexif()
    exif[0x0112] = 6
    picture.save(tmp_path / "wide.png", exif=exif)
    content = base64.b64decode(thumbnail(tmp_path / "wide.png").partition(",")[2])
    small = Image.open(io.BytesIO(content))
    assert small.size == pytest.approx((72, 144), abs=1)
    assert small.getpixel((36, 72)) == (255, 255, 255)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP"])
def test_a_damaged_picture_that_is_searched_with_has_a_thumbnail(kind: str, tmp_path: Path) -> None:
    content = encoded(scene(), kind)
    (tmp_path / "cut").write_bytes(content[: len(content) * 7 // 10])
    assert thumbnail(tmp_path / "cut").startswith("data:image/jpeg;base64,")
