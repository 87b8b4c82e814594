"""Pictures are fetched once, kept in order, and left alone by a second run."""

from __future__ import annotations

import json
import signal
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.outside import eventually
from tests.pictures import encoded, heic, jpeg, scene
from tests.tools.importing.conftest import HOST, OTHER, Shop
from tests.unit.pictures.tls import answer, redirect

ID = ("--id", "objectID")
MISSING = answer(b"", "404 Not Found")


def catalog(shop: Shop, products: dict[str, Sequence[str]]) -> Path:
    records = [{"objectID": product, "images": links} for product, links in products.items()]
    return shop.file("catalog.json", json.dumps(records))


def test_a_second_run_fetches_what_is_not_there(shop: Shop) -> None:
    links = shop.serve("a", "b", "c")
    shop.server.answers["/b"] = MISSING
    source = catalog(shop, {"1": links[:2], "2": links[2:]})
    first = shop.imported(source, *ID)
    assert (first["written"], first["failed"], first["wrong"]) == (2, 1, {"link-missing": 1})
    shop.serve("b")
    shop.server.heads.clear()
    second = shop.imported(source, *ID)
    assert (second["written"], second["there"], second["findings"]) == (1, 2, [])
    assert shop.asked() == ["/b"]
    shop.server.heads.clear()
    assert shop.imported(source, *ID)["there"] == 3
    assert shop.asked() == []


def test_a_second_run_over_a_folder_writes_what_has_changed(shop: Shop) -> None:
    for name in ("1/a.jpg", "2.jpg"):
        shop.file(f"mine/{name}", jpeg())
    shop.imported(shop.folder / "mine")
    shop.file("mine/2.jpg", jpeg(7))
    report = shop.imported(shop.folder / "mine")
    assert (report["written"], report["there"], len(report["stale"])) == (1, 1, 1)


def test_the_same_link_of_several_products_is_fetched_once(shop: Shop) -> None:
    [link] = shop.serve("a")
    report = shop.imported(catalog(shop, {"1": [link], "2": [link, link], "3": [link]}), *ID)
    assert shop.asked() == ["/a"]
    assert shop.pictures() == dict.fromkeys("123", shop.served(link))
    assert (report["pictures"], report["calls"], report["written"]) == (3, 1, 3)


def test_the_same_bytes_of_one_product_count_once_and_where_they_come_first(shop: Shop) -> None:
    first, second, third = shop.serve("a", "b", "c")
    shop.server.answers["/c"] = shop.server.answers["/a"]
    source = catalog(shop, {"1": [first, second, third]})
    assert shop.imported(source, *ID)["same"] == 1
    assert shop.imported(source, *ID)["written"] == 0
    assert shop.pictures() == {"1": shop.served(first, second)}


def test_pictures_are_named_by_what_they_are_and_not_by_what_they_are_called(shop: Shop) -> None:
    contents = {"a.jpg": encoded(scene(), "PNG"), "b.png": heic(scene(seed=1)), "c": jpeg(2)}
    for name, content in contents.items():
        shop.server.answers[f"/{name}"] = answer(content)
    shop.imported(catalog(shop, {"1": [f"https://{HOST}/{name}" for name in contents]}), *ID)
    names = sorted(path.name for path in (shop.out / "products" / "1").iterdir())
    assert [f"{name[:3]}.{name.partition('.')[2]}" for name in names] == ["001.png", "002.heic", "003.jpg"]


@pytest.mark.parametrize(
    "pattern",
    [
        "<objectID>-<file>",
        "p/<objectID>_<file>.<ext>",
        "<objectID>/<file>.<ext>/x",
        "<objectID>/<file>/main.<ext>",
    ],
)
def test_every_pattern_keeps_the_order_and_is_gone_on_with(shop: Shop, pattern: str) -> None:
    links = shop.serve("a", "b")
    shop.server.answers["/b"] = answer(encoded(scene(), "PNG"))
    source = catalog(shop, {"1": links, "2": links})
    assert shop.imported(source, *ID, OBJECT_PATTERN=pattern)["findings"] == []
    found = sorted(path for path in shop.out.rglob("*") if path.is_file())
    assert [path.read_bytes() for path in found] == shop.served(*links) * 2
    assert shop.imported(source, *ID, OBJECT_PATTERN=pattern)["there"] == 4


def test_a_catalog_in_another_order_puts_the_pictures_into_it(shop: Shop) -> None:
    links = shop.serve("a", "b")
    shop.imported(catalog(shop, {"1": links}), *ID)
    shop.server.heads.clear()
    report = shop.imported(catalog(shop, {"1": links[::-1]}), *ID, "--prune")
    assert shop.asked() == []
    assert shop.pictures() == {"1": shop.served(*links[::-1])}
    assert report["pruned"] == 2


