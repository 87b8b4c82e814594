"""Every kind of catalog ends as the same pictures, named by objectID, in their order."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from devstack.catalogs.records import records
from devstack.catalogs.wrong import Finding
from tests.algolia import INDEX
from tests.pictures import jpeg
from tests.tools.importing.conftest import Shop

G = "http://base.google.com/ns/1.0"


def shopify(links: Sequence[str], *, new: bool = False) -> str:
    """Products 1, with its second picture listed first, and 2, with two variants."""
    old = "Handle,Title,Variant SKU,Image Src,Image Position,Variant Image"
    header = "URL handle,Title,SKU,Product image URL,Image position,Variant image URL" if new else old
    name = '"Shoe, ""red"",\nin two lines ' + "x" * 200_000 + '"'
    rows = [f"1,{name},A,{links[1]},2,", f"1,,,{links[0]},1,", f"2,Bag,B,{links[2]},1,"]
    return "\n".join([header, *rows]) + "\n"


def items(links: Sequence[str], item: str, end: str) -> str:
    def one(product: str, main: str, *more: str) -> str:
        others = "".join(f"<g:additional_image_link>{link}</g:additional_image_link>" for link in more)
        return f"<{item}><g:id>{product}</g:id><g:image_link>{main}</g:image_link>{others}</{item}>"

    return one("1", *links[:2]) + one("2", links[2]) + end


def rss(links: Sequence[str], encoding: str = "") -> str:
    head = f'<?xml version="1.0"{encoding}?><rss xmlns:g="{G}"><channel>'
    return head + items(links, "item", "</channel></rss>")


def atom(links: Sequence[str]) -> str:
    feed = f'<feed xmlns="http://www.w3.org/2005/Atom" xmlns:g="{G}">' + items(links, "entry", "</feed>")
    return feed.replace("<entry>", "<entry><id>tag:shop.example,2026:1</id><link href='x'/>")


def tsv(links: Sequence[str]) -> str:
    rows = [("id", "title", "image link", "additional_image_link"), ("1", "Shoe", *links[:2])]
    return "\n".join("\t".join(row) for row in [*rows, ("2", '12" pan', links[2], "")])


def listed(links: Sequence[str]) -> list[dict[str, object]]:
    first = {"objectID": 1, "images": [{"src": link} for link in links[:2]]}
    return [first, {"objectID": "2", "images": links[2]}]


SOURCES: dict[str, Callable[[Sequence[str]], str | bytes]] = {
    "products_export.csv": shopify,
    "template-of-2025.csv": lambda links: shopify(links, new=True),
    "with-a-byte-order-mark.csv": lambda links: "\ufeff" + shopify(links),
    "utf-16.csv": lambda links: shopify(links).encode("utf-16"),
    "semicolons.csv": lambda links: f"sep=;\r\nobjectID;image\r\n1;{links[0]},{links[1]}\r\n2;{links[2]}\r\n",
    "columns-over-two-lines.csv": lambda links: (
        f'\r\nobjectID,"image\r\nlink"\r\n1,"{links[0]}\r\n{links[1]}"\r\n2,{links[2]}\r\n'
    ),
    "separators-at-the-end.csv": lambda links: f"objectID,image\n1,{links[0]} {links[1]},,\n2,{links[2]}, \n",
    "links-without-a-scheme.csv": lambda links: (
        f"objectID;image\n1;{links[0]},{links[1]}\n2;{links[2]}\n".replace("https:", "")
    ),
    "feed.xml": rss,
    "feed-without-a-namespace.xml": lambda links: rss(links).replace("g:", ""),
    "feed-below-empty-lines.xml": lambda links: "\r\n \n" + rss(links),
    "feed-in-latin-1.xml": lambda links: rss(links, ' encoding="ISO-8859-1"').encode("latin-1"),
    "feed-in-utf-16.xml": lambda links: rss(links).encode("utf-16"),
    "atom.xml": atom,
    "feed.xml.gz": lambda links: gzip.compress(rss(links).encode()),
    "feed.tsv": tsv,
    "columns-that-repeat.csv": lambda links: (
        f"objectID,image,image,objectID\n1,{links[0]},{links[1]},1\n2,,{links[2]},\n"
    ),
    "records.json": lambda links: json.dumps(listed(links), indent=1),
    "records.jsonl": lambda links: "\n".join(json.dumps(each) for each in listed(links)),
}


@pytest.mark.parametrize("name", SOURCES)
def test_a_catalog_of_any_kind_becomes_pictures_in_their_order(shop: Shop, name: str) -> None:
    links = shop.serve("a.jpg", "b.jpg", "c.jpg")
    report = shop.imported(shop.file(name, SOURCES[name](links)))
    first, second, third = shop.served(*links)
    assert report["findings"] == []
    assert shop.pictures() == {"1": [first, second], "2": [third]}
    assert (report["products"], report["pictures"], report["written"]) == (2, 3, 3)


@pytest.mark.parametrize("first", ["<g:id>3</g:id>", "<g:image_link>x</g:image_link>", "<title>x</title>"])
def test_a_feed_is_one_whatever_its_first_item_lacks(shop: Shop, first: str) -> None:
    content = rss(shop.serve("a.jpg", "b.jpg", "c.jpg")).replace("<item>", f"<item>{first}</item><item>", 1)
    report = shop.imported(shop.file("feed.xml", content), "--id", "id")
    assert (report["kind"], len(report["findings"])) == ("Google Merchant feed", 1)
    assert [len(pictures) for pictures in shop.pictures().values()] == [2, 1]


def test_a_folder_becomes_pictures_in_their_order(shop: Shop) -> None:
    for name, content in (("1/b.PNG", "b"), ("1/a.jpg", "a"), ("2.jpg", "c")):
        shop.file(f"mine/{name}", shop.served(*shop.serve(content))[0])
    for name in (".DS_Store", "Thumbs.db", "1/desktop.ini", "2/._a.jpg"):
        shop.file(f"mine/{name}", b"x")
    assert shop.imported(shop.folder / "mine")["findings"] == []
    first, second, third = shop.served("a", "b", "c")
    assert shop.pictures() == {"1": [first, second], "2": [third]}


@pytest.mark.parametrize("named", [[], ["--pictures", "media.url"]])
def test_links_in_the_index_become_pictures(shop: Shop, named: list[str]) -> None:
    links = shop.serve("a.jpg", "b.jpg", "c.jpg")
    first, second, third = [{"url": link} for link in links]
    held = {"1": [first, second], "2": third, "3": []}
    shop.algolia.seed([{"objectID": product, "media": each} for product, each in held.items()])
    report = shop.imported("--from-index", *named)
    assert report["wrong"] == {"no-pictures": 2}
    one, two, three = shop.served(*links)
    assert shop.pictures() == {"1": [one, two], "2": [three]}


def test_an_index_without_records_is_said_to_be_empty(shop: Shop) -> None:
    shop.algolia.send("POST", f"/1/indexes/{INDEX}/clear")
    assert "there are no products in it; export the catalog again, or fill the index" in (
        shop.run("--from-index", "--yes").stderr
    )


def test_a_variant_gets_its_own_picture_first_and_none_of_another(shop: Shop) -> None:
    red, blue, both = shop.serve("red", "blue", "both")
    header = "Handle,Variant SKU,Image Src,Image Position,Variant Image"
    rows = [f"shoe,1,{both},1,{red}", f"shoe,2,{red},2,{blue}", f"shoe,3,{blue},3,"]
    shop.imported(shop.file("s.csv", "\n".join([header, *rows])), "--id", "sku")
    reds, blues, boths = shop.served(red, blue, both)
    assert shop.pictures() == {"1": [reds, boths], "2": [blues, boths], "3": [boths]}


def test_a_variant_without_an_id_is_named_and_a_row_with_a_picture_only_is_not(shop: Shop) -> None:
    red, blue = shop.serve("red", "blue")
    header = "Handle,Option1 Value,Variant SKU,Image Src"
    rows = [f"shoe,red,1,{red}", f"shoe,blue,,{blue}", f"shoe,,,{blue}", "shoe,green,2,"]
    report = shop.imported(shop.file("s.csv", "\n".join([header, *rows])), "--id", "sku")
    assert [each["place"].rpartition(", ")[2] for each in report["findings"]] == ["line 3"]
    assert list(shop.pictures()) == ["1", "2"]


def test_items_of_a_group_are_one_product_and_one_without_is_its_own(shop: Shop) -> None:
    links = shop.serve("a", "b", "c")
    rows = ["id,item_group_id,image_link", f"x,1,{links[0]}", f"y,1,{links[1]}", f"2,,{links[2]}"]
    shop.imported(shop.file("feed.csv", "\n".join(rows)), "--id", "item_group_id")
    assert [len(pictures) for pictures in shop.pictures().values()] == [2, 1]


@pytest.mark.parametrize(
    ("header", "id_field"),
    [("Handle,Variant SKU,Image Src", "Variant SKU"), ("title,ID,image link", "ID")],
)
def test_a_field_of_ids_may_be_named_as_it_is_in_the_file(shop: Shop, header: str, id_field: str) -> None:
    (link,) = shop.serve("a")
    shop.imported(shop.file("x.csv", f"{header}\nshoe,1,{link}\n"), "--id", id_field)
    assert shop.pictures() == {"1": shop.served(link)}


def test_the_pictures_of_a_folder_are_in_no_field(shop: Shop) -> None:
    shop.file("mine/1.jpg", jpeg())
    result = shop.run(shop.folder / "mine", "--pictures", "image")
    assert (result.exit_code, "--pictures: leave it out" in result.stderr) == (2, True)


def test_links_of_several_fields_are_taken_in_the_order_they_are_named(shop: Shop) -> None:
    side, front = shop.serve("side.jpg", "front.jpg")
    source = shop.file("t.csv", f"objectID|side|front\n1|{side}|{front}\n")
    shop.imported(source, "--pictures", "front", "--pictures", "side")
    assert shop.pictures()["1"] == shop.served(front, side)


@pytest.mark.parametrize("link", ["//cdn.example/a", "http://cdn.example/a", "HTTP://cdn.example/a"])
def test_old_links_are_fetched_over_https(shop: Shop, link: str) -> None:
    shop.serve("a")
    report = shop.imported(shop.file("t.csv", f"objectID,image\n1,{link}\n"), "--pictures", "image")
    assert report["written"] == 1


def test_records_that_lie_across_the_blocks_of_a_file_are_whole(tmp_path: Path) -> None:
    found: list[Finding] = []
    path, texts = tmp_path / "long.json", [f"{number}" * 3_000 for number in range(100, 200)]
    path.write_text(json.dumps([{"objectID": text} for text in texts]))
    assert [record["objectID"] for _, record in records(path, found.append)] == texts
    assert found == []