def test_what_the_catalog_has_no_more_is_told_of_and_deleted_only_if_asked(shop: Shop) -> None:
    old, new = shop.serve("old", "new")
    shop.file("out/products/1/mine.jpg", jpeg(50))
    shop.imported(catalog(shop, {"1": [old], "2": [old]}), *ID)
    source = catalog(shop, {"1": [new]})
    report = shop.imported(source, *ID)
    assert [len(report["stale"]), report["pruned"], len(shop.pictures()["1"])] == [1, 0, 3]
    assert shop.imported(source, *ID, "--prune")["pruned"] == 1
    assert shop.pictures() == {"1": [*shop.served(new), jpeg(50)], "2": shop.served(old)}


BROKEN = ('[{"objectID": "1", "images": []}, {', '{"objectID": "1", "images": ["x"]}')


@pytest.mark.parametrize("broken", BROKEN)
def test_nothing_is_deleted_of_a_product_that_is_not_known_whole(shop: Shop, broken: str) -> None:
    [link] = shop.serve("a")
    shop.imported(catalog(shop, {"1": [link]}), *ID)
    source = shop.file("catalog.json", broken.replace("[]", f'["https://{HOST}/gone"]'))
    shop.server.answers["/gone"] = answer(jpeg(60))
    assert shop.imported(source, *ID, "--pictures", "images", "--prune")["stale"] == []


def test_a_redirect_to_another_host_needs_its_name(shop: Shop) -> None:
    shop.serve("b")
    shop.server.answers["/a"] = redirect(f"https://{OTHER}/b")
    source = catalog(shop, {"1": [f"https://{HOST}/a"]})
    assert shop.imported(source, *ID, "--pictures", "images")["wrong"] == {"url-refused": 1}
    assert shop.imported(source, *ID, "--pictures", "images", "--host", OTHER)["written"] == 1


def test_a_dry_run_says_what_it_costs_and_fetches_nothing(shop: Shop) -> None:
    links = shop.serve("a", "b")
    source = catalog(shop, {"1": links, "2": links[:1]})
    result = shop.run(source, *ID, "--to", shop.out, "--dry-run")
    shown = " ".join(result.stdout.split())
    assert result.exit_code == 0
    assert "products 2 objectID in objectID" in shown
    assert "to get 2 bytes unknown until they are fetched" in shown
    assert "recognizer calls 2" in shown
    assert "price 0.00 USD" in shown
    assert "Nothing was fetched or written." in result.stderr
    assert shop.asked() == []
    assert not shop.out.exists()


def test_nothing_is_fetched_before_a_person_agrees(shop: Shop) -> None:
    source = catalog(shop, {"1": shop.serve("a")})
    refused = shop.run(source, *ID, "--to", shop.out, answered="n\n")
    assert "Get 1 picture of 1 product?" in refused.stderr
    assert shop.asked() == []
    shop.run(source, *ID, "--to", shop.out, answered="y\n")
    assert shop.pictures()


def test_the_report_file_names_everything_with_product_and_link(shop: Shop) -> None:
    links = [f"https://{HOST}/{number}" for number in range(9)]
    shop.server.answers |= {f"/{number}": MISSING for number in range(9)}
    report, words = (
        shop.folder / "report.json",
        ("--pictures", "images", "--to", shop.out, "--yes", "--report"),
    )
    result = shop.run(catalog(shop, {"1": links}), *ID, *words, report)
    assert result.exit_code == 1
    assert "9 x the host has no such picture: open the link in a browser" in result.stdout
    told = [
        (each["kind"], each["product"], each["place"]) for each in json.loads(report.read_text())["findings"]
    ]
    assert told == [("link-missing", "1", link) for link in links]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([], "Name one source"),
        (["x.csv", "--from-index"], "Name one source"),
        (["--from-index", "--id", "x"], "--id: leave it out"),
        (["x.csv", "--host", "10.0.0.1"], "write the name of a host"),
        (["x.csv", "--report", "/nowhere/at/all"], "there is no folder"),
    ],
)
def test_options_that_make_no_sense_are_told_of(shop: Shop, words: list[str], says: str) -> None:
    result = shop.run(*words)
    assert result.exit_code == 2
    assert says in result.stderr


def test_a_target_that_cannot_be_written_to_is_told_of(shop: Shop) -> None:
    shop.file("file", b"x")
    source = catalog(shop, {"1": shop.serve("a")})
    result = shop.run(source, *ID, "--to", shop.folder / "file" / "out", "--yes")
    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1].startswith("--to: ")


def test_ctrl_c_ends_it_and_the_same_command_goes_on(shop: Shop) -> None:
    count, content = 200, jpeg(1, (1_000, 1_000))
    shop.algolia.seed([{"objectID": str(number)} for number in range(count)])
    for number in range(count):
        shop.file(f"mine/{number}.jpg", content)
    with shop.process(shop.folder / "mine", "--to", shop.out, "--yes") as process:
        eventually(shop.pictures, bool)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert err.strip().endswith("Stopped by Ctrl-C; the same command goes on.")
    before = len(shop.pictures())
    report = shop.imported(shop.folder / "mine")
    assert 0 < before < count
    assert (report["there"], report["written"]) == (before, count - before)
